using System.Net.Sockets;
using System.Security.Authentication;

namespace Aggregator.Service.Fetching;

/// <summary>
/// Tells in words what the network threw. Only words of ours: the runtime quotes what it stumbled over, and the first line of some inner
/// server's answer is nothing to be shown.
/// </summary>
internal static class TransportFault
{
    /// <summary>The fault in words, by the innermost cause that says something.</summary>
    public static FetchException Explain(Exception fault, Uri address)
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
                    return NotReached($"the name {address.Host} is not known to DNS");
                case SocketException { SocketErrorCode: SocketError.ConnectionRefused }:
                    return Unreachable($"{address.Authority} refuses connections");
                case SocketException { SocketErrorCode: SocketError.ConnectionReset or SocketError.ConnectionAborted }:
                    return Unreachable($"{address.Authority} cut the connection");
                case SocketException { SocketErrorCode: SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.NetworkDown or SocketError.TimedOut }:
                    return NotReached($"{address.Authority} cannot be reached");
                case InvalidDataException:
                    return Unreachable("the compressed answer is damaged or cut short");
                case AuthenticationException:
                    return Unreachable($"the TLS certificate of {address.Host} is not valid, or it speaks no TLS of ours");
            }
        }

        var error = fault is HttpIOException io ? io.HttpRequestError : (fault as HttpRequestException)?.HttpRequestError;
        return error switch
        {
            HttpRequestError.ResponseEnded => Unreachable("the answer broke off before its end"),
            HttpRequestError.InvalidResponse or HttpRequestError.HttpProtocolError => Unreachable($"{address.Authority} does not answer in proper HTTP"),
            HttpRequestError.ConfigurationLimitExceeded => Unreachable("the headers of the answer are too large"),
            HttpRequestError.SecureConnectionError => Unreachable($"no TLS connection to {address.Host} came about"),
            HttpRequestError.ProxyTunnelError => Unreachable("the proxy refuses the connection"),
            _ => Unreachable($"the connection to {address.Authority} failed"),
        };
    }

    private static FetchException Unreachable(string why) => new(FetchFault.Unreachable, why);

    private static FetchException NotReached(string why) => new(FetchFault.NotReached, why);
}
