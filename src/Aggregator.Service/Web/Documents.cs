namespace Aggregator.Service.Web;

/// <summary>Maps what is read and never changed by that: with GET, and with HEAD, which is the same without the body (RFC 9110 section 9.3.2).</summary>
internal static class Documents
{
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Maps a document.</summary>
    public static RouteHandlerBuilder MapDocument(this IEndpointRouteBuilder routes, string pattern, Delegate handler) => routes.MapMethods(pattern, Methods, handler);
}
