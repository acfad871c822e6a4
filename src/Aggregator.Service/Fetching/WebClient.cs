using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Fetching;

/// <summary>
/// The one way out. Every request passes the address guard and the host's gate, hop by hop; is bounded in time and in bytes after
/// decompression; carries no cookie, no referrer and nothing that was not asked for.
/// </summary>
public sealed class WebClient : IDisposable
{
    private const int SlowBytesPerSecond = 1024;

    /// <summary>What is compressed becomes about so many times as much.</summary>
    private const int UsualRatio = 5;

    private readonly HttpMessageInvoker _http;
    private readonly AddressGuard _guard;
    private readonly HostGate _gate;
    private readonly FetchingOptions _options;
    private readonly TimeProvider _clock;

    /// <summary>A client that reaches the network.</summary>
    public WebClient(AddressGuard guard, HostGate gate, IOptions<FetchingOptions> options, TimeProvider clock)
        : this(CreateHandler(guard, options.Value), guard, gate, options, clock)
    {
    }

    /// <summary>A client over a given handler, for tests.</summary>
    internal WebClient(HttpMessageHandler handler, AddressGuard guard, HostGate gate, IOptions<FetchingOptions> options, TimeProvider clock)
    {
        _http = new HttpMessageInvoker(handler);
        _guard = guard;
        _gate = gate;
        _options = options.Value;
        _clock = clock;
    }

    /// <summary>GETs an address as <paramref name="plan"/> says, following redirects. A host that asks for quiet is held (<see cref="HostGate"/>).</summary>
    /// <exception cref="FetchException">There was no whole answer; the message says why in words.</exception>
    public async Task<WebAnswer> GetAsync(Uri address, RequestPlan plan, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(plan);
        var current = WithoutFragment(address);
        var permanent = true;
        Uri? movedTo = null;
        var seen = new HashSet<Uri>();
        while (true)
        {
            if (_guard.FindFault(current) is { } fault)
            {
                throw new FetchException(FetchFault.Refused, fault);
            }

            if (!seen.Add(current))
            {
                throw new FetchException(FetchFault.Unreachable, $"the redirects go round in a circle at {Words.Place(current)}");
            }

            var spacing = plan.Admit is { } admit ? await admit(current, cancellationToken) : TimeSpan.Zero;
            var (answer, next) = await StepAsync(current, plan, spacing, cancellationToken);
            if (next is null)
            {
                return answer! with { MovedTo = movedTo };
            }

            if (seen.Count > _options.MaxRedirects)
            {
                throw new FetchException(FetchFault.Unreachable, string.Create(CultureInfo.InvariantCulture, $"more than {_options.MaxRedirects} redirects"));
            }

            if (current.Scheme == Uri.UriSchemeHttps && next.Address.Scheme == Uri.UriSchemeHttp)
            {
                throw new FetchException(FetchFault.Refused, $"redirected from https to http ({Words.Place(next.Address)})");
            }

            current = WithoutFragment(next.Address);
            permanent &= next.Permanent;
            movedTo = permanent ? current : movedTo;
        }
    }

    /// <summary>POSTs a form, the same way; a redirect is followed with the form.</summary>
    /// <exception cref="FetchException">There was no whole answer; the message says why in words.</exception>
    public Task<WebAnswer> PostAsync(Uri address, IReadOnlyDictionary<string, string> form, int maxBytes, CancellationToken cancellationToken) =>
        GetAsync(address, new RequestPlan(maxBytes) { Prepare = request => (request.Method, request.Content) = (HttpMethod.Post, new FormUrlEncodedContent(form)) }, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    /// <summary>The handler that reaches the network.</summary>
    internal static SocketsHttpHandler CreateHandler(AddressGuard guard, FetchingOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            ActivityHeadersPropagator = null,
            AllowAutoRedirect = false,
            ConnectTimeout = options.ConnectTimeout,
            MaxConnectionsPerServer = options.PerHostConnections,
            MaxResponseDrainSize = 0,
            MaxResponseHeadersLength = 64,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(15),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            SslOptions = { EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13 },
            UseCookies = false,
            UseProxy = options.Proxy is not null,
        };
        if (options.Proxy is { } proxy)
        {
            // Connections go to the proxy, which the operator named; targets are checked by their text.
            handler.Proxy = new WebProxy(proxy);
            handler.MaxConnectionsPerServer = int.MaxValue;
        }
        else
        {
            handler.ConnectCallback = guard.ConnectAsync;
        }

        return handler;
    }

    private async Task<(WebAnswer? Answer, Redirect? Next)> StepAsync(Uri address, RequestPlan plan, TimeSpan spacing, CancellationToken cancellationToken)
    {
        await using var turn = await _gate.EnterAsync(address.IdnHost, spacing, plan.GoesFirst, cancellationToken);
        if (_gate.HeldUntil(address.IdnHost) is not null)
        {
            throw new FetchException(FetchFault.HostAtRest, $"{address.Host} asked for quiet");
        }

        using var deadline = new CancellationTokenSource(_options.HeaderTimeout, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Get, address) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionOrLower };
        request.Headers.TryAddWithoutValidation("User-Agent", _options.Identity);
        request.Headers.TryAddWithoutValidation("Accept-Encoding", ContentCoding.Accepted);
        plan.Prepare(request);
        var waitingForBody = false;
        try
        {
            using var response = await _http.SendAsync(request, either.Token);
            if (FindRedirect(response, address) is { } redirect)
            {
                return (null, redirect);
            }

            waitingForBody = true;
            var (body, received) = response.StatusCode is HttpStatusCode.OK or HttpStatusCode.IMUsed && plan.Wants(ContentType(response))
                ? await ReadAsync(response.Content, plan, new BodyDeadline(deadline, _options.BodyTimeout, plan.Patience, _clock, cancellationToken), either.Token)
                : (ReadOnlyMemory<byte>.Empty, 0);
            var answer = new WebAnswer(response.StatusCode, response.Headers, response.Content.Headers, body, address, null) { Received = received };
            _gate.Learn(address, answer.Status, AnswerTimes.RetryAfter(answer, _clock.GetUtcNow()));
            return (answer, null);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            if (!deadline.IsCancellationRequested)
            {
                throw new FetchException(FetchFault.NotReached, string.Create(CultureInfo.InvariantCulture, $"no connection within {_options.ConnectTimeout.TotalSeconds:0} s"));
            }

            var limit = waitingForBody ? _options.BodyTimeout : _options.HeaderTimeout;
            throw new FetchException(FetchFault.Unreachable, string.Create(CultureInfo.InvariantCulture, $"no {(waitingForBody ? "whole answer" : "answer")} within {limit.TotalSeconds:0} s"));
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or InvalidDataException or SocketException)
        {
            throw TransportFault.Explain(fault, address);
        }
    }

    private static Redirect? FindRedirect(HttpResponseMessage response, Uri address)
    {
        if (response.StatusCode is not (HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
            or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect))
        {
            return null;
        }

        var location = response.Headers.NonValidated.TryGetValues("Location", out var values) ? values.ToString() : null;
        return Uri.TryCreate(address, location, out var next) && !string.IsNullOrWhiteSpace(location)
            ? new Redirect(next, response.StatusCode is HttpStatusCode.MovedPermanently or HttpStatusCode.PermanentRedirect)
            : throw new FetchException(FetchFault.Unreachable, string.Create(CultureInfo.InvariantCulture, $"answered {(int)response.StatusCode} without saying where to"));
    }

    /// <summary>Reads a body, counting what comes, how fast, and what it becomes when decoded. Returns it with the number of bytes that came.</summary>
    private async Task<(ReadOnlyMemory<byte> Body, long Received)> ReadAsync(HttpContent content, RequestPlan plan, BodyDeadline deadline, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentLength > plan.MaxBytes && !plan.TakeBeginning)
        {
            throw TooLarge(plan.MaxBytes);
        }

        var label = content.Headers.NonValidated.TryGetValues("Content-Encoding", out var values) ? values.ToString() : null;
        if (plan.Share is { } share)
        {
            var guess = (int)Math.Min(content.Headers.ContentLength ?? 16 * 1024, BodyPool.Large);
            await deadline.PauseAsync(token => share.BeginAsync(label is null ? guess : guess * UsualRatio, token));
        }

        using var sent = await ReceiveAsync(content, plan, deadline, cancellationToken);
        if (sent.IsOver && !plan.TakeBeginning)
        {
            throw TooLarge(plan.MaxBytes);
        }

        var bytes = sent.ToArray();
        var (body, isOver) = sent.IsOver ? (bytes, true) : await DecodeAsync(bytes, label, plan, deadline);
        plan.Share?.Settle(body.Length);
        return isOver && !plan.TakeBeginning ? throw TooLarge(plan.MaxBytes) : (body, bytes.Length);
    }

    private static async Task<(ReadOnlyMemory<byte> Body, bool IsOver)> DecodeAsync(byte[] sent, string? label, RequestPlan plan, BodyDeadline deadline)
    {
        if (plan.Share is { IsLarge: false } share && plan.MaxBytes > BodyPool.Large)
        {
            // Most bodies are small; one that is not is begun once more when it is its turn.
            var small = ContentCoding.Decode(sent, label, BodyPool.Large, keepBeginning: false);
            if (!small.IsOver)
            {
                return small;
            }

            await deadline.PauseAsync(share.GrowLargeAsync);
        }

        return ContentCoding.Decode(sent, label, plan.MaxBytes, plan.TakeBeginning);
    }

    private async Task<BoundedBuffer> ReceiveAsync(HttpContent content, RequestPlan plan, BodyDeadline deadline, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        var body = new BoundedBuffer(plan.MaxBytes);
        using var silence = new CancellationTokenSource(Timeout.InfiniteTimeSpan, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
        var windowStart = _clock.GetTimestamp();
        var windowBytes = 0L;
        try
        {
            while (!body.IsOver)
            {
                if (body.Length > BodyPool.Large && plan.Share is { IsLarge: false } share)
                {
                    silence.CancelAfter(Timeout.InfiniteTimeSpan);
                    await deadline.PauseAsync(share.GrowLargeAsync);
                    (windowStart, windowBytes) = (_clock.GetTimestamp(), 0); // it was not the server that was slow
                }

                silence.CancelAfter(_options.SlowBodyAfter);
                var read = await stream.ReadAsync(body.Free, either.Token);
                if (read == 0)
                {
                    break;
                }

                body.Advance(read);
                windowBytes += read;
                var elapsed = _clock.GetElapsedTime(windowStart);
                if (elapsed >= _options.SlowBodyAfter)
                {
                    if (windowBytes < SlowBytesPerSecond * elapsed.TotalSeconds)
                    {
                        throw TooSlow();
                    }

                    (windowStart, windowBytes) = (_clock.GetTimestamp(), 0);
                }
            }
        }
        catch (OperationCanceledException) when (silence.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw TooSlow();
        }

        return body;
    }

    private static FetchException TooSlow() => new(FetchFault.Unreachable, "the answer comes slower than 1 KiB a second");

    private static FetchException TooLarge(int maxBytes) =>
        new(FetchFault.Unreachable, string.Create(CultureInfo.InvariantCulture, $"the answer is larger than {maxBytes / 1_000_000.0:0.#} MB"));

    private static string? ContentType(HttpResponseMessage response) =>
        response.Content.Headers.NonValidated.TryGetValues("Content-Type", out var values) ? values.ToString() : null;

    private static Uri WithoutFragment(Uri address) =>
        address.Fragment.Length == 0 ? address : new Uri(address.GetComponents(UriComponents.HttpRequestUrl, UriFormat.UriEscaped));

    private sealed record Redirect(Uri Address, bool Permanent);

    /// <summary>The time a body has to come in. It begins anew after a wait for memory here: that is not its server's fault.</summary>
    private sealed class BodyDeadline
    {
        private readonly CancellationTokenSource _deadline;
        private readonly TimeSpan _time;
        private readonly TimeSpan? _patience;
        private readonly TimeProvider _clock;
        private readonly CancellationToken _outer;

        /// <param name="deadline">Ends the request when it is over.</param>
        /// <param name="time">From now on.</param>
        /// <param name="patience">How long a wait for memory may take. Null: as long as it does.</param>
        /// <param name="clock">The time.</param>
        /// <param name="outer">Cancelled when nobody wants the answer any more.</param>
        public BodyDeadline(CancellationTokenSource deadline, TimeSpan time, TimeSpan? patience, TimeProvider clock, CancellationToken outer)
        {
            (_deadline, _time, _patience, _clock, _outer) = (deadline, time, patience, clock, outer);
            _deadline.CancelAfter(time);
        }

        public async ValueTask PauseAsync(Func<CancellationToken, ValueTask> wait)
        {
            _deadline.CancelAfter(Timeout.InfiniteTimeSpan);
            using var patience = new CancellationTokenSource(_patience ?? Timeout.InfiniteTimeSpan, _clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, _outer);
            try
            {
                await wait(either.Token);
            }
            catch (OperationCanceledException) when (!_outer.IsCancellationRequested)
            {
                throw new FetchException(FetchFault.NoRoom, "there was no memory for it (Fetching:MostBytesInHand)");
            }

            _deadline.CancelAfter(_time);
        }
    }
}
