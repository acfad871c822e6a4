using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Aggregator.Model.Push;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Model.Text;
using Aggregator.Model.Topics;

namespace Aggregator.Storage.Tests;

/// <summary>
/// All that users get to see of a store, a line of JSON for each thing, so that two stores, or one store and what an earlier program told of it, can be compared.
/// Every field is named here: one that is new since makes no difference.
/// </summary>
internal static class StoreListing
{
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>Lists a store of stories.</summary>
    /// <param name="store">The store.</param>
    /// <param name="ids">Further stories to ask for, that it may have dropped or deleted.</param>
    /// <param name="phrases">Words to search for.</param>
    /// <param name="token">Ends it.</param>
    public static async Task<IReadOnlyList<string>> OfAsync(IStoryStore store, IReadOnlyCollection<StoryId> ids, IReadOnlyCollection<string> phrases, CancellationToken token)
    {
        var lines = new List<string>();
        var stories = (await store.QueryAsync(new StoryQuery { Limit = StoryQuery.MaxLimit, Muted = MutedStories.Included, WithBody = true }, token)).Stories;
        foreach (var story in stories)
        {
            Add("story", Shown(story));
            Assert.Equal(JsonSerializer.Serialize(Shown(story), Json), JsonSerializer.Serialize(Shown((await store.FindStoryAsync(story.Id, token))!), Json));
            foreach (var version in await store.ListVersionsAsync(story.Id, token))
            {
                Add("version", new { Id = story.Id.Value, version.From, version.Until, version.Title, Text = ContentHash.Of(8, version.Text) });
            }
        }

        foreach (var feed in (await store.ListFeedStatesAsync(token)).OrderBy(feed => feed.Address.AbsoluteUri, StringComparer.Ordinal))
        {
            Add("feed", new
            {
                Id = feed.Id.Value,
                feed.Address,
                feed.MovedTo,
                feed.OwnTitle,
                Health = feed.Health.ToString(),
                feed.LastError,
                feed.FailingSince,
                feed.FailuresInARow,
                feed.Polls,
                feed.Stories,
                feed.LastPoll,
                feed.LastSuccess,
                feed.LastChange,
                feed.NextPoll,
                feed.NextPollReason,
                feed.QuietUntil,
                feed.UnchangedInARow,
                feed.Problems,
                feed.ProblemsSince,
                feed.ETag,
                feed.LastModified,
                feed.ValidatorsOf,
                feed.BodyHash,
                feed.LastWhole,
                feed.StatedLifetime,
                Known = ContentHash.Of(8, feed.Known.Bytes.Span),
                Published = feed.Publications.Seconds.Length,
                feed.Publications.Last,
                feed.Wishes.MinimumInterval,
                feed.Wishes.SkipHours,
                feed.Wishes.SkipDays,
            });
        }

        foreach (var subscription in (await store.ListSubscriptionsAsync(token)).OrderBy(one => one.Token, StringComparer.Ordinal))
        {
            Add("subscription", new
            {
                Feed = subscription.Feed.Value,
                subscription.Hub,
                subscription.Topic,
                subscription.Callback,
                subscription.Token,
                subscription.Secret,
                State = subscription.State.ToString(),
                subscription.Pending,
                subscription.RequestedAt,
                subscription.NextRequest,
                subscription.FailuresInARow,
                subscription.ActiveSince,
                subscription.LeaseEnd,
                subscription.LastPush,
                subscription.Pushes,
                subscription.Proof,
            });
        }

        foreach (var lesson in (await store.ListHostLessonsAsync(token)).OrderBy(lesson => lesson.Host, StringComparer.Ordinal))
        {
            Add("host", new { lesson.Host, lesson.HeldUntil, lesson.Spacing, lesson.LearnedAt });
        }

        var counts = await store.CountAsync(token);
        Add("counts", new { counts.Stories, Topics = Sorted(counts.ByTopic), SavedFeeds = Sorted(counts.BySavedFeed), Rules = Sorted(counts.ByRule), Dropped = Sorted(counts.DroppedByRule), counts.KeptSince });
        foreach (var (id, fingerprint) in (await store.FindFingerprintsAsync([.. ids, .. stories.SelectMany(EntriesOf)], token)).OrderBy(one => one.Key.Value, StringComparer.Ordinal))
        {
            Add("entry", new { Id = id.Value, fingerprint });
        }

        foreach (var dropped in (await store.FindDroppedAsync(ids, token)).Values.OrderBy(dropped => dropped.Id.Value, StringComparer.Ordinal))
        {
            Add("dropped", new { Id = dropped.Id.Value, dropped.Fingerprint, dropped.Rule, dropped.RuleKey });
        }

        foreach (var slug in stories.SelectMany(story => story.Topics).Select(topic => topic.Slug).Distinct().Order(StringComparer.Ordinal))
        {
            await FindAsync($"topic {slug}", new StoryQuery { Topics = [slug] });
        }

        foreach (var slug in stories.SelectMany(story => story.SavedFeeds).Distinct().Order(StringComparer.Ordinal))
        {
            await FindAsync($"saved feed {slug}", new StoryQuery { SavedFeed = slug });
        }

        foreach (var feed in stories.SelectMany(story => story.Feeds).Distinct().OrderBy(feed => feed.Value, StringComparer.Ordinal))
        {
            await FindAsync($"of feed {feed}", new StoryQuery { Feeds = [feed] });
        }

        foreach (var cluster in stories.GroupBy(story => story.Cluster).Where(stories => stories.Count() > 1).Select(stories => stories.Key).OrderBy(cluster => cluster.Value, StringComparer.Ordinal))
        {
            await FindAsync($"cluster {cluster}", new StoryQuery { Cluster = cluster });
        }

        await FindAsync("corrected", new StoryQuery { Corrected = true });
        await FindAsync("muted", new StoryQuery { Muted = MutedStories.Only });
        foreach (var phrase in phrases)
        {
            var text = new TextCondition.Phrase(SearchTerms.Asked(SearchWords.Of(phrase), isPrefix: false), TitleOnly: false);
            await FindAsync($"text {phrase}", new StoryQuery { Text = text });
            await FindAsync($"best {phrase}", new StoryQuery { Text = text, ByRelevance = true });
        }

        var facets = await store.CountFacetsAsync(new StoryQuery(), token);
        Add("facets", new { facets.Total, Topics = Sorted(facets.ByTopic), Feeds = Sorted(facets.ByFeed.ToDictionary(one => one.Key.Value, one => one.Value)), Days = facets.ByDay.OrderBy(day => day.Key) });
        return lines;

        void Add(string kind, object thing) => lines.Add(Line(kind, thing));

        async Task FindAsync(string what, StoryQuery query) =>
            Add(what, (await store.QueryAsync(query with { Limit = StoryQuery.MaxLimit }, token)).Stories.Select(story => story.Id.Value));
    }

    /// <summary>Lists what is pushed to whom.</summary>
    public static IReadOnlyList<string> Of(IPushStore store) =>
    [
        .. store.ListSubscribers().OrderBy(one => one.Id, StringComparer.Ordinal).Select(one => Line("subscriber", new
        {
            one.Id, Kind = one.Kind.ToString(), one.Topic, one.Callback, one.Secret, one.LeaseEnd, one.Delivered, one.LastDelivery, one.FailuresInARow, one.FailingSince, one.NextTry, one.LastError,
        })),
        .. store.ListTopics().OrderBy(topic => topic.Topic, StringComparer.Ordinal).SelectMany(topic => (string[])
        [
            Line("told", new { topic.Topic, topic.Since, topic.Last, topic.LookedAt, Entries = Sorted(topic.Told) }),
            .. Enumerable.Range(0, 3).Select(back => store.FindPublication(topic.Topic, topic.Last - back)).OfType<Publication>()
                .Select(publication => Line("publication", new { publication.Topic, publication.Number, publication.At, publication.MediaType, Body = ContentHash.Of(8, publication.Body.Span) })),
        ]),
    ];

    private static string Line(string kind, object thing) => $"{kind} {JsonSerializer.Serialize(thing, Json)}";

    private static object Shown(Story story) => new
    {
        Id = story.Id.Value,
        Feed = story.Feed.Value,
        story.FeedName,
        story.Category,
        story.Link,
        story.OtherAddresses,
        story.Title,
        story.Authors,
        story.Published,
        story.FirstSeen,
        story.Updated,
        story.Language,
        story.Image,
        story.Comments,
        story.Summary,
        story.WordCount,
        Source = story.BodySource.ToString(),
        story.BodyNote,
        story.NoArchive,
        Topics = Shown(story.Topics),
        Overruled = Shown(story.Overruled),
        Corrections = story.Corrections.Select(correction => new { correction.Topic, correction.Carries, correction.At }),
        Opinions = story.Opinions.Select(opinion => new { opinion.Topic, opinion.Carries, opinion.Reason, opinion.Model, opinion.At }),
        story.Retagged,
        Entities = story.Entities.Select(entity => $"{entity.Kind} {entity.Name} x{entity.Mentions}{(entity.InTitle ? " in title" : "")}"),
        Rules = story.Rules.Select(effect => new { effect.Rule, Action = effect.Action.ToString(), effect.Subject, effect.Weight }),
        Cluster = story.Cluster.Value,
        Joined = story.Joined is { } joined ? new { Nearest = joined.Nearest.Value, joined.Score, joined.Shared } : null,
        ApartFrom = story.ApartFrom.Select(apart => apart.Value),
        Carriers = story.Carriers.Select(carrier => new { Feed = carrier.Feed.Value, carrier.FeedName, Entry = carrier.Entry.Value, carrier.Title, carrier.Link, carrier.FirstSeen }),
        story.Fingerprint,
        Page = story.Page is { } page ? new { page.Address, page.ETag, page.LastModified } : null,
        Html = ContentHash.Of(8, story.Body!.Html),
        Text = $"{story.Body.Text.Length} {ContentHash.Of(8, story.Body.Text)}",
    };

    private static object Shown(IReadOnlyList<TopicTag> topics) =>
        topics.Select(topic => new { topic.Topic, topic.Score, Evidence = topic.Evidence.Select(reason => FormattableString.Invariant($"{reason.Weight:0.00} {reason.Feature} x{reason.Count} {reason.Part} {reason.Kind}")) });

    private static IEnumerable<StoryId> EntriesOf(Story story) => story.Carriers.Select(carrier => carrier.Entry).Prepend(story.Id);

    private static SortedDictionary<string, long> Sorted(IReadOnlyDictionary<string, long> counts) => new(counts.ToDictionary(), StringComparer.Ordinal);
}
