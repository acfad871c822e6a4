using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Fetching;

/// <summary>
/// The one way out. Every request passes the address guard and the host's gate, hop by hop; is bounded in time and in bytes after
/// decompression; carries no cookie, no referrer and nothing that was not asked for.
/// </summary>
public sealed class WebClient : IDisposable
{
    private const int SlowBytesPerSecond = 1024;

    /// <summary>As much memory as a claimed Content-Length is believed for; the rest is found as it comes.</summary>
    private const int MaxBodyGuess = 1024 * 1024;

    /// <summary>How long a host is left alone that says "too many requests" without saying for how long.</summary>
    private static readonly TimeSpan TooManyRequestsWait = TimeSpan.FromHours(1);

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

    /// <summary>
    /// GETs an address, following redirects. <paramref name="prepare"/> sets the headers of the first request and of each after a
    /// redirect, told which address it goes to; <paramref name="check"/>, if given, is asked before each and throws to forbid it. A
    /// host that answers 429 is held for as long as it asks.
    /// </summary>
    /// <exception cref="FetchException">There was no whole answer; the message says why in words.</exception>
    public async Task<WebAnswer> GetAsync(
        Uri address, int maxBytes, TimeSpan spacing, Action<HttpRequestMessage> prepare, Func<Uri, CancellationToken, Task>? check, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(prepare);
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
                throw new FetchException(FetchFault.Unreachable, $"the redirects go round in a circle at {current}");
            }

            if (check is not null)
            {
                await check(current, cancellationToken);
            }

            var (answer, next) = await StepAsync(current, maxBytes, spacing, prepare, cancellationToken);
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
                throw new FetchException(FetchFault.Refused, $"redirected from https to http ({next.Address})");
            }

            current = WithoutFragment(next.Address);
            permanent &= next.Permanent;
            movedTo = permanent ? current : movedTo;
        }
    }

    /// <summary>POSTs a form, the same way; a redirect is followed with the form.</summary>
    /// <exception cref="FetchException">There was no whole answer; the message says why in words.</exception>
    public Task<WebAnswer> PostAsync(Uri address, IReadOnlyDictionary<string, string> form, int maxBytes, CancellationToken cancellationToken) =>
        GetAsync(address, maxBytes, TimeSpan.Zero, request => (request.Method, request.Content) = (HttpMethod.Post, new FormUrlEncodedContent(form)), check: null, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static SocketsHttpHandler CreateHandler(AddressGuard guard, FetchingOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.GZip | DecompressionMethods.Brotli,
            ConnectTimeout = options.ConnectTimeout,
            MaxConnectionsPerServer = options.PerHostConnections,
            MaxResponseDrainSize = 0,
            MaxResponseHeadersLength = 64,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(15),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
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

    private async Task<(WebAnswer? Answer, Redirect? Next)> StepAsync(
        Uri address, int maxBytes, TimeSpan spacing, Action<HttpRequestMessage> prepare, CancellationToken cancellationToken)
    {
        await using var turn = await _gate.EnterAsync(address.IdnHost, spacing, cancellationToken);
        if (_gate.HeldUntil(address.IdnHost) is not null)
        {
            throw new FetchException(FetchFault.HostAtRest, $"{address.Host} asked for quiet");
        }

        using var deadline = new CancellationTokenSource(_options.HeaderTimeout, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Get, address) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionOrLower };
        request.Headers.TryAddWithoutValidation("User-Agent", _options.UserAgent);
        prepare(request);
        var waitingForBody = false;
        try
        {
            using var response = await _http.SendAsync(request, either.Token);
            if (FindRedirect(response, address) is { } redirect)
            {
                return (null, redirect);
            }

            waitingForBody = true;
            deadline.CancelAfter(_options.BodyTimeout);
            var body = response.StatusCode is HttpStatusCode.OK or HttpStatusCode.IMUsed or HttpStatusCode.PartialContent
                ? await ReadAsync(response.Content, maxBytes, either.Token)
                : [];
            var answer = new WebAnswer(response.StatusCode, response.Headers, response.Content.Headers, body, address, null);
            HoldIfAsked(answer);
            return (answer, null);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            var limit = waitingForBody ? _options.BodyTimeout : _options.HeaderTimeout;
            throw new FetchException(FetchFault.Unreachable, string.Create(CultureInfo.InvariantCulture, $"no {(waitingForBody ? "whole answer" : "answer")} within {limit.TotalSeconds:0} s"));
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or InvalidDataException or SocketException)
        {
            throw Explain(fault, address);
        }
    }

    private void HoldIfAsked(WebAnswer answer)
    {
        if (answer.Status is HttpStatusCode.TooManyRequests)
        {
            var now = _clock.GetUtcNow();
            _gate.Hold(answer.EffectiveUri.IdnHost, now + (AnswerTimes.RetryAfter(answer, now) is { } asked && asked > TimeSpan.Zero ? asked : TooManyRequestsWait));
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

    /// <summary>Reads a body, counting what it becomes when decompressed and how fast it comes.</summary>
    private async Task<byte[]> ReadAsync(HttpContent content, int maxBytes, CancellationToken cancellationToken)
    {
        var codings = content.Headers.NonValidated.TryGetValues("Content-Encoding", out var values) ? values.ToString() : "";
        if (codings.Length > 0 && !codings.Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            throw new FetchException(FetchFault.Unreachable, $"the answer is coded in a way that is not understood ({codings})");
        }

        var expected = content.Headers.ContentLength;
        if (expected > maxBytes)
        {
            throw TooLarge(maxBytes);
        }

        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        using var body = new MemoryStream((int)Math.Min(expected ?? 16 * 1024, MaxBodyGuess));
        using var silence = new CancellationTokenSource(Timeout.InfiniteTimeSpan, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            var windowStart = _clock.GetTimestamp();
            var windowBytes = 0L;
            while (true)
            {
                silence.CancelAfter(_options.SlowBodyAfter);
                var read = await stream.ReadAsync(buffer, either.Token);
                if (read == 0)
                {
                    break;
                }

                if (body.Length + read > maxBytes)
                {
                    throw TooLarge(maxBytes);
                }

                body.Write(buffer, 0, read);
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
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return body.ToArray();
    }

    private static FetchException TooSlow() => new(FetchFault.Unreachable, "the answer comes slower than 1 KiB a second");

    private static FetchException TooLarge(int maxBytes) =>
        new(FetchFault.Unreachable, string.Create(CultureInfo.InvariantCulture, $"the answer is larger than {maxBytes / 1_000_000.0:0.#} MB"));

    private static FetchException Explain(Exception fault, Uri address)
    {
        for (var cause = fault; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case FetchException told:
                    return told;
                case RefusedAddressException refused:
                    return new FetchException(FetchFault.Refused, refused.Message);
                case SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain }:
                    return new FetchException(FetchFault.Unreachable, $"the name {address.Host} is not known to DNS");
                case SocketException { SocketErrorCode: SocketError.ConnectionRefused }:
                    return new FetchException(FetchFault.Unreachable, $"{address.Authority} refuses connections");
                case SocketException { SocketErrorCode: SocketError.ConnectionReset or SocketError.ConnectionAborted }:
                    return new FetchException(FetchFault.Unreachable, $"{address.Authority} cut the connection");
                case InvalidDataException:
                    return new FetchException(FetchFault.Unreachable, "the compressed answer is damaged");
                case System.Security.Authentication.AuthenticationException:
                    return new FetchException(FetchFault.Unreachable, $"the TLS certificate of {address.Host} is not valid ({cause.Message})");
                case HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded }:
                    return new FetchException(FetchFault.Unreachable, "the answer broke off before its end");
            }
        }

        return new FetchException(FetchFault.Unreachable, fault.Message);
    }

    private static Uri WithoutFragment(Uri address) =>
        address.Fragment.Length == 0 ? address : new Uri(address.GetComponents(UriComponents.HttpRequestUrl, UriFormat.UriEscaped));

    private sealed record Redirect(Uri Address, bool Permanent);
}
