using Aggregator.Content.Publishing;
using Aggregator.Model.Storage;
using Aggregator.Service.Api;
using Aggregator.Service.Catalog;
using Aggregator.Service.Doors;
using Aggregator.Service.Hosting;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Web;

/// <summary>Answers with the feed of the sources' state (<see cref="StateFeed"/>).</summary>
public sealed class StateOfSources(IStoryStore store, FeedCatalog catalog, IOptions<HostingOptions> options, TimeProvider clock)
{
    /// <summary>The feed in a format. It differs by who asks, so nobody but who asked may keep it.</summary>
    public async Task<IResult> AnswerAsync(IFeedWriter writer, HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(http);
        var states = (await store.ListFeedStatesAsync(http.RequestAborted)).ToDictionary(state => state.Id);
        var look = new StateFeedLook(HomeAddress.Of(http), $"/state.{writer.Extension}", options.Value.TagAuthority);
        var feed = StateFeed.Build(catalog.Feeds.Values, states, await store.ListHostLessonsAsync(http.RequestAborted), Caller.IsOperator(http), look, clock.GetUtcNow());
        var bytes = writer.Write(feed);
        http.Response.Headers.CacheControl = "private, no-cache";
        return TypedResults.Bytes(bytes, writer.MediaType, entityTag: EntityTags.Of(EntityTags.HashOf(bytes)));
    }
}
