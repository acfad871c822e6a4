using System.Text.Json;
using Aggregator.Content.Parsing.Dates;
using Aggregator.Content.Parsing.Text;
using Aggregator.Model.Feeds;

namespace Aggregator.Content.Parsing.Formats.JsonFeed;

/// <summary>
/// Reads JSON Feed 1.0 and 1.1 (jsonfeed.org). A member of the wrong kind counts as absent; of a member given twice the last counts.
/// </summary>
internal sealed class JsonFeedReader
{
    private static readonly JsonDocumentOptions Lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, MaxDepth = 64 };

    private readonly Uri? _address;
    private readonly GrowthLimit _growth = new(GrowthLimit.Allowance);
    private readonly ProblemList _problems;

    private JsonFeedReader(Uri? address, ProblemList problems)
    {
        _address = address;
        _problems = problems;
    }

    public static ParsedFeed? Read(string text, FeedDocument context, ProblemList problems)
    {
        try
        {
            using var document = JsonDocument.Parse(JsonText.WithoutLoneSurrogates(text), Lenient);
            var root = document.RootElement;
            return Member(root, "items") is { ValueKind: JsonValueKind.Array } items
                ? new JsonFeedReader(context.Address, problems).ReadFeed(root, items)
                : null;
        }
        catch (Exception fault) when (fault is JsonException or ArgumentException)
        {
            // ArgumentException: half a surrogate pair that nobody escaped.
            problems.Add("the JSON is broken");
            return null;
        }
    }

    private ParsedFeed ReadFeed(JsonElement root, JsonElement items)
    {
        var authors = Persons(root);
        return new ParsedFeed
        {
            Format = (Text(root, "version") ?? "").EndsWith("1.1", StringComparison.Ordinal) ? "json1.1" : "json1",
            Id = Text(root, "feed_url"),
            Title = PlainText.FromText(Text(root, "title")),
            Site = Address(root, "home_page_url"),
            DescriptionHtml = Text(root, "description") is { } description ? InlineMarkup.Escape(description) : null,
            Language = Text(root, "language"),
            Image = Address(root, "icon"),
            Icon = Address(root, "favicon"),
            Authors = authors,
            Links = [.. Links(root, ("home_page_url", "alternate"), ("feed_url", "self"), ("next_url", "next")), .. Objects(root, "hubs").SelectMany(hub => Links(hub, ("url", "hub"))).Take(FeedLimits.PartsOfAKind)],
            Entries = [.. FeedLimits.Entries(Objects(items), _problems).Select(item => ReadItem(item, authors))],
        };
    }

    private FeedEntry ReadItem(JsonElement item, List<FeedPerson> feedAuthors)
    {
        var own = Persons(item);
        var persons = own.Count > 0 ? own : feedAuthors;
        var link = Address(item, "url") ?? Address(item, "external_url");
        var content = Text(item, "content_html") is { } html ? HtmlLinks.MakeAbsolute(html, Addresses.UsableBase(link) ?? _address, _growth)
            : Text(item, "content_text") is { } plain ? InlineMarkup.Escape(plain) : null;
        return new FeedEntry
        {
            Key = "",
            Fingerprint = "",
            Id = Text(item, "id"),
            Link = link,
            Title = PlainText.FromText(Text(item, "title")),
            Persons = persons,
            Authors = [.. persons.Select(person => person.Name).OfType<string>()],
            Published = FeedDate.Read(Text(item, "date_published"), _problems),
            Updated = FeedDate.Read(Text(item, "date_modified"), _problems),
            SummaryHtml = Text(item, "summary") is { } summary ? InlineMarkup.Escape(summary) : null,
            ContentHtml = content,
            Categories = [.. List(item, "tags").Select(Text).OfType<string>().Take(FeedLimits.PartsOfAKind)],
            Links = [.. Links(item, ("url", "alternate"), ("external_url", "related"))],
            Enclosures = [.. Objects(item, "attachments").Select(Attachment).OfType<Enclosure>().Take(FeedLimits.PartsOfAKind)],
            Image = Address(item, "image") ?? Address(item, "banner_image"),
            Language = Text(item, "language"),
        };
    }

    private Enclosure? Attachment(JsonElement file) => Address(file, "url") is { } url
        ? new Enclosure(url, Text(file, "mime_type"), Member(file, "size_in_bytes") is { ValueKind: JsonValueKind.Number } size && size.TryGetInt64(out var length) ? length : null)
        : null;

    /// <summary>JSON Feed 1.1 has a list of authors, 1.0 one author; each is seen in the other's place.</summary>
    private List<FeedPerson> Persons(JsonElement owner) =>
        [.. Objects(owner, "authors").Concat(Objects(owner, "author"))
            .Select(author => new FeedPerson(PlainText.FromText(Text(author, "name")), null, Address(author, "url")))
            .Where(person => person.Name is not null || person.Address is not null)
            .Distinct()
            .Take(FeedLimits.PartsOfAKind)];

    private IEnumerable<FeedLink> Links(JsonElement owner, params IEnumerable<(string Member, string Relation)> members) => members
        .Select(member => Address(owner, member.Member) is { } address ? new FeedLink(address, member.Relation, null, null, null, null) : null)
        .OfType<FeedLink>();

    private Uri? Address(JsonElement owner, string name) => Addresses.Resolve(Text(owner, name), _address, _growth);

    private static string? Text(JsonElement owner, string name) => Member(owner, name) is { } value ? Text(value) : null;

    private static string? Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String when value.GetString() is { } text && !string.IsNullOrWhiteSpace(text) => text,
        JsonValueKind.Number => value.GetRawText(),
        _ => null,
    };

    private static JsonElement? Member(JsonElement owner, string name) =>
        owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(name, out var value) ? value : null;

    private static JsonElement.ArrayEnumerator List(JsonElement owner, string name) =>
        Member(owner, name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : default;

    /// <summary>The objects in a list, or the object itself where a list was expected.</summary>
    private static IEnumerable<JsonElement> Objects(JsonElement owner, string name) =>
        Member(owner, name) is not { } value ? [] : value.ValueKind == JsonValueKind.Object ? [value] : Objects(value);

    private static IEnumerable<JsonElement> Objects(JsonElement list) =>
        list.ValueKind == JsonValueKind.Array ? list.EnumerateArray().Where(value => value.ValueKind == JsonValueKind.Object) : [];
}
