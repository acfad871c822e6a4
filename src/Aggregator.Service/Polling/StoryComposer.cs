using Aggregator.Content.Sanitizing;
using Aggregator.Model.Articles;
using Aggregator.Model.Feeds;
using Aggregator.Model.Stories;
using Aggregator.Model.Text;

namespace Aggregator.Service.Polling;

/// <summary>
/// Makes a story out of a feed's entry and, where it could be read, the article's page. The feed leads where both speak of the same
/// thing (title, date, authors): it is the publisher's own word on the entry. The page leads for the body.
/// </summary>
public static class StoryComposer
{
    private const int SummaryLength = 500;

    /// <summary>
    /// The story told by <paramref name="entry"/>, not tagged yet and alone in its cluster. <paramref name="page"/> is what became of
    /// the article's page.
    /// </summary>
    public static Story Compose(FeedSource source, ParsedFeed feed, FeedEntry entry, ArticlePage page, DateTimeOffset firstSeen)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(feed);
        ArgumentNullException.ThrowIfNull(entry);
        ArgumentNullException.ThrowIfNull(page);

        var id = entry.StoryIn(source.Id);
        var article = page.Article;
        var enclosures = entry.Enclosures.Where(enclosure => OnTheWeb(enclosure.Address) is not null).ToList();
        var link = OnTheWeb(entry.Link) ?? (enclosures.Count > 0 ? enclosures[0].Address : null) ?? OnTheWeb(feed.Site) ?? AddressSecrets.Without(source.Address);
        var (body, origin, note) = ChooseBody(entry, page, link);
        var title = FirstText(entry.Title, article?.Title, FirstLine(body.Text), link.ToString());
        if (body.Text.Length == 0)
        {
            // Where all was put into the title, its links and pictures are the article.
            var titled = Clean(entry.TitleHtml, link);
            (body, origin) = (titled.Html.Length > 0 ? new StoryBody(titled.Html, title) : HtmlOf(title), BodySource.Title);
            note = Join(note, "neither the page nor the feed has any text");
        }

        var noArchive = page.NoArchive || article?.NoArchive == true;
        return new Story
        {
            Id = id,
            Feed = source.Id,
            FeedName = source.Title ?? feed.Title ?? source.Name,
            Category = source.Category,
            Link = PlainForm(link, article?.CanonicalAddress),
            OtherAddresses = OtherAddresses(link, page),
            Title = title,
            Authors = entry.Authors.Count > 0 ? entry.Authors : article?.Authors ?? [],
            Published = entry.Published ?? article?.Published ?? entry.Updated,
            FirstSeen = firstSeen,
            Updated = firstSeen,
            Language = source.Language ?? entry.Language ?? article?.Language ?? (string.IsNullOrEmpty(feed.Language) ? null : feed.Language),
            Image = OnTheWeb(article?.Image) ?? OnTheWeb(entry.Image),
            Comments = OnTheWeb(entry.Comments),
            Enclosures = enclosures,
            Summary = Beginning(noArchive ? OwnText(entry) : Summarise(entry, body, origin)),
            WordCount = WordCount.Of(body.Text),
            BodySource = origin,
            BodyNote = note,
            NoArchive = noArchive,
            Cluster = new ClusterId(id.Value),
            Fingerprint = entry.Fingerprint,
            Page = page.Validators,
            Body = body,
        };
    }

    /// <summary>
    /// An edited story whose page is out of reach keeps the article that was read before: losing text because a site has a bad hour
    /// would be worse than showing the old wording. <paramref name="isAsBefore"/>: the site said that the page is as it was, so its text is
    /// no older than the edit.
    /// </summary>
    public static Story KeepBetterText(Story story, Story? before, FeedSource source, bool isAsBefore)
    {
        ArgumentNullException.ThrowIfNull(story);
        ArgumentNullException.ThrowIfNull(source);
        return before is { BodySource: BodySource.Page } && story.BodySource != BodySource.Page && source.FullText
            ? story with
            {
                Body = before.Body,
                BodySource = BodySource.Page,
                BodyNote = isAsBefore ? before.BodyNote : Join(story.BodyNote, "the text is of an earlier version"),
                Page = before.Page,
                WordCount = before.WordCount,
                Image = story.Image ?? before.Image,
                Authors = story.Authors.Count > 0 ? story.Authors : before.Authors,
                NoArchive = story.NoArchive || before.NoArchive,
                Summary = before.Summary,
            }
            : story;
    }

    /// <summary>
    /// A story that its publisher touched and whose title and text tell what they told before is not updated: readers would be sent to
    /// read the same again.
    /// </summary>
    public static Story KeepDateOfSameText(Story story, Story? before)
    {
        ArgumentNullException.ThrowIfNull(story);
        return before is not null && StoryVersion.TellsTheSame(before.Title, story.Title) && StoryVersion.TellsTheSame(before.Body?.Text ?? "", story.Body?.Text ?? "")
            ? story with { Updated = before.Updated }
            : story;
    }

    private static (StoryBody Body, BodySource Origin, string? Note) ChooseBody(FeedEntry entry, ArticlePage page, Uri link)
    {
        var own = entry.ContentHtml ?? entry.SummaryHtml;
        var fromFeed = Clean(own, link);
        if (page.Article is not { Verdict: not BodyVerdict.Unusable, BodyText.Length: > 0 } article)
        {
            var why = page.Article is { } unusable ? string.Join("; ", unusable.Reasons) : page.Note;
            return (fromFeed, BodySource.Feed, string.IsNullOrEmpty(why) ? null : why);
        }

        // A doubtful page loses to a feed that carries clearly more of the article.
        if (article.Verdict == BodyVerdict.Doubtful && fromFeed.Text.Length > article.BodyText.Length * 1.2)
        {
            return (fromFeed, BodySource.Feed, Join(string.Join("; ", article.Reasons), "the feed has more of the text"));
        }

        var note = article.Reasons.Count > 0 ? string.Join("; ", article.Reasons) : null;
        return (new StoryBody(HtmlCleaner.Clean(article.BodyHtml, link), article.BodyText), BodySource.Page, note);
    }

    /// <summary>What the feed itself says: all that may be shown of a page whose publisher does not want it republished.</summary>
    private static string OwnText(FeedEntry entry) => PlainText.FromHtml(entry.SummaryHtml ?? entry.ContentHtml ?? "");

    private static string Summarise(FeedEntry entry, StoryBody body, BodySource origin)
    {
        // The publisher's own summary, where it is one and not the whole text over again.
        if (entry is { SummaryHtml: { } summary } && (entry.ContentHtml is not null || origin == BodySource.Page))
        {
            var text = PlainText.FromHtml(summary);
            if (text.Length is > 40 and < 1500)
            {
                return text;
            }
        }

        return body.Text;
    }

    /// <summary>
    /// The address to send readers to: the page's own word for itself where that names the same article in another form (not the AMP page, no
    /// campaign), else the link without what follows readers around.
    /// </summary>
    private static Uri PlainForm(Uri link, Uri? canonical) =>
        canonical is not null && canonical.Scheme == link.Scheme && ArticleAddress.KeyOf(canonical) is { } key && key == ArticleAddress.KeyOf(link)
            ? canonical
            : AddressKey.WithoutTracking(link);

    /// <summary>Where the link led, and what the page calls itself, where that is not the link.</summary>
    private static List<Uri> OtherAddresses(Uri link, ArticlePage page) =>
        [.. ((Uri?[])[page.Address, page.Article?.CanonicalAddress]).OfType<Uri>().Where(address => OnTheWeb(address) is not null && address != link).Distinct()];

    /// <summary>An address that may be shown and followed: absolute, http or https. Anything else ("javascript:" ...) is dropped.</summary>
    private static Uri? OnTheWeb(Uri? address) =>
        address is { IsAbsoluteUri: true } && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps) ? address : null;

    private static StoryBody Clean(string? html, Uri link) => html is null ? StoryBody.Empty : HtmlCleaner.CleanBody(html, link);

    private static StoryBody HtmlOf(string text) => new($"<p>{System.Net.WebUtility.HtmlEncode(text)}</p>", text);

    private static string Beginning(string text)
    {
        var line = PlainText.OneLine(text);
        if (line.Length <= SummaryLength)
        {
            return line;
        }

        var cut = line.LastIndexOf(' ', SummaryLength - 1);
        cut = cut > SummaryLength / 2 ? cut : SummaryLength - 1;
        return string.Concat(line.AsSpan(0, char.IsHighSurrogate(line[cut - 1]) ? cut - 1 : cut), "…");
    }

    private static string FirstLine(string text)
    {
        var end = text.IndexOf('\n', StringComparison.Ordinal);
        var line = end < 0 ? text : text[..end];
        return line.Length <= 120 ? line : string.Concat(line.AsSpan(0, 119), "…");
    }

    private static string FirstText(params ReadOnlySpan<string?> candidates)
    {
        foreach (var candidate in candidates)
        {
            if (!string.IsNullOrWhiteSpace(candidate) && PlainText.OneLine(candidate) is { Length: > 0 } text)
            {
                return text;
            }
        }

        return "(untitled)";
    }

    private static string Join(string? first, string second) => string.IsNullOrEmpty(first) ? second : $"{first}; {second}";
}

/// <summary>What became of an entry's page.</summary>
/// <param name="Article">What was read from it. Null: it was not fetched or could not be read.</param>
/// <param name="Note">Why there is no article, in words. Null: there is one, or none was asked for.</param>
/// <param name="NoArchive">The answer's headers ask not to republish the page.</param>
public sealed record ArticlePage(Article? Article, string? Note, bool NoArchive)
{
    /// <summary>The address that the page came from, behind all redirects. Null: none came.</summary>
    public Uri? Address { get; init; }

    /// <summary>The page was out of reach for the moment: another try hours later may bring it.</summary>
    public bool RetryLater { get; init; }

    /// <summary>The page was asked for again and is as it was when the story was made of it.</summary>
    public bool IsAsBefore { get; init; }

    /// <summary>What to ask for the page with next time. Null: nothing.</summary>
    public PageValidators? Validators { get; init; }

    /// <summary>No page was asked for.</summary>
    public static ArticlePage NotWanted { get; } = new(null, null, false);
}
