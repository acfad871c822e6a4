using Aggregator.Service.Api;
using Aggregator.Service.Doors;
using Aggregator.Service.Web;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Aggregator.Service.Images;

/// <summary>Serves pictures under the addresses that <see cref="ImageLinks"/> wrote.</summary>
public static class ImageEndpoints
{
    /// <summary>Were a picture ever shown as a document, it could do nothing.</summary>
    private const string Policy = "default-src 'none'; frame-ancestors 'none'; sandbox";

    private const string Caching = "public, max-age=604800";

    /// <summary>Maps /images/{signature}/{address}, where pictures go through the service.</summary>
    public static IEndpointRouteBuilder MapImages(this IEndpointRouteBuilder routes)
    {
        ArgumentNullException.ThrowIfNull(routes);
        if (routes.ServiceProvider.GetRequiredService<IOptions<ImagesOptions>>().Value.Proxy)
        {
            routes.MapDocument(ImageLinks.Path + "{signature}/{address}", ShowAsync).IsOpen().WithMetadata(new ContentPolicy(Policy)).ExcludeFromDescription();
        }

        return routes;
    }

    private static async Task<IResult> ShowAsync(string signature, string address, ImageLinks links, ImageStore images, HttpContext http)
    {
        if (links.Read(signature, address) is not { } image)
        {
            return Problems.NotFound("There is no picture at this address.");
        }

        if (await images.FindAsync(image, http.RequestAborted) is not { } found)
        {
            // Why is not said: whoever may write into a feed could ask about the operator's network by it.
            http.Response.Headers.CacheControl = "no-store";
            return TypedResults.Problem("The picture cannot be had.", statusCode: StatusCodes.Status502BadGateway, title: "No picture");
        }

        http.Response.Headers.CacheControl = Caching;
        http.Response.Headers[SecurityHeaders.ResourcePolicy] = "cross-origin";
        http.Response.Headers[HeaderNames.ContentDisposition] = "inline";
        return TypedResults.Stream(found.Content, found.MediaType, entityTag: EntityTags.Of(found.Tag)); // which disposes of it
    }
}
