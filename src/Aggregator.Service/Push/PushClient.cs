using System.Globalization;
using System.Net;
using Aggregator.Service.Fetching;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Push;

/// <summary>
/// Asks the addresses that subscribers named. They are strangers' words: every connection passes the address guard, no redirect is followed, and no answer is read beyond
/// what it is asked for.
/// </summary>
public sealed class PushClient : IDisposable
{
    /// <summary>Enough for a challenge.</summary>
    private const int MostAnswerBytes = 8 * 1024;

    private readonly HttpMessageInvoker _http, _near;
    private readonly AddressGuard _guard;
    private readonly FetchingOptions _fetching;
    private readonly PushOptions _options;
    private readonly TimeProvider _clock;

    /// <summary>A client that reaches the network.</summary>
    public PushClient(AddressGuard guard, IOptions<FetchingOptions> fetching, IOptions<PushOptions> options, TimeProvider clock)
    {
        (_guard, _fetching, _options, _clock) = (guard, fetching.Value, options.Value, clock);
        _http = Connect(_fetching.Proxy is not null);
        _near = Connect(throughProxy: false);
    }

    /// <summary>Sends a request.</summary>
    /// <param name="request">The request; its address is checked here.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The status, and what was answered as text, if that is short.</returns>
    /// <exception cref="FetchException">There was no answer in time; the message says why in words.</exception>
    public async Task<(HttpStatusCode Status, string Text)> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var address = request.RequestUri!;
        if (_guard.FindFault(address) is { } fault)
        {
            throw new FetchException(FetchFault.Refused, fault);
        }

        using var deadline = new CancellationTokenSource(_options.AnswerTime, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        request.Headers.TryAddWithoutValidation("User-Agent", _fetching.Identity);
        try
        {
            using var response = await (_guard.IsNamedAsAllowed(address) ? _near : _http).SendAsync(request, either.Token);
            if (request.Method != HttpMethod.Get)
            {
                return (response.StatusCode, "");
            }

            await using var body = await response.Content.ReadAsStreamAsync(either.Token);
            var text = new byte[MostAnswerBytes];
            var length = await body.ReadAtLeastAsync(text, text.Length, throwOnEndOfStream: false, either.Token);
            return (response.StatusCode, System.Text.Encoding.UTF8.GetString(text, 0, length));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new FetchException(FetchFault.Unreachable, string.Create(CultureInfo.InvariantCulture, $"no answer within {_options.AnswerTime.TotalSeconds:0} s"));
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException or InvalidDataException or System.Net.Sockets.SocketException)
        {
            throw TransportFault.Explain(broken, address);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _http.Dispose();
        _near.Dispose();
    }

    private HttpMessageInvoker Connect(bool throughProxy)
    {
        var handler = Fetching.WebClient.CreateHandler(_guard, throughProxy ? _fetching : new FetchingOptions { ConnectTimeout = _fetching.ConnectTimeout });
        handler.MaxConnectionsPerServer = Deliverer.AtOnce;
        handler.MaxResponseDrainSize = MostAnswerBytes;
        return new HttpMessageInvoker(handler);
    }
}
