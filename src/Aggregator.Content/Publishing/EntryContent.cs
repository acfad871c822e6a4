using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Aggregator.Content.Sanitizing;
using Aggregator.Model.Stories;

namespace Aggregator.Content.Publishing;

/// <summary>What every format says of an entry, computed once and safe to write: text without characters that XML forbids, addresses http or https.</summary>
internal sealed partial class EntryContent
{
    private static readonly DateTimeOffset Earliest = new(1990, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public EntryContent(PublishedFeed feed, PublishedEntry entry)
    {
        Lead = entry.Lead;
        Id = $"tag:{feed.TagAuthority}:cluster/{Lead.Cluster.Value}";
        Title = LineOr(Lead.Title, Lead.Link.Host);
        SourceName = LineOr(Lead.FeedName, Lead.Link.Host);
        SourceId = $"tag:{feed.TagAuthority}:source/{Lead.Feed.Value}";
        SourceAddress = feed.Sources.TryGetValue(Lead.Feed, out var source) && SafeAddress.IsWeb(source) ? source : null;
        Site = new Uri(Lead.Link, "/");
        Authors = [.. Lead.Authors.Select(NameOf).Where(name => name.Length > 0)];
        Published = Plausible(Lead.OrderedAt);
        Updated = EntryTimes.UpdatedAt(entry, feed.NewReportsUpdateEntries) is var changed && changed > Published ? changed : Published;
        Summary = feed.Content == FeedContent.Title ? "" : Text(Lead.Summary).Trim();
        Language = LanguageCodes.IsKnown(Lead.Language) ? Lead.Language : null;
        Image = SafeAddress.IsWeb(Lead.Image) ? feed.ImageAddress?.Invoke(Lead.Image) ?? Lead.Image : null;
        Comments = SafeAddress.IsWeb(Lead.Comments) ? Lead.Comments : null;
        Enclosures = [.. Lead.Enclosures.Where(enclosure => SafeAddress.IsWeb(enclosure.Address)).Select(Complete).Select(file => IsPicture(file) ? file with { Address = feed.ImageAddress?.Invoke(file.Address) ?? file.Address } : file)];
        Topics = [.. entry.Others.Prepend(Lead).SelectMany(story => story.Topics).DistinctBy(topic => topic.Slug, StringComparer.Ordinal)
            .Select(topic => new Category(topic.Slug, Line(topic.Topic))).Where(topic => topic.Term.Length > 0 && topic.Label.Length > 0)];
        Entities = [.. Lead.Entities.Select(entity => Line(entity.Name)).Where(name => name.Length > 0)
            .Select(name => new Category(name, name))];
        Others = [.. Reports(entry)];
        Html = Text(PublishedHtml.Of(Body(entry, feed.Content), feed.ImageAddress) + Attribution());
    }

    /// <summary>The story shown.</summary>
    public Story Lead { get; }

    /// <summary>A tag URI (RFC 4151) made from the cluster: the same while the cluster grows and its lead changes.</summary>
    public string Id { get; }

    public string Title { get; }

    public string SourceName { get; }

    public string SourceId { get; }

    /// <summary>The address of the feed the lead came from. Null: not known here.</summary>
    public Uri? SourceAddress { get; }

    /// <summary>The root of the site the lead is on.</summary>
    public Uri Site { get; }

    public IReadOnlyList<string> Authors { get; }

    public DateTimeOffset Published { get; }

    /// <summary>Never before <see cref="Published"/>.</summary>
    public DateTimeOffset Updated { get; }

    public string Summary { get; }

    public string? Language { get; }

    public Uri? Image { get; }

    public Uri? Comments { get; }

    public IReadOnlyList<Attachment> Enclosures { get; }

    /// <summary>The topics of all the cluster's stories, the lead's first: one of them is why the entry is in a topic's feed.</summary>
    public IReadOnlyList<Category> Topics { get; }

    public IReadOnlyList<Category> Entities { get; }

    /// <summary>The other reports: of other stories, then the same articles as other outlets carry them.</summary>
    public IReadOnlyList<Report> Others { get; }

    /// <summary>As much of the body as is to be told, cleaned under today's rules, then who wrote it and who else reports.</summary>
    public string Html { get; }

    /// <summary>
    /// Text that any XML 1.0 document and any HTML can hold: control characters but tab and line feed dropped, and what is no character or
    /// stands for one that was lost (half surrogate pairs, U+FFFD, noncharacters); line ends as line feeds; <see cref="Mojibake"/> put right.
    /// </summary>
    public static string Text(string text)
    {
        var clean = Characters(Mojibake.Repair(text));
        while (Mojibake.Repair(clean) is var repaired && repaired.Length < clean.Length)
        {
            clean = Characters(repaired);
        }

        return clean;
    }

    /// <summary>The same, as one line.</summary>
    public static string Line(string text, int maxLength = PlainText.MaxLineLength) => Text(PlainText.OneLine(Text(text), maxLength));

    /// <summary>A line, or something else where nothing is left of it.</summary>
    public static string LineOr(string text, string fallback, int maxLength = PlainText.MaxLineLength) => Line(text, maxLength) is { Length: > 0 } line ? line : fallback;

    /// <summary>An author's name; an address of mail in angle brackets beside it is not told, one that stands alone is all there is.</summary>
    public static string NameOf(string author)
    {
        var line = Line(author);
        return Line(MailAddress().Replace(line, "")) is { Length: > 0 } name ? name : line.Trim('<', '>', ' ');
    }

    /// <summary>The instant, or the earliest that a feed may tell where it is earlier: there was no web, and readers take such a date for a fault.</summary>
    public static DateTimeOffset Plausible(DateTimeOffset instant) => instant < Earliest ? Earliest : instant;

    /// <summary>RFC 3339 in UTC, whole seconds.</summary>
    public static string Rfc3339(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Characters(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            var allowed = rune.Value is '\t' or '\n' or (>= 0x20 and < 0x7F) or (> 0x9F and not 0xFFFD and not (>= 0xFDD0 and <= 0xFDEF))
                && (rune.Value & 0xFFFE) != 0xFFFE;
            if (allowed)
            {
                clean.Append(rune.ToString());
            }
        }

        return clean.ToString();
    }

    private static Attachment Complete(Model.Feeds.Enclosure enclosure)
    {
        var type = enclosure.MediaType?.Split(';')[0].Trim() ?? "";
        var slash = type.IndexOf('/', StringComparison.Ordinal);
        var isType = slash > 0 && slash < type.Length - 1 && slash == type.LastIndexOf('/') && type.All(c => char.IsAsciiLetterOrDigit(c) || "/.+-_".Contains(c, StringComparison.Ordinal));
        return new Attachment(enclosure.Address, isType ? type : "application/octet-stream", Math.Max(0, enclosure.Length ?? 0));
    }

    private static bool IsPicture(Attachment file) => file.MediaType.StartsWith("image/", StringComparison.OrdinalIgnoreCase);

    private static string Body(PublishedEntry entry, FeedContent content)
    {
        var story = entry.Lead;
        var html = content < FeedContent.Full || story.NoArchive || story.Body is null ? "" : entry.CleanBody ?? HtmlCleaner.Clean(story.Body.Html, story.Link);
        return html.Length > 0 || content == FeedContent.Title ? html : HtmlText.Paragraphs(story.Summary);
    }

    private string Attribution()
    {
        var html = new StringBuilder("<p>Source: ").Append(Link(Lead.Link, SourceName)).Append("</p>");
        if (Others.Count > 0)
        {
            html.Append("<p>Also reported by:</p><ul>");
            foreach (var other in Others)
            {
                html.Append("<li>").Append(HtmlText.Escape(other.Source)).Append(": ").Append(Link(other.Address, other.Title)).Append("</li>");
            }

            html.Append("</ul>");
        }

        return html.ToString();
    }

    private static IEnumerable<Report> Reports(PublishedEntry entry)
    {
        var others = entry.Others.Select(story => new Report(story.Link, LineOr(story.Title, story.Link.Host), LineOr(story.FeedName, story.Link.Host), IsSameArticle: false)).ToList();
        var carried = entry.Others.Prepend(entry.Lead).SelectMany(story => story.Carriers)
            .Select(carrier => new Report(carrier.Link, LineOr(carrier.Title, carrier.Link.Host), LineOr(carrier.FeedName, carrier.Link.Host), IsSameArticle: true));
        var outlets = others.Select(report => report.Address).Append(entry.Lead.Link).Select(Outlet.Of).ToHashSet(StringComparer.Ordinal);
        return others.Concat(carried.Where(report => outlets.Add(Outlet.Of(report.Address)))).Where(report => SafeAddress.IsWeb(report.Address));
    }

    private static string Link(Uri address, string text) =>
        $"<a href=\"{HtmlText.EscapeAttribute(WrittenAddress.Of(address))}\" rel=\"noopener noreferrer nofollow\">{HtmlText.Escape(text)}</a>";

    [GeneratedRegex("<[^<>]*@[^<>]*>", RegexOptions.CultureInvariant)]
    private static partial Regex MailAddress();
}

/// <summary>Where else the event is told.</summary>
/// <param name="Address">Where.</param>
/// <param name="Title">Under which headline.</param>
/// <param name="Source">By whom.</param>
/// <param name="IsSameArticle">Whether it is one of the cluster's articles as another outlet carries it, not one of its own.</param>
internal sealed record Report(Uri Address, string Title, string Source, bool IsSameArticle);

/// <summary>A category as a term and what people read.</summary>
internal sealed record Category(string Term, string Label);

/// <summary>A file with a media type and a length (0: unknown), as RSS wants all three.</summary>
internal sealed record Attachment(Uri Address, string MediaType, long Length);
