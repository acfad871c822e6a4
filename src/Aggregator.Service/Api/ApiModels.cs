using System.Text.Json;
using System.Text.Json.Serialization;
using Aggregator.Content.Sanitizing;
using Aggregator.Model.Feeds;
using Aggregator.Model.Stories;
using Aggregator.Model.Text;
using Aggregator.Model.Topics;
using Aggregator.Service.Polling;

namespace Aggregator.Service.Api;

/// <summary>A page of stories as the API answers it.</summary>
/// <param name="Stories">Newest first.</param>
/// <param name="Next">The cursor of the next page. Null: this was the last.</param>
public sealed record StoriesAnswer(IReadOnlyList<StoryAnswer> Stories, string? Next)
{
    /// <summary>How far back the search came before it had looked at as many stories as it does for a page; <see cref="Next"/> goes on from there. Null: the page is full, or the last.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? LookedBackTo { get; init; }

    /// <summary>Of an answer by relevance: only so many stories were compared, the newest that fit. Not there: all that fit were.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? ComparedOnly { get; init; }
}

/// <summary>A story as the API answers it.</summary>
public sealed record StoryAnswer
{
    /// <summary>Said of a story whose page carries noarchive or nosnippet.</summary>
    private const string Withheld = "the publisher asks not to republish the text: read it at its link";

    /// <summary>The story's lasting id.</summary>
    public required string Id { get; init; }

    /// <summary>The title as plain text.</summary>
    public required string Title { get; init; }

    /// <summary>The original page.</summary>
    public required string Link { get; init; }

    /// <summary>The feed that brought it.</summary>
    public required SourceAnswer Source { get; init; }

    /// <summary>Other feeds that carried the same article. Null: none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<CarrierAnswer>? AlsoIn { get; init; }

    /// <summary>The authors' names.</summary>
    public required IReadOnlyList<string> Authors { get; init; }

    /// <summary>When it was published, as stated by the publisher; null where nothing is stated.</summary>
    public DateTimeOffset? Published { get; init; }

    /// <summary>Its place in time: published, but never later than first seen.</summary>
    public required DateTimeOffset Date { get; init; }

    /// <summary>When this service first saw it.</summary>
    public required DateTimeOffset FirstSeen { get; init; }

    /// <summary>When its text last changed here.</summary>
    public required DateTimeOffset Updated { get; init; }

    /// <summary>BCP 47 language.</summary>
    public string? Language { get; init; }

    /// <summary>The lead image.</summary>
    public string? Image { get; init; }

    /// <summary>The beginning of the text.</summary>
    public required string Summary { get; init; }

    /// <summary>Words in the body.</summary>
    public int WordCount { get; init; }

    /// <summary>Where the body comes from: page, feed or title.</summary>
    public required string BodySource { get; init; }

    /// <summary>Why the body is not the page's, what is doubtful about it, or why it is not shown.</summary>
    public string? BodyNote { get; init; }

    /// <summary>The topics, surest first.</summary>
    public required IReadOnlyList<TopicAnswer> Topics { get; init; }

    /// <summary>The user's word on its topics; only of a whole story.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<TopicCorrection>? Corrections { get; init; }

    /// <summary>Topics that were found and that the user took away, with the reasons they were found for; likewise.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<TopicAnswer>? Overruled { get; init; }

    /// <summary>What a language model said of its topics, where one was asked; likewise.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<TopicOpinion>? Opinions { get; init; }

    /// <summary>When its tags last changed while its text did not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? Retagged { get; init; }

    /// <summary>The organisations and products named.</summary>
    public required IReadOnlyList<EntityTag> Entities { get; init; }

    /// <summary>What the operator's rules did to it.</summary>
    public required IReadOnlyList<RuleEffect> Rules { get; init; }

    /// <summary>Whether a rule hides it from feeds and from answers that do not ask for muted stories.</summary>
    public bool Muted { get; init; }

    /// <summary>Whether the user pinned it: it is the last to be dropped.</summary>
    public bool Pinned { get; init; }

    /// <summary>The weight that rules gave it.</summary>
    public double Boost { get; init; }

    /// <summary>The cluster of stories on the same event.</summary>
    public required string Cluster { get; init; }

    /// <summary>Why it joined its cluster; only of a whole story. Null: it began it, or was split off.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JoinedAnswer? Joined { get; init; }

    /// <summary>The body as HTML, clean under today's rules, whichever it was stored under; only of a whole story, and not where the publisher forbids it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? BodyHtml { get; init; }

    /// <summary>The body as plain text; likewise.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? BodyText { get; init; }

    /// <summary>Which of these are shown.</summary>
    [JsonIgnore]
    public StoryFields Fields { get; init; } = StoryFields.All;

    /// <summary>The topics as the tagger gave them.</summary>
    [JsonIgnore]
    public IReadOnlyList<TopicTag> TopicTags => [.. Topics.Select(topic => new TopicTag(topic.Name, topic.Score, topic.Evidence ?? []))];

    /// <summary>The answer for a story; with the body and the reasons of its topics where <paramref name="whole"/>.</summary>
    public static StoryAnswer Of(Story story, bool whole)
    {
        ArgumentNullException.ThrowIfNull(story);
        var body = whole && !story.NoArchive ? story.Body : null;
        return new StoryAnswer
        {
            Id = story.Id.Value,
            Title = story.Title,
            Link = story.Link.AbsoluteUri,
            Source = new SourceAnswer(story.Feed.Value, story.FeedName, story.Category),
            AlsoIn = story.Carriers.Count > 0 ? [.. story.Carriers.Select(CarrierAnswer.Of)] : null,
            Authors = story.Authors,
            Published = story.Published,
            Date = story.OrderedAt,
            FirstSeen = story.FirstSeen,
            Updated = story.Updated,
            Language = story.Language,
            Image = story.Image?.AbsoluteUri,
            Summary = story.Summary,
            WordCount = story.WordCount,
            BodySource = story.BodySource.ToString().ToLowerInvariant(),
            BodyNote = story.NoArchive ? Join(story.BodyNote, Withheld) : story.BodyNote,
            Topics = [.. story.Topics.Select(topic => Answer(topic, whole))],
            Corrections = whole && story.Corrections.Count > 0 ? story.Corrections : null,
            Overruled = whole && story.Overruled.Count > 0 ? [.. story.Overruled.Select(topic => Answer(topic, whole))] : null,
            Opinions = whole && story.Opinions.Count > 0 ? story.Opinions : null,
            Retagged = story.Retagged,
            Entities = story.Entities,
            Rules = story.Rules,
            Muted = story.IsMuted,
            Pinned = story.IsPinned,
            Boost = story.Boost,
            Cluster = story.Cluster.Value,
            Joined = whole ? JoinedAnswer.Of(story.Joined) : null,
            BodyHtml = body is null ? null : HtmlCleaner.Clean(body.Html, story.Link),
            BodyText = body?.Text,
        };
    }

    private static TopicAnswer Answer(TopicTag topic, bool whole) =>
        new(topic.Topic, topic.Slug, Math.Round(topic.Score, 2), whole ? topic.Evidence : null);

    private static string Join(string? first, string second) => string.IsNullOrEmpty(first) ? second : $"{first}; {second}";
}

/// <summary>The feed of a story.</summary>
/// <param name="Id">The feed's lasting id.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Category">The group it belongs to.</param>
public sealed record SourceAnswer(string Id, string Name, string? Category);

/// <summary>A further feed that carried a story's article.</summary>
/// <param name="Id">The feed's lasting id.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Category">The group it belongs to.</param>
/// <param name="Title">The title it gave the article.</param>
/// <param name="Link">Its link to it.</param>
/// <param name="FirstSeen">When this service first saw it there.</param>
/// <param name="Comments">Where its readers discuss it.</param>
public sealed record CarrierAnswer(string Id, string Name, string? Category, string Title, string Link, DateTimeOffset FirstSeen, string? Comments)
{
    /// <summary>The answer for a carrier.</summary>
    public static CarrierAnswer Of(StoryCarrier carrier)
    {
        ArgumentNullException.ThrowIfNull(carrier);
        return new CarrierAnswer(carrier.Feed.Value, carrier.FeedName, carrier.Category, carrier.Title, carrier.Link.AbsoluteUri, carrier.FirstSeen, carrier.Comments?.AbsoluteUri);
    }
}

/// <summary>A topic of a story.</summary>
/// <param name="Name">Its full name.</param>
/// <param name="Slug">Its name in addresses.</param>
/// <param name="Score">How sure; 1 is the threshold.</param>
/// <param name="Evidence">Why; only of a whole story.</param>
public sealed record TopicAnswer(
    string Name,
    string Slug,
    double Score,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<Evidence>? Evidence);

/// <summary>A topic there is.</summary>
/// <param name="Name">Its full name.</param>
/// <param name="Slug">Its name in addresses.</param>
/// <param name="Description">What counts and what does not.</param>
/// <param name="MediaTopic">The closest IPTC Media Topic. Null: none.</param>
/// <param name="Stories">Stories stored with it.</param>
/// <param name="Feed">Its merged feed.</param>
public sealed record TopicListing(string Name, string Slug, string? Description, string? MediaTopic, long Stories, string Feed);

/// <summary>A feed with its health.</summary>
public sealed record FeedAnswer
{
    /// <summary>The feed's lasting id.</summary>
    public required string Id { get; init; }

    /// <summary>What people call it: its title in feeds.json, else its own, else its address without the scheme.</summary>
    public required string Name { get; init; }

    /// <summary>Its address in feeds.json, without parameters that look like secrets.</summary>
    public required string Url { get; init; }

    /// <summary>The group it belongs to.</summary>
    public string? Category { get; init; }

    /// <summary>new, healthy, failing, gone or off.</summary>
    public required string Health { get; init; }

    /// <summary>What went wrong at the last poll; strangers are told only that something did.</summary>
    public string? Error { get; init; }

    /// <summary>Of what kind that is, and what it means in plain words; told to the operator only.</summary>
    public string? Fault { get; init; }

    /// <summary>What it means, and what can be done.</summary>
    public string? Meaning { get; init; }

    /// <summary>Since when every poll has failed.</summary>
    public DateTimeOffset? FailingSince { get; init; }

    /// <summary>The last poll.</summary>
    public DateTimeOffset? LastPoll { get; init; }

    /// <summary>The last poll that succeeded.</summary>
    public DateTimeOffset? LastSuccess { get; init; }

    /// <summary>The next poll.</summary>
    public DateTimeOffset? NextPoll { get; init; }

    /// <summary>Why then.</summary>
    public string? NextPollReason { get; init; }

    /// <summary>Where it moved for good and is fetched from; feeds.json still has the old address. Null: it did not move.</summary>
    public string? MovedTo { get; init; }

    /// <summary>Since when it is fetched from there.</summary>
    public DateTimeOffset? MovedSince { get; init; }

    /// <summary>What was wrong with the last document and was repaired, and what else there is to say of its server.</summary>
    public required IReadOnlyList<string> Problems { get; init; }

    /// <summary>Polls in all.</summary>
    public long Polls { get; init; }

    /// <summary>Stories stored in all.</summary>
    public long Stories { get; init; }

    /// <summary>What its polls of the last 30 days came to. Null: it was not polled yet.</summary>
    public FeedFigures? Figures { get; init; }

    /// <summary>The subscription at the feed's hub. Null: there is none.</summary>
    public HubAnswer? Hub { get; init; }

    /// <summary>
    /// The answer for a feed; <paramref name="state"/> is null before its first poll, <paramref name="subscription"/> where it has none. A
    /// stranger (<paramref name="toOperator"/> is false) is not told whether an address was refused, closed or silent: a feed could redirect
    /// us through the operator's network and have the answers read here. <paramref name="now"/> says which days are the last.
    /// </summary>
    public static FeedAnswer Of(FeedSource source, FeedState? state, HubSubscription? subscription, bool toOperator, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(source);
        return new FeedAnswer
        {
            Id = source.Id.Value,
            Name = source.Title ?? state?.OwnTitle ?? source.Address.Authority + AddressSecrets.Without(source.Address).PathAndQuery,
            Url = AddressSecrets.Without(source.Address).AbsoluteUri,
            Category = source.Category,
            Health = source.Enabled ? (state?.Health ?? FeedHealth.New).ToString().ToLowerInvariant() : "off",
            Error = toOperator || state?.LastError is null ? state?.LastError : "the feed could not be read",
            Fault = toOperator && state is { LastFault: not FeedFault.None } ? JsonNamingPolicy.CamelCase.ConvertName(state.LastFault.ToString()) : null,
            Meaning = toOperator && state is not null ? FaultMeaning.Of(state.LastFault) : null,
            FailingSince = state?.FailingSince,
            LastPoll = state?.LastPoll,
            LastSuccess = state?.LastSuccess,
            NextPoll = source.Enabled && state?.Health != FeedHealth.Gone ? state?.NextPoll : null,
            NextPollReason = toOperator || state?.LastError is null ? state?.NextPollReason : null,
            MovedTo = state?.MovedTo?.AbsoluteUri,
            MovedSince = state?.MovedSince,
            Problems = state is null ? [] : [.. Moves.Problems(state), .. ValidatorDoubt.Problems(state), .. state.Problems],
            Polls = state?.Polls ?? 0,
            Stories = (state?.Stories ?? 0) + (subscription?.UncountedStories ?? 0),
            Figures = state is null ? null : FeedFigures.Of(state, toOperator, now),
            Hub = subscription is null ? null : HubAnswer.Of(subscription),
        };
    }
}

/// <summary>A subscription at a hub, without what only the hub may know.</summary>
/// <param name="Address">The hub.</param>
/// <param name="State">requested, active or denied.</param>
/// <param name="LeaseEnd">Until when it pushes. Null: it does not.</param>
/// <param name="LastPush">When it last pushed. Null: never.</param>
/// <param name="Pushes">Documents pushed.</param>
/// <param name="Misses">Polls that found what it should have pushed.</param>
/// <param name="Note">What went wrong last. Null: nothing.</param>
public sealed record HubAnswer(string Address, string State, DateTimeOffset? LeaseEnd, DateTimeOffset? LastPush, long Pushes, int Misses, string? Note)
{
    /// <summary>The answer for a subscription.</summary>
    public static HubAnswer Of(HubSubscription subscription)
    {
        ArgumentNullException.ThrowIfNull(subscription);
        return new HubAnswer(
            subscription.Hub.AbsoluteUri,
            subscription.State.ToString().ToLowerInvariant(),
            subscription.LeaseEnd,
            subscription.LastPush,
            subscription.Pushes,
            subscription.Misses,
            subscription.Note);
    }
}

/// <summary>All feeds with their health, and the state of feeds.json.</summary>
/// <param name="Feeds">In the order of feeds.json.</param>
/// <param name="FeedsFile">The file.</param>
/// <param name="FeedsFileError">Why the last edit is not in force. Null: it is.</param>
/// <param name="FeedsFileProblems">Entries that were skipped, and other remarks.</param>
public sealed record FeedsAnswer(IReadOnlyList<FeedAnswer> Feeds, string FeedsFile, string? FeedsFileError, IReadOnlyList<string> FeedsFileProblems);
