using System.Globalization;
using Aggregator.Model.Text;

namespace Aggregator.Content.Querying;

/// <summary>Makes conditions of fields and their values; for one query.</summary>
internal sealed class QueryTerms(QueryNames names, DateTimeOffset now)
{
    private const int MaxPhraseWords = 50;

    private static readonly string[] Fields =
        ["title", "topic", "entity", "source", "category", "author", "lang", "since", "until", "min_sources", "is", "has", "sort"];

    private static readonly string[] Orders = [.. Enum.GetNames<StoryOrder>().Select(name => name.ToLowerInvariant())];

    private readonly List<QueryError> _unknownSources = [];

    /// <summary>Sources met so far that no feed is called by.</summary>
    public IReadOnlyList<QueryError> UnknownSources => _unknownSources;

    /// <summary>The field of this name, in any case, or the error that there is none.</summary>
    public static (string? Field, QueryError? Error) FindField(string name, int column)
    {
        var field = Array.Find(Fields, field => field.Equals(name, StringComparison.OrdinalIgnoreCase));
        return field is not null ? (field, null) : (null, new QueryError(
            column,
            $"expected a field, found \"{name}:\" (to search for a text with a colon, put it in quotes)",
            [.. NearNames.Of(name, Fields).Select(near => near + ":")]));
    }

    /// <summary>The order that a value of sort: means, or the error that it means none.</summary>
    public static (QuerySort? Sort, QueryError? Error) ReadSort(QueryToken token) =>
        Enum.TryParse<StoryOrder>(token.Value, ignoreCase: true, out var order) && Enum.IsDefined(order) && !char.IsAsciiDigit(token.Value[0])
            ? (new QuerySort(token.Column, order), null)
            : (null, new QueryError(token.ValueColumn, $"expected an order, found \"{token.Value}\"", Orders));

    /// <summary>The condition that a term of a field (null: of none) means, or the error that it means none.</summary>
    public (QueryNode? Node, QueryError? Error) Read(string? fieldName, QueryToken token)
    {
        if (fieldName is null)
        {
            return ReadValue(null, token);
        }

        var (field, error) = FindField(fieldName, token.Column);
        return field is null ? (null, error) : ReadValue(field, token);
    }

    private (QueryNode? Node, QueryError? Error) ReadValue(string? field, QueryToken token)
    {
        var (column, value) = (token.Column, token.Value.Trim());
        if (value.Length == 0)
        {
            return Wrong(field is null ? "expected a word or phrase between the quotes" : $"expected a value right after \"{field}:\"");
        }

        switch (field)
        {
            case null or "title" or "author":
                return Words((words, isPrefix) => field == "author"
                    ? new QueryNode.Author(column, words, isPrefix)
                    : new QueryNode.Phrase(column, field == "title", words, isPrefix));
            case "topic":
                return Named("topic", names.Topics, slug => new QueryNode.Topic(column, slug));
            case "entity":
                return Named("organisation or product", names.Entities, slug => new QueryNode.Entity(column, slug));
            case "source":
                return (Source(), null);
            case "category":
                return Named("category", null, slug => new QueryNode.Category(column, slug));
            case "lang":
                return value.All(sign => char.IsAsciiLetterOrDigit(sign) || sign == '-')
                    ? (new QueryNode.Language(column, value.ToLowerInvariant()), null)
                    : Wrong($"expected a language such as en or pt-BR, found \"{value}\"");
            case "since" or "until":
                return TimeExpression.Read(value, now) is null
                    ? Wrong($"expected a time, found \"{value}\"", TimeExpression.Examples)
                    : (field == "since" ? new QueryNode.Since(column, value) : new QueryNode.Until(column, value), null);
            case "min_sources":
                return int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= 1_000
                    ? (new QueryNode.MinSources(column, count), null)
                    : Wrong($"expected a number of sources from 1 to 1000, found \"{value}\"");
            case "sort":
                return (null, new QueryError(column, "expected sort: beside the conditions, not within parentheses, OR or NOT", []));
            default:
                return Trait();
        }

        (QueryNode?, QueryError?) Wrong(string message, params IReadOnlyList<string> suggestions) => (null, new QueryError(token.ValueColumn, message, suggestions));

        (QueryNode?, QueryError?) Words(Func<IReadOnlyList<string>, bool, QueryNode> make)
        {
            var words = SearchWords.Of(value);
            return value.AsSpan().TrimEnd('*').Contains('*') ? Wrong("expected \"*\" only at the end")
                : words.Count == 0 ? Wrong($"expected a letter or digit to search for, found \"{value}\"")
                : words.Count > MaxPhraseWords ? Wrong(FormattableString.Invariant($"expected a phrase of at most {MaxPhraseWords} words, found {words.Count}"))
                : (make(words, value.EndsWith('*')), null);
        }

        (QueryNode?, QueryError?) Named(string kind, IReadOnlyCollection<string>? known, Func<string, QueryNode> make)
        {
            var slug = Slug.Of(value);
            return slug.Length == 0 ? Wrong($"expected the name of a {kind}, found \"{value}\"")
                : known is not null && !known.Any(name => Slug.Of(name) == slug) ? Wrong($"there is no {kind} \"{value}\"", NearNames.Of(slug, known.Select(Slug.Of)))
                : (make(slug), null);
        }

        QueryNode Source()
        {
            var feeds = (names.Feeds ?? []).Where(feed => feed.IsMeantBy(value)).Select(feed => feed.Id).ToList();
            if (names.Feeds is not null && feeds.Count == 0)
            {
                _unknownSources.Add(new QueryError(
                    token.ValueColumn, $"no feed of feeds.json is called \"{value}\"", NearNames.Of(Slug.Of(value), names.Feeds.Select(feed => Slug.Of(feed.Name)))));
            }

            return new QueryNode.Source(column, Slug.Of(value), feeds);
        }

        (QueryNode?, QueryError?) Trait() => (field, value.ToLowerInvariant()) switch
        {
            ("is", "lead") => (new QueryNode.Trait(column, StoryTrait.Lead), null),
            ("is", "muted") => (new QueryNode.Trait(column, StoryTrait.Muted), null),
            ("is", "pinned") => (new QueryNode.Trait(column, StoryTrait.Pinned), null),
            ("has", "image") => (new QueryNode.Trait(column, StoryTrait.Image), null),
            ("is", _) => Wrong($"expected is:lead, is:muted or is:pinned, found \"is:{value}\""),
            _ => Wrong($"expected has:image, found \"has:{value}\""),
        };
    }
}
