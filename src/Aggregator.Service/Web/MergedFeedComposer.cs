using System.Globalization;
using Aggregator.Content.Publishing;
using Aggregator.Model.Feeds;
using Aggregator.Model.Text;
using Aggregator.Service.Catalog;
using Aggregator.Service.Doors;
using Aggregator.Service.Hosting;
using Aggregator.Service.Images;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Web;

/// <summary>Makes merged feeds of what is stored: what they say of themselves, their entries, and the links to their other documents.</summary>
public sealed class MergedFeedComposer(MergedFeedBuilder builder, FeedArchives archives, FeedCatalog catalog, IOptions<HostingOptions> options, IOptions<DoorOptions> doors, IOptions<ImagesOptions> images, Lazy<ImageLinks> links)
{
    /// <summary>Where the hub is that all merged feeds name.</summary>
    public const string HubPath = "/hub";

    /// <summary>What a feed holds now.</summary>
    public async Task<PublishedFeed> ComposeAsync(MergedFeed feed, Uri home, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(feed);
        var (scope, view) = (feed.Scope, feed.View);

        // How many entries the feed shows says nothing of its archives, which are to be whole.
        var limit = view.Archive is null ? Math.Min(view.Limit ?? options.Value.FeedEntries, HostingOptions.MostFeedEntries) : HostingOptions.MostFeedEntries;
        var span = new EntrySpan(limit, view.Clustered, ContentOf(view) == FeedContent.Full) { After = view.After, Since = view.Archive?.Start, Until = view.Archive?.End };
        var shown = await builder.CollectAsync(scope, span, cancellationToken);
        var links = await LinksAsync(feed, shown, cancellationToken);
        return Compose(feed, home, shown.Entries) with
        {
            Subtitle = view.Limit > limit ? string.Create(CultureInfo.InvariantCulture, $"{scope.Subtitle} Of {view.Limit} entries asked for, the newest {limit}: no feed has more.") : scope.Subtitle,
            AskAgainAfter = FeedRhythm.Of(shown.Entries),
            IsArchive = view.Archive is { } archive && await archives.IsOverAsync(feed.Scope, archive, cancellationToken),
            Links = [.. links.Select(link => new PublishedLink(link.Relation, home.Below(scope.FeedPath(feed.Writer.Extension, link.View))))],
        };
    }

    /// <summary>A feed that holds these entries and no others.</summary>
    public PublishedFeed Compose(MergedFeed feed, Uri home, IReadOnlyList<PublishedEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(feed);
        ArgumentNullException.ThrowIfNull(entries);
        var (scope, view) = (feed.Scope, feed.View);
        return new PublishedFeed
        {
            Key = view.Clustered ? scope.Key : scope.Key + "/stories",
            Title = scope.Title,
            Subtitle = scope.Subtitle,
            Content = ContentOf(view),
            Self = home.Below(feed.Path),
            Alternate = home.Below(scope.PagePath),
            Updated = entries.Count == 0 ? DateTimeOffset.UnixEpoch : entries.Max(LastChange),
            TagAuthority = options.Value.TagAuthority,
            TopicScheme = home.Below("/topics/"),
            Entries = entries,
            Sources = SourcesOf(entries),
            NewReportsUpdateEntries = options.Value.NewReportsUpdateEntries,
            ImageAddress = images.Value.Proxy ? image => links.Value.AddressOf(image, home) : null,

            // What is over is not pushed, and what needs a key is not either: who subscribed would go on to get it when the key is good no longer.
            Hub = view == view.Current && IsPushed(scope) ? home.Below(HubPath) : null,
        };
    }

    /// <summary>Whether our hub takes subscribers for feeds of a scope: not where reading needs a key.</summary>
    public bool IsPushed(MergedFeedScope scope)
    {
        ArgumentNullException.ThrowIfNull(scope);
        return !scope.IsPrivate && !doors.Value.ReadingNeedsKey;
    }

    /// <summary>How much of a story a view tells: never more than the operator allows.</summary>
    public FeedContent ContentOf(FeedView view)
    {
        ArgumentNullException.ThrowIfNull(view);
        return view.Content < options.Value.MostContent ? view.Content.Value : options.Value.MostContent;
    }

    /// <summary>The other documents of a feed.</summary>
    private async Task<List<(string Relation, FeedView View)>> LinksAsync(MergedFeed feed, CollectedEntries shown, CancellationToken cancellationToken)
    {
        var view = feed.View;
        var links = new List<(string Relation, FeedView View)>();
        if (shown.Next is { } next)
        {
            links.Add(("next", view with { After = next }));
        }

        if (view.After is not null)
        {
            links.Add(("first", view with { After = null }));
        }

        if (view.Archive is not null)
        {
            links.Add(("current", view.Current));
        }

        var archive = view switch
        {
            // An archive that is too long goes on in its next part.
            { Archive: not null } when shown.Next is { } rest => view with { After = rest },
            { Archive: { } shownHere } => ArchiveOf(view, await archives.BeforeAsync(feed.Scope, shownHere, cancellationToken)),
            { After: not null } => null,
            _ => shown.Next is null ? null : ArchiveOf(view, FeedArchives.After(shown)),
        };
        if (archive is not null)
        {
            links.Add(("prev-archive", archive));
        }

        return links;
    }

    private static FeedView? ArchiveOf(FeedView view, ArchivePeriod? period) => period is null ? null : view.Current with { Archive = period };

    /// <summary>Where the stories shown come from. A feed taken out of feeds.json is not among them.</summary>
    private Dictionary<FeedId, Uri> SourcesOf(IReadOnlyList<PublishedEntry> entries)
    {
        var feeds = catalog.Feeds;
        return entries.Select(entry => entry.Lead.Feed).Distinct().Where(feeds.ContainsKey).ToDictionary(feed => feed, feed => AddressSecrets.Without(feeds[feed].Address));
    }

    private static DateTimeOffset LastChange(PublishedEntry entry) =>
        entry.Others.Select(story => story.Updated).Append(entry.Lead.Updated).Max();
}
