using System.ComponentModel;
using Aggregator.Content.Opml;
using Aggregator.Model.Feeds;
using Aggregator.Model.Storage;
using Aggregator.Model.Text;
using Aggregator.Service.Catalog;
using Aggregator.Service.Doors;
using Aggregator.Service.Fetching;
using Aggregator.Service.Hosting;
using Aggregator.Service.Polling;
using Aggregator.Service.Search;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Aggregator.Service.Api;

/// <summary>A wish to take a feed's move back.</summary>
/// <param name="Source">The feed: id, address, host or name.</param>
public sealed record UndoMoveWish(string? Source);

/// <summary>A feed to be added to feeds.json.</summary>
/// <param name="Url">Its address.</param>
/// <param name="Title">What to call it. Null: what it calls itself.</param>
/// <param name="Category">The group it belongs to.</param>
public sealed record FeedWish(string? Url, string? Title, string? Category);

/// <summary>A feed that was added or removed.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Url">Its address.</param>
public sealed record EditedFeedAnswer(string Id, string Url);

/// <summary>The feeds and their health.</summary>
public static class FeedsApi
{
    private const int LongestText = 200;

    /// <summary>Maps /api/feeds and /api/feeds.opml.</summary>
    public static IEndpointRouteBuilder MapFeeds(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/feeds", ListAsync).WithEntityTag().WithTags("Feeds").WithName("listFeeds").WithSummary("All feeds of feeds.json with their health")
            .WithDescription("When each was polled and will be, why then, and what is wrong. What went wrong at a poll is told in full to the operator only: with the service's key, or from this machine.");
        routes.MapGet("/api/feeds/{feed}", FindAsync).WithEntityTag().WithTags("Feeds").WithName("findFeed").WithSummary("One feed with its health")
            .WithDescription("By its id, host or name. Figures are of the last 30 days, or since it was polled first.");
        routes.MapGet("/api/feeds.opml", (FeedCatalog catalog) => TypedResults.Bytes(OpmlWriter.Write("Aggregator", catalog.Feeds.Values), "text/x-opml; charset=utf-8", "feeds.opml"))
            .WithTags("Feeds").WithName("exportFeeds").WithSummary("The feeds of feeds.json as OPML, for other readers; without secrets").WithDescription("OPML 2.0, as most readers take it; categories become its folders.");
        routes.MapPost("/api/feeds", AddAsync).RequireKey().WithTags("Feeds").WithName("addFeed").WithSummary("Add a feed to feeds.json, by its very address")
            .WithDescription($"In force within seconds, like what is written there by hand. The secret of a closed feed is named in the file only. {DoorSigns.NeedsKey}").Produces<EditedFeedAnswer>(StatusCodes.Status201Created);
        routes.MapDelete("/api/feeds/{source}", RemoveAsync).RequireKey().WithTags("Feeds").WithName("removeFeed").WithSummary("Take a feed out of feeds.json; its stories stay")
            .WithDescription($"By its id, address, host or name, if that means one feed. To drop its stories: POST /api/feeds/purge. {DoorSigns.NeedsKey}");
        routes.MapPost("/api/feeds/undo-move", UndoMoveAsync).RequireKey().WithTags("Feeds").WithName("undoMove")
            .WithSummary("Fetch a feed from its address in feeds.json again, and never take over the one it moved to")
            .WithDescription(DoorSigns.NeedsKey);
        return routes;
    }

    private static async Task<Ok<FeedsAnswer>> ListAsync(
        FeedCatalog catalog, IStoryStore store, ServicePaths paths, TimeProvider clock, HttpContext context, CancellationToken cancellationToken)
    {
        var toOperator = Caller.IsOperator(context);
        var feeds = await FeedAnswers.ListAsync(catalog, store, toOperator, clock.GetUtcNow(), cancellationToken);

        // Where files lie, and what people wrote into them that could not be read, is the operator's.
        return TypedResults.Ok(toOperator
            ? new FeedsAnswer(feeds, paths.FeedsFile, catalog.BrokenBecause, [.. catalog.Problems.Select(problem => problem.ToString())])
            : new FeedsAnswer(feeds, Path.GetFileName(paths.FeedsFile), catalog.BrokenBecause is null ? null : "it has a mistake", []));
    }

    private static async Task<Results<Ok<FeedAnswer>, ProblemHttpResult>> FindAsync(
        string feed, FeedCatalog catalog, IStoryStore store, TimeProvider clock, HttpContext context, CancellationToken cancellationToken)
    {
        var found = catalog.ResolveSource(feed);
        return found.Feeds.Count switch
        {
            1 => TypedResults.Ok(await FeedAnswers.FindAsync(catalog.Feeds[found.Feeds[0]], store, Caller.IsOperator(context), clock.GetUtcNow(), cancellationToken)),
            0 => Problems.NotFound($"There is no feed \"{feed}\".{(found.Near.Count == 0 ? "" : $" Near: {string.Join(", ", found.Near)}.")}"),
            var several => Problems.BadQuestion(new QuestionError("feed", $"\"{feed}\" names {several} feeds; give one id", [.. found.Feeds.Take(10).Select(id => id.Value)])),
        };
    }

    private static async Task<Results<Created<EditedFeedAnswer>, ProblemHttpResult>> AddAsync(FeedWish wish, FeedListWriter writer, AddressGuard guard, HttpContext http, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(wish.Url, UriKind.Absolute, out var address) || guard.FindFault(address) is not null)
        {
            return Problems.BadQuestion(new QuestionError("url", address is null ? "expected the address of a feed, such as https://example.org/feed.xml" : guard.FindFault(address)!, []));
        }

        if (wish.Title is { Length: > LongestText } || wish.Category is { Length: > LongestText })
        {
            return Problems.BadQuestion(new QuestionError(wish.Title is { Length: > LongestText } ? "title" : "category", "it is too long", []));
        }

        var feed = new FeedSource { Address = address, Title = wish.Title, Category = wish.Category };
        AuditLog.Tell(http, AddressSecrets.Without(address).AbsoluteUri);
        var edit = await EditAsync(writer, text => FeedListEditor.Add(text, feed), cancellationToken);
        return edit.Error is { } fault
            ? TypedResults.Problem($"{fault}.", statusCode: StatusCodes.Status409Conflict, title: "This feed cannot be added")
            : TypedResults.Created($"{BasePath.Of(http)}/api/feeds", new EditedFeedAnswer(feed.Id.Value, address.AbsoluteUri));
    }

    private static async Task<Results<Ok<EditedFeedAnswer>, ProblemHttpResult>> RemoveAsync(
        [Description("The feed's id, address, host or name.")] string source, FeedCatalog catalog, FeedListWriter writer, HttpContext http, CancellationToken cancellationToken)
    {
        source = source.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase); // the one character that routing leaves as it came
        var found = catalog.ResolveSource(source);
        if (found.Feeds.Count != 1)
        {
            return Problems.NotFound(found.Feeds.Count == 0 ? $"There is no feed \"{source}\"." : $"\"{source}\" names {found.Feeds.Count} feeds; give the id of one.", found.Near);
        }

        var feed = catalog.Feeds[found.Feeds[0]];
        AuditLog.Tell(http, AddressSecrets.Without(feed.Address).AbsoluteUri);
        var edit = await EditAsync(writer, text => FeedListEditor.Remove(text, feed.Id), cancellationToken);
        return edit.Error is { } fault
            ? TypedResults.Problem($"{fault}.", statusCode: StatusCodes.Status409Conflict, title: "This feed cannot be removed")
            : TypedResults.Ok(new EditedFeedAnswer(feed.Id.Value, feed.Address.AbsoluteUri));
    }

    /// <summary>A file that the service may not write is the operator's choice, and no fault of the program's.</summary>
    private static async Task<FeedListEdit> EditAsync(FeedListWriter writer, Func<string, FeedListEdit> edit, CancellationToken cancellationToken)
    {
        try
        {
            return await writer.EditAsync(edit, cancellationToken);
        }
        catch (Exception fault) when (fault is StartException or IOException or UnauthorizedAccessException)
        {
            return new FeedListEdit(null, $"feeds.json cannot be edited by the service: {fault.Message.TrimEnd('.')}");
        }
    }

    private static async Task<Results<Ok<FeedAnswer>, ProblemHttpResult>> UndoMoveAsync(
        UndoMoveWish wish, FeedCatalog catalog, IStoryStore store, DueFeeds queue, TimeProvider clock, CancellationToken cancellationToken)
    {
        var found = catalog.ResolveSource(wish.Source ?? "");
        if (found.Feeds.Count != 1)
        {
            return Problems.BadQuestion(new QuestionError("source", found.Feeds.Count == 0 ? $"there is no feed \"{wish.Source}\"" : $"\"{wish.Source}\" names {found.Feeds.Count} feeds", found.Near));
        }

        var feed = catalog.Feeds[found.Feeds[0]];
        if (queue.IsUnderWay(feed.Id))
        {
            return TypedResults.Problem("The feed is being polled. Try again when that is done.", statusCode: StatusCodes.Status409Conflict);
        }

        var state = await store.FindFeedStateAsync(feed.Id, cancellationToken);
        if (state is null || Moves.Undo(state, clock.GetUtcNow()) is not { } undone)
        {
            return Problems.NotFound($"{feed.Address} has not moved.");
        }

        await store.SaveAsync(new StoryBatch([], undone), cancellationToken);
        return TypedResults.Ok(FeedAnswer.Of(feed, undone, null, toOperator: true, clock.GetUtcNow()));
    }
}
