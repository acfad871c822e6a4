using Microsoft.AspNetCore.Connections.Features;

namespace Aggregator.Service.Web;

/// <summary>The headers that keep a browser from doing with our pages what we never ask of it.</summary>
public static class SecurityHeaders
{
    private const string Policy =
        "default-src 'none'; img-src 'self' https: data:; style-src 'self'; script-src 'self'; connect-src 'self'; "
        + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>
    /// Whether pages of other sites may embed what is sent (Fetch standard, section 3.7): they have no business with it, and no CORS header lets them read it. What readers
    /// show inside of theirs sets its own.
    /// </summary>
    public const string ResourcePolicy = "Cross-Origin-Resource-Policy";

    /// <summary>A month: so long a browser insists on https after the last visit, should the service go back to http.</summary>
    private const string Strict = "max-age=2592000";

    /// <summary>
    /// Sends them with every answer. That browsers shall ask over TLS only (RFC 6797) is said where the public address is https and this very service speaks TLS:
    /// where a proxy does, it is the proxy's to say. Browsers keep it by the host they asked, so it is said to who asked the public one.
    /// </summary>
    public static IApplicationBuilder UseSecurityHeaders(this IApplicationBuilder app, Uri? publicAddress)
    {
        var strictHost = publicAddress?.Scheme == Uri.UriSchemeHttps ? publicAddress.IdnHost : null;
        return app.Use((context, next) =>
        {
            if (strictHost is not null && context.Features.Get<ITlsHandshakeFeature>() is not null && context.Request.Host.Host.Equals(strictHost, StringComparison.OrdinalIgnoreCase))
            {
                context.Response.OnStarting(SetStrict, context.Response);
            }

            // Last of all: a fault takes back the headers that were set before it.
            context.Response.OnStarting(Set, context.Response);
            return next(context);
        });
    }

    private static Task SetStrict(object response)
    {
        ((HttpResponse)response).Headers.StrictTransportSecurity = Strict;
        return Task.CompletedTask;
    }

    private static Task Set(object response)
    {
        var answer = (HttpResponse)response;
        var headers = answer.Headers;
        headers.ContentSecurityPolicy = answer.HttpContext.GetEndpoint()?.Metadata.GetMetadata<ContentPolicy>()?.Text ?? Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers.TryAdd(ResourcePolicy, "same-origin");
        return Task.CompletedTask;
    }
}
