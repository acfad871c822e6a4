using System.Globalization;
using System.Xml.Linq;
using Aggregator.Content.Parsing.Dates;
using Aggregator.Content.Parsing.Text;
using Aggregator.Content.Parsing.XmlRepair;
using Aggregator.Model.Feeds;

namespace Aggregator.Content.Parsing.Formats.Xml;

/// <summary>
/// Reads RSS 0.9x to 2.0, RSS 1.0 and 1.1, Atom 0.3 and 1.0, CDF. The document is repaired first; CodeHollow.FeedReader reads what
/// comes out of it, and what it reads soundly leads: titles and ids; links, except that one of an Atom entry must be its alternate, for
/// FeedReader takes any; dates, except that of one given twice the last counts. All the rest is completed by namespace from the same elements, for the reasons given at
/// <see cref="LibraryReading"/>; so is what FeedReader did not find (a format, version or namespace it does not know).
/// </summary>
internal sealed class XmlFeedReader
{
    /// <summary>Entries stand at most so deep: rss, channel, items, and a few that others have swallowed.</summary>
    private const int MaxEntryDepth = 12;

    /// <summary>Characters before the document in which its beginning is looked for.</summary>
    private const int MaxOutput = 10_000;

    private static readonly string[] Authors = ["author", "atom:author", "dc:creator", "dc:author", "itunes:author", "googleplay:author", "managingeditor"];
    private static readonly string[] Owners = ["webmaster", "itunes:owner"];
    private static readonly string[] PodcastAuthors = ["itunes:author", "googleplay:author"];
    private static readonly string[] Contents = ["content:encoded", "atom:content", "content", "xhtml:body", "body", "fullitem"];
    private static readonly string[] Summaries = ["description", "summary", "atom:summary", "abstract", "dc:description", "dcterms:abstract", "itunes:summary", "itunes:subtitle", "googleplay:description", "media:description"];
    private static readonly string[] Contributors = ["contributor", "atom:contributor", "dc:contributor", "podcast:person"];
    private static readonly string[] DescriptionAndSummary = ["description", "summary"];
    private static readonly string[] Rights = ["rights", "copyright", "atom:rights", "atom:copyright", "dc:rights"];

    private readonly FeedElements _elements;
    private readonly FeedTexts _texts;
    private readonly FeedLinks _links;
    private readonly PersonReader _persons;
    private readonly EntryMediaReader _media;
    private readonly string _format;
    private readonly bool _atom;

    private XmlFeedReader(FeedElements elements, string format, bool atom)
    {
        _elements = elements;
        _texts = new FeedTexts(elements, atom);
        _links = new FeedLinks(elements, atom);
        _persons = new PersonReader(elements);
        _media = new EntryMediaReader(elements);
        _format = format;
        _atom = atom;
    }

    public static ParsedFeed? Read(string text, FeedDocument context, ProblemList problems)
    {
        var noticed = new ProblemList();
        var feed = TryRead(text, context, noticed);
        if (feed is null && BehindOutput(text) is { } document)
        {
            noticed = new ProblemList();
            noticed.Add("what the publisher's program wrote before the document was skipped");
            feed = TryRead(document, context, noticed);
        }

        problems.AddAll(noticed);
        return feed;
    }

    private static ParsedFeed? TryRead(string text, FeedDocument context, ProblemList problems)
    {
        if (LenientXml.Read(text, problems) is not { } root)
        {
            return null;
        }

        var words = new Vocabulary(root);
        if (FormatOf(root, words.Key(root), text) is not { } format)
        {
            return null;
        }

        var atom = format.StartsWith("atom", StringComparison.Ordinal);
        return new XmlFeedReader(new FeedElements(words, context.Address, problems), format, atom).ReadFeed(root, problems);
    }

    /// <summary>
    /// The document behind what the publisher's program wrote before it by mistake: a warning, in markup of its own. Null: there is none,
    /// or it is part of a whole page, which may show one.
    /// </summary>
    private static string? BehindOutput(string text)
    {
        var start = text.IndexOf("<?xml ", 1, Math.Max(0, Math.Min(text.Length, MaxOutput) - 1), StringComparison.Ordinal);
        return start > 0 && !text.AsSpan(0, start).Contains("<html", StringComparison.OrdinalIgnoreCase) ? text[start..] : null;
    }

    private static string? FormatOf(XElement root, string kind, string text)
    {
        var version = root.Attribute("version")?.Value.Trim() ?? "";
        return kind switch
        {
            "rss" => version is "0.90" or "0.91" or "0.92" or "0.93" or "0.94" ? "rss" + version : "rss2.0",
            "rdf:rdf" => IsRss090(root, text) ? "rss0.90" : "rss1.0",
            "atom:feed" or "feed" or "atom:entry" => version == "0.3" || root.Name.NamespaceName.Contains("purl.org/atom", StringComparison.Ordinal) ? "atom0.3" : "atom1.0",
            "channel" => IsCdf(root) ? "cdf" : "rss2.0",
            _ => null,
        };
    }

    /// <summary>RSS 0.90 is told by its namespace; a feed without elements of its own has it in its first tag alone.</summary>
    private static bool IsRss090(XElement root, string text)
    {
        const string Sign = "/rdf/simple/0.9";
        return root.Elements().FirstOrDefault() is { } first
            ? first.Name.NamespaceName.Contains(Sign, StringComparison.Ordinal)
            : text.AsSpan(0, Math.Min(text.Length, 2_000)).Contains(Sign, StringComparison.Ordinal);
    }

    /// <summary>Both a channel and its items have their addresses in attributes.</summary>
    private static bool IsCdf(XElement root) =>
        FeedElements.Attribute(root, "href") is not null || root.Elements().Any(child => child.Name.LocalName.Equals("item", StringComparison.OrdinalIgnoreCase) && FeedElements.Attribute(child, "href") is not null);

    private ParsedFeed ReadFeed(XElement root, ProblemList problems)
    {
        var channel = _atom ? root : root.Elements().FirstOrDefault(child => _elements.Key(child) == "channel") ?? root;
        LibraryReading.Prepare(root, channel.Name.Namespace);
        _elements.Enter(channel);
        var read = LibraryReading.Feed(Head(root, channel), _format);
        var authors = _persons.Read(channel, Authors);
        // RFC 4287 section 4.2.1: an entry without authors has those of its source, else those of the feed. So it is with podcasts.
        var inherited = _atom ? authors : _persons.Read(channel, PodcastAuthors);
        var site = Page(channel, read);
        _elements.LinksLeadInto(site);
        return new ParsedFeed
        {
            Format = _format,
            Id = Id(channel, FeedElements.Tidy(read.Id) ?? _elements.Value(channel, "id", "atom:id", "podcast:guid")) ?? About(channel),
            Title = Title(channel, read) ?? _texts.Line(channel, "title", "atom:title", "dc:title"),
            TitleHtml = _texts.LineMarkup(channel, "title", "atom:title", "dc:title"),
            Site = site,
            DescriptionHtml = _texts.Markup(channel, "description", "subtitle", "atom:subtitle", "atom:tagline", "tagline", "abstract", "itunes:summary", "itunes:subtitle", "googleplay:description", "atom:info", "info")
                ?? (_elements.Find(channel, "description", "subtitle", "atom:subtitle") is null ? null : ""),
            Rights = _texts.Line(channel, Rights),
            RightsHtml = _texts.LineMarkup(channel, Rights),
            Generator = _elements.Value(channel, "generator", "atom:generator"),
            Language = _elements.Value(channel, "language", "dc:language")
                ?? channel.AncestorsAndSelf().Select(FeedElements.Language).FirstOrDefault(language => language is not null)
                ?? (_elements.Find(channel, "language", "dc:language") is null ? null : ""),
            Image = _elements.Address(_elements.Find(channel, "atom:logo", "logo")) ?? ImageAddress(root) ?? _media.Image(),
            Icon = _elements.Address(_elements.Find(channel, "atom:icon", "icon")),
            Published = _elements.Date(channel, "pubdate", "atom:published", "published", "dcterms:issued", "dcterms:created") ?? FeedDate.Read(read.Published),
            Updated = _elements.Date(channel, "lastbuilddate", "atom:updated", "updated", "atom:modified", "modified", "dc:date", "dcterms:modified") ?? FeedDate.Read(read.Updated ?? FeedElements.Attribute(channel, "lastmod")),
            Authors = authors.Count > 0 ? authors : _persons.Read(channel, Owners),
            Contributors = _persons.Read(channel, Contributors),
            Categories = CategoryReader.Read(channel, _elements),
            Links = _links.All(channel),
            Explicit = _media.Explicit(channel),
            Wishes = PollingWishesReader.Read(channel, _elements),
            Entries = [.. FeedLimits.Entries(Items(root), problems).Select(item => ReadEntry(item, inherited))],
        };
    }

    private FeedEntry ReadEntry(XElement item, IReadOnlyList<FeedPerson> feedAuthors)
    {
        var read = LibraryReading.Entry(item, _format);
        _elements.Enter(item);
        var origin = ReadOrigin(item);
        var own = _persons.Read(item, Authors);
        var persons = own.Count > 0 ? own : origin is { Authors.Count: > 0 } ? origin.Authors : feedAuthors;
        var categories = CategoryReader.Read(item, _elements);
        var (summary, content) = ReadTexts(item);
        var replies = Replies(item);
        return new FeedEntry
        {
            Key = "",
            Fingerprint = "",
            Id = Id(item, FeedElements.Tidy(read.Id) ?? _elements.Value(item, "guid", "id", "atom:id")) ?? About(item),
            Link = Page(item, read),
            Title = Title(item, read) ?? _texts.Line(item, "title", "atom:title", "dc:title", "media:title", "itunes:title"),
            TitleHtml = _texts.LineMarkup(item, "title", "atom:title", "dc:title", "media:title", "itunes:title"),
            Persons = persons,
            Authors = [.. persons.Select(person => person.Name ?? person.Email).OfType<string>()],
            Contributors = _persons.Read(item, Contributors),
            Published = _elements.Date(item, "pubdate", "published", "atom:published", "atom:issued", "issued", "dc:date", "dcterms:issued", "dcterms:created", "atom:created", "created", "date") ?? FeedDate.Read(read.Published),
            Updated = _elements.Date(item, "updated", "atom:updated", "atom:modified", "modified", "dcterms:modified", "lastbuilddate") ?? FeedDate.Read(read.Updated ?? FeedElements.Attribute(item, "lastmod")),
            SummaryHtml = summary,
            ContentHtml = content,
            Categories = [.. categories.Select(category => category.Label ?? category.Term)],
            CategoryTerms = categories,
            Links = _links.All(item),
            Enclosures = _media.Enclosures(item),
            Image = _media.Image(),
            Thumbnails = _media.Thumbnails(),
            Duration = _media.Duration(item),
            Explicit = _media.Explicit(item),
            Comments = _elements.Address(_elements.Find(item, "comments")) ?? replies.Page,
            CommentCount = int.TryParse(_elements.Value(item, "slash:comments", "thr:total") ?? replies.Count, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : null,
            Rights = _texts.Line(item, Rights),
            RightsHtml = _texts.LineMarkup(item, Rights),
            Language = LanguageOf(item),
            Origin = origin,
            Place = _media.Place(),
        };
    }

    /// <summary>
    /// The entry's two texts. Of an RSS item that has both a description and a summary, and nothing that is called its content, the one
    /// that comes first is the summary.
    /// </summary>
    private (string? Summary, string? Content) ReadTexts(XElement item)
    {
        var content = _texts.Markup(item, Contents);
        var first = content is null && !_atom ? _elements.Children(item, DescriptionAndSummary).First : null;
        var second = first is null ? null : _elements.Find(item, _elements.Key(first) == "summary" ? "description" : "summary");
        return second is not null && _texts.Markup(first!) is { Length: > 0 } before && _texts.Markup(second) is { Length: > 0 } after
            ? (before, after)
            : (_texts.Markup(item, Summaries) ?? GroupDescription(item), content);
    }

    /// <summary>The language of what there is most to read of: the content, else the summary, else the title.</summary>
    private string? LanguageOf(XElement item) =>
        FeedElements.Language(_elements.Find(item, Contents) ?? _elements.Find(item, Summaries) ?? _elements.Find(item, "title", "atom:title"))
        ?? FeedElements.Language(item)
        ?? _elements.Value(item, "dc:language", "language");

    /// <summary>RSS source: the feed's address and title. Atom source: the feed's own elements (RFC 4287 section 4.2.11).</summary>
    private FeedOrigin? ReadOrigin(XElement item)
    {
        if (_elements.Find(item, "source", "atom:source") is not { } source)
        {
            return null;
        }

        if (!source.HasElements)
        {
            var title = _texts.Line(source, source.Value);
            var link = _elements.Address(source, "url");
            return title is null && link is null ? null : new FeedOrigin { Title = title, Link = link };
        }

        return new FeedOrigin
        {
            Title = _texts.Line(source, "title", "atom:title"),
            TitleHtml = _texts.LineMarkup(source, "title", "atom:title"),
            Link = _links.Page(source),
            Id = _elements.Value(source, "id", "atom:id"),
            Updated = _elements.Date(source, "updated", "atom:updated", "modified", "atom:modified"),
            Generator = _elements.Value(source, "generator", "atom:generator"),
            Image = _elements.Address(_elements.Find(source, "logo", "atom:logo")),
            Icon = _elements.Address(_elements.Find(source, "icon", "atom:icon")),
            Rights = _texts.Line(source, Rights),
            RightsHtml = _texts.LineMarkup(source, Rights),
            DescriptionHtml = _texts.Markup(source, "subtitle", "atom:subtitle", "tagline", "atom:tagline"),
            Authors = _persons.Read(source, Authors),
            Contributors = _persons.Read(source, Contributors),
            Categories = CategoryReader.Read(source, _elements),
            Links = _links.All(source),
        };
    }

    /// <summary>The entries in document order. One that stands inside another (nobody closed the first, FeedSync's conflicts) counts too.</summary>
    private IEnumerable<XElement> Items(XElement root)
    {
        if (_elements.IsEntry(root))
        {
            yield return root;
        }

        var walks = new Stack<IEnumerator<XElement>>();
        walks.Push(_elements.Inside(root).GetEnumerator());
        while (walks.TryPeek(out var walk))
        {
            if (!walk.MoveNext())
            {
                walks.Pop().Dispose();
            }
            else if (_elements.IsEntry(walk.Current) && walk.Current.Ancestors().Take(MaxEntryDepth + 1).Count() <= MaxEntryDepth)
            {
                var item = walk.Current;
                yield return item;
                walks.Push(_elements.Inside(item).GetEnumerator());
            }
        }
    }

    /// <summary>A copy of the document without its entries, for FeedReader to read the feed from: it reads every entry it sees.</summary>
    private XElement Head(XElement root, XElement channel)
    {
        var children = channel.Elements().Where(child => !_elements.IsEntry(child));
        return channel == root
            ? new XElement(root.Name, root.Attributes(), children)
            : new XElement(root.Name, root.Attributes(), new XElement(channel.Name, channel.Attributes(), children));
    }

    /// <summary>An id as stated, but one that is a path means an address (RFC 4287 section 4.2.6: an id is never relative).</summary>
    private string? Id(XElement owner, string? stated) =>
        _atom && stated is not null && Addresses.IsPath(stated) && _elements.Find(owner, "id", "atom:id") is { } element
            ? _elements.AddressIn(element, stated)?.OriginalString ?? stated
            : stated;

    private static string? About(XElement owner) => FeedElements.Attribute(owner, "about");

    private string? Title(XElement owner, LibraryReading read) => _texts.Line(_elements.Find(owner, "title", "atom:title"), read.Title);

    private Uri? Page(XElement owner, LibraryReading read)
    {
        if (_atom)
        {
            var confirmed = read.Link is { } href ? _links.ToPage(owner, href.Trim()) : null;
            return (confirmed is null ? null : _elements.Address(confirmed, "href"))
                ?? _links.Page(owner)
                ?? IdAsPage(owner);
        }

        return _elements.AddressIn(_elements.Find(owner, "link") ?? owner, read.Link)
            ?? _links.Page(owner)
            ?? Permalink(owner)
            ?? (_format == "cdf" ? _elements.Address(owner, "href") : null);
    }

    /// <summary>An Atom id that is an address, where there is no link whatever.</summary>
    private Uri? IdAsPage(XElement entry) => _elements.Find(entry, "link", "atom:link") is null
        ? Addresses.UsableBase(_elements.Address(_elements.Find(entry, "id", "atom:id")))
        : null;

    /// <summary>A guid that is an address (RSS 2.0: unless isPermaLink says otherwise), not just any word.</summary>
    private Uri? Permalink(XElement item) =>
        _elements.Find(item, "guid") is { } guid && !"false".Equals(FeedElements.Attribute(guid, "isPermaLink"), StringComparison.OrdinalIgnoreCase)
            && _elements.Address(guid) is { } address && (Addresses.IsPath(guid.Value.Trim()) || Uri.TryCreate(guid.Value.Trim(), UriKind.Absolute, out _)) ? address : null;

    /// <summary>The page with the replies, and how many wait there (RFC 4685 section 4).</summary>
    private (Uri? Page, string? Count) Replies(XElement item)
    {
        Uri? page = null;
        string? count = null;
        foreach (var link in _elements.Children(item, FeedElements.LinkKeys))
        {
            if (link.HasAttributes && FeedElements.Attribute(link, "rel") == "replies")
            {
                page ??= FeedElements.Attribute(link, "type") is "text/html" or "application/xhtml+xml" ? _elements.Address(link, "href") : null;
                count ??= FeedElements.Attribute(link, "count");
            }
        }

        return (page, count);
    }

    private string? GroupDescription(XElement item) => _elements.Find(item, "media:group") is { } group ? _texts.Markup(group, "media:description") : null;

    private Uri? ImageAddress(XElement root) => _elements.Inside(root)
        .Where(element => _elements.Key(element) == "image")
        .Select(image => _elements.Address(_elements.Find(image, "url")))
        .FirstOrDefault(address => address is not null);
}
