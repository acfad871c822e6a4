using Aggregator.Service.Doors;
using Aggregator.Service.Hosting;
using Aggregator.Service.Search;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Aggregator.Service.Api;

/// <summary>The index of texts as the API tells of it.</summary>
/// <param name="Ready">Whether texts are searched by it.</param>
/// <param name="Done">How many stories are indexed, while it is made anew. Null: it is not.</param>
public sealed record TextIndexAnswer(bool Ready, long? Done);

/// <summary>The index of texts: how it is, and making it anew.</summary>
public static class TextIndexApi
{
    /// <summary>Maps /api/index.</summary>
    public static IEndpointRouteBuilder MapTextIndex(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/index").WithTags("Service");
        group.MapGet("", Show).WithName("getTextIndex").WithSummary("Whether the index of texts is there")
            .WithDescription("While it is made, done says how many stories are in it, and searches for words read the stories themselves.");
        group.MapPost("/rebuild", Begin).RequireKey().WithName("rebuildTextIndex")
            .WithSummary("Make the index of texts anew from what is stored, in the background")
            .WithDescription($"Nothing is lost by it; searches for words read the stories themselves meanwhile. {DoorSigns.NeedsKey}");
        return routes;
    }

    private static Ok<TextIndexAnswer> Show(TextIndexMaker maker) => TypedResults.Ok(new TextIndexAnswer(maker.IsReady, maker.Done));

    private static Accepted<TextIndexAnswer> Begin(TextIndexMaker maker, HttpContext http)
    {
        maker.Begin();
        return TypedResults.Accepted($"{BasePath.Of(http)}/api/index", new TextIndexAnswer(maker.IsReady, maker.Done));
    }
}
