using Microsoft.Net.Http.Headers;

namespace Aggregator.Service.Web;

/// <summary>
/// An answer with what is new in a feed since a state that its reader has (RFC 3229, the instance manipulation "feed"): status 226, the ETag of the feed as it is, and
/// that of the state as Delta-Base.
/// </summary>
/// <param name="Body">The feed with only the new entries, in the coding that the answer names.</param>
/// <param name="MediaType">Its media type.</param>
/// <param name="Tag">The ETag of the whole feed.</param>
/// <param name="Since">The ETag of the state that the reader has.</param>
internal sealed record InstanceManipulation(byte[] Body, string MediaType, EntityTagHeaderValue Tag, EntityTagHeaderValue Since) : IResult
{
    private const string Feed = "feed";

    /// <summary>
    /// What the library feedparser (Python) accepts and nothing else that reads feeds. It asks for such an answer in the name of programs that do not know of it:
    /// rss2email 3.13 takes status 226 for a failure and asks the same again, so it would never see anything new.
    /// </summary>
    private const string AcceptedByFeedparser = "application/x-netcdf";

    /// <summary>Whether a request says that it takes such an answer (A-IM: feed), and means it.</summary>
    public static bool TakesFeed(HttpRequest request) =>
        !request.Headers.Accept.ToString().Contains(AcceptedByFeedparser, StringComparison.OrdinalIgnoreCase)
        && StringWithQualityHeaderValue.TryParseList(request.Headers["A-IM"], out var wanted)
        && wanted.Any(one => one.Value.Equals(Feed, StringComparison.OrdinalIgnoreCase) && one.Quality is not 0);

    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var answer = httpContext.Response;
        answer.StatusCode = StatusCodes.Status226IMUsed;
        answer.ContentType = MediaType;
        answer.ContentLength = Body.Length;
        answer.Headers["IM"] = Feed;
        answer.Headers["Delta-Base"] = Since.ToString();
        answer.Headers.ETag = Tag.ToString();
        if (!HttpMethods.IsHead(httpContext.Request.Method))
        {
            await answer.Body.WriteAsync(Body, httpContext.RequestAborted);
        }
    }
}
