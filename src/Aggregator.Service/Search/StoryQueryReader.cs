using System.Globalization;
using Aggregator.Content.Querying;
using Aggregator.Model.Feeds;
using Aggregator.Model.Stories;
using Aggregator.Model.Text;
using Aggregator.Service.Catalog;
using Aggregator.Service.Rules;
using Aggregator.Service.Topics;

namespace Aggregator.Service.Search;

/// <summary>The conditions of a question as they come in an address: text, not checked yet.</summary>
/// <param name="Topic">Topic names or slugs; a story must carry all.</param>
/// <param name="Source">Feed id, address, host or name; a story must come from one of them.</param>
/// <param name="Since">A date, an instant, or a time span back from now.</param>
/// <param name="Until">The same.</param>
/// <param name="Cursor">Where to go on.</param>
/// <param name="Limit">How many stories at most.</param>
public sealed record StoryQuestion(string[]? Topic, string[]? Source, string? Since, string? Until, string? Cursor, int? Limit)
{
    /// <summary>The name or slug of a saved feed.</summary>
    public string? SavedFeed { get; init; }

    /// <summary>"include" or "only", for stories that a rule mutes.</summary>
    public string? Muted { get; init; }

    /// <summary>A query in the query language (docs/query-language.md).</summary>
    public string? Q { get; init; }

    /// <summary>The order wanted, in place of the query's own.</summary>
    public string? Sort { get; init; }
}

/// <summary>Turns the text of a question into a query, or says what is wrong with it in words that help.</summary>
public sealed class StoryQueryReader(FeedCatalog catalog, TopicsInForce topics, RulesInForce rules, TimeProvider clock)
{
    private const int DefaultLimit = 50;

    /// <summary>The query, or the error; exactly one of them.</summary>
    public (SearchQuery? Query, QuestionError? Error) Read(StoryQuestion question)
    {
        ArgumentNullException.ThrowIfNull(question);
        var slugs = new List<string>();
        foreach (var topic in question.Topic ?? [])
        {
            if (FindTopic(topic) is not { } known)
            {
                return Wrong("topic", $"there is no topic \"{topic}\"", NearTopics(topic));
            }

            slugs.Add(Slug.Of(known));
        }

        List<FeedId>? feeds = null;
        foreach (var source in question.Source ?? [])
        {
            var resolved = catalog.ResolveSource(source);
            if (resolved.Feeds.Count == 0)
            {
                return Wrong("source", $"there is no feed \"{source}\"", resolved.Near);
            }

            (feeds ??= []).AddRange(resolved.Feeds);
        }

        var now = clock.GetUtcNow();
        DateTimeOffset? since = null, until = null;
        if (question.Since is not null && (since = TimeExpression.Read(question.Since, now)) is null)
        {
            return Wrong("since", $"\"{question.Since}\" is no time", TimeExpression.Examples);
        }

        if (question.Until is not null && (until = TimeExpression.Read(question.Until, now)) is null)
        {
            return Wrong("until", $"\"{question.Until}\" is no time", TimeExpression.Examples);
        }

        if (question.SavedFeed is { } feed && FindSavedFeed(feed) is null)
        {
            return Wrong("savedFeed", $"no rule fills a saved feed \"{feed}\"", NearSavedFeeds(feed));
        }

        if (ReadMuted(question.Muted) is not { } muted)
        {
            return Wrong("muted", $"\"{question.Muted}\" says nothing", ["include", "only"]);
        }

        StoryCursor? after = null;
        if (question.Cursor is not null && !StoryCursor.TryDecode(question.Cursor, out after))
        {
            return Wrong("cursor", "this cursor was not made by this service; start again without one", []);
        }

        if (question.Limit is < 1)
        {
            return Wrong("limit", string.Create(CultureInfo.InvariantCulture, $"{question.Limit} is no number of stories; give 1 to {StoryQuery.MaxLimit}"), []);
        }

        var (condition, sort, wrong) = ReadText(question.Q);
        if (wrong is not null)
        {
            return (null, wrong);
        }

        var order = sort?.Order ?? StoryOrder.New;
        if (question.Sort is { } named && (!Enum.TryParse(named, ignoreCase: true, out order) || !Enum.IsDefined(order) || char.IsAsciiDigit(named[0])))
        {
            return Wrong("sort", $"stories cannot be sorted by \"{named}\"", ["new", "relevance", "weight", "boost"]);
        }

        if (order != StoryOrder.New && after is not null)
        {
            return Wrong("cursor", $"an answer sorted by {order.ToString().ToLowerInvariant()} has no further pages; narrow it by since and until", []);
        }

        if (order == StoryOrder.Relevance && (condition is null || QueryPlan.Divide(condition).Text is null))
        {
            return Wrong("sort", "stories are sorted by relevance where words or phrases are asked for that must all hold; none are", ["new", "weight"]);
        }

        var range = new StoryQuery
        {
            Topics = slugs,
            Feeds = feeds,
            SavedFeed = question.SavedFeed is null ? null : Slug.Of(question.SavedFeed),
            Muted = muted,
            Since = since,
            Until = until,
            After = after,
            Limit = Math.Min(question.Limit ?? DefaultLimit, StoryQuery.MaxLimit),
        };
        return (new SearchQuery(range, condition) { Order = order }, null);
    }

    /// <summary>
    /// What a text of the query language means where the order is given, with the topics, entities and feeds there are; or what is wrong with it.
    /// Both null: nothing is asked.
    /// </summary>
    public (QueryNode? Condition, QuestionError? Error) ReadCondition(string? text)
    {
        var (condition, sort, error) = ReadText(text);
        return sort is { Order: not StoryOrder.New }
            ? (null, new QuestionError("q", string.Create(CultureInfo.InvariantCulture, $"column {sort.Column}: what is listed here is always the newest first"), ["sort:new"]))
            : (condition, error);
    }

    private (QueryNode? Condition, QuerySort? Sort, QuestionError? Error) ReadText(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return (null, null, null);
        }

        var names = new QueryNames
        {
            Topics = [.. TopicNames()],
            Entities = [.. topics.Definitions.Entities.Entities.Select(entity => entity.Name)],
            Feeds = catalog.NamedFeeds,
        };
        var result = QueryParser.Parse(text, names, clock.GetUtcNow());
        return (result.Error ?? (result.UnknownSources is [var unknown, ..] ? unknown : null)) is { } error
            ? (null, null, new QuestionError("q", string.Create(CultureInfo.InvariantCulture, $"column {error.Column}: {error.Message}"), error.Suggestions))
            : (result.Query, result.Sort, null);
    }

    /// <summary>The full names of all topics.</summary>
    public IReadOnlyList<string> Topics => [.. TopicNames().DistinctBy(Slug.Of)];

    /// <summary>The names of all feeds that rules fill.</summary>
    public IReadOnlyList<string> SavedFeeds => rules.Rules.SavedFeeds;

    /// <summary>The full name of the topic that is called so, or has this slug. Null: none.</summary>
    public string? FindTopic(string text)
    {
        var slug = Slug.Of(text ?? "");
        return TopicNames().FirstOrDefault(name => slug.Length > 0 && Slug.Of(name) == slug);
    }

    /// <summary>Topics whose names resemble <paramref name="text"/>; else the first few.</summary>
    public IReadOnlyList<string> NearTopics(string text) =>
        NearNames.Of(text, topics.Topics.Select(topic => Slug.Of(topic.Name)));

    /// <summary>The name of the saved feed that is called so, or has this slug. Null: no rule fills one.</summary>
    public string? FindSavedFeed(string text)
    {
        var slug = Slug.Of(text ?? "");
        return rules.Rules.SavedFeeds.FirstOrDefault(name => Slug.Of(name) == slug);
    }

    /// <summary>Saved feeds whose names resemble <paramref name="text"/>; else the first few.</summary>
    public IReadOnlyList<string> NearSavedFeeds(string text) => NearNames.Of(text, rules.Rules.SavedFeeds.Select(Slug.Of));

    /// <summary>The topics that definitions, feeds and rules may give; some more than once.</summary>
    private IEnumerable<string> TopicNames() => topics.Topics.Select(topic => topic.Name)
        .Concat(catalog.Feeds.Values.SelectMany(feed => feed.Tags))
        .Concat(rules.Rules.Topics);

    private static MutedStories? ReadMuted(string? text) => text?.ToLowerInvariant() switch
    {
        null or "" => MutedStories.LeftOut,
        "include" => MutedStories.Included,
        "only" => MutedStories.Only,
        _ => null,
    };

    private static (SearchQuery?, QuestionError?) Wrong(string parameter, string message, IReadOnlyList<string> suggestions) =>
        (null, new QuestionError(parameter, message, suggestions));
}

/// <summary>What is wrong with a question.</summary>
/// <param name="Parameter">The parameter at fault.</param>
/// <param name="Message">What is wrong, without a full stop.</param>
/// <param name="Suggestions">What would work.</param>
public sealed record QuestionError(string Parameter, string Message, IReadOnlyList<string> Suggestions)
{
    /// <summary>The whole sentence.</summary>
    public string Sentence => Suggestions.Count == 0 ? $"{Parameter}: {Message}." : $"{Parameter}: {Message}. Try: {string.Join(", ", Suggestions)}.";
}
