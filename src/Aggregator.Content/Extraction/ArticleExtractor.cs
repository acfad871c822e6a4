using Aggregator.Content.Extraction.Body;
using Aggregator.Content.Extraction.Metadata;
using Aggregator.Content.Extraction.Pages;
using Aggregator.Content.Extraction.Parts;
using Aggregator.Content.Extraction.Quality;
using Aggregator.Content.Extraction.Rules;
using Aggregator.Content.Extraction.Sites;
using Aggregator.Model.Articles;
using Aggregator.Model.Text;

namespace Aggregator.Content.Extraction;

/// <summary>
/// Turns an article's page into the article: decode, parse under guard, lay the page out as blocks, read the metadata, let candidate
/// bodies be judged, write the best one clean, say how far to trust it. Pure, deterministic and safe to call from many threads.
/// </summary>
public static class ArticleExtractor
{
    /// <summary>Bytes read of a page; what follows is ignored. 5 MB is also the fetcher's limit for pages.</summary>
    public const int MaxBytes = 5 * 1024 * 1024;

    /// <summary>
    /// Builds what is built at first use, lists of wordings and the forest, by reading a small page: a fraction of a second of work, seconds on a
    /// slow machine. Who bounds the time of a page calls it first, so that the first page is not charged for it.
    /// </summary>
    public static void Prepare() =>
        Extract(
            "<html><head><title>A bridge is built</title></head><body><p>By Jane Doe</p><p>The bridge over the river is to be built by spring.</p><p>It is the third.</p></body></html>"u8.ToArray(),
            new PageContext(new Uri("http://page.invalid/a-bridge")),
            CancellationToken.None);

    /// <summary>
    /// Reads the article on a page. Never throws on the page's content: what cannot be read gives an article with the verdict
    /// <see cref="BodyVerdict.Unusable"/> and a reason.
    /// </summary>
    /// <exception cref="OperationCanceledException">The token was cancelled; it is looked at between and within the passes.</exception>
    public static Article Extract(ReadOnlyMemory<byte> page, PageContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var html = RuledPage.Rewrite(PageDecoder.Decode(page.Span[..Math.Min(page.Length, MaxBytes)], context.ContentType), context.Rule);
        cancellationToken.ThrowIfCancellationRequested();
        using var parsed = PageParser.Parse(html, cancellationToken);
        if (parsed.Document is not { Body: { } root } document)
        {
            return Nothing(context, "the page has no body");
        }

        var ruled = RuledPage.Read(context.Rule, document, context.Address);
        cancellationToken.ThrowIfCancellationRequested();
        var tree = PageTreeBuilder.Build(root, cancellationToken);
        var metadata = MetadataReader.Read(document, tree, html, context);
        metadata = ruled?.Complete(metadata) ?? metadata;
        cancellationToken.ThrowIfCancellationRequested();
        var known = new KnownLines(tree, metadata, new Witnesses(metadata, EntryText.Of(context.Entry)), context);
        if (!known.Mark(tree))
        {
            return Nothing(context, "the page repeats what was read before");
        }

        var whole = tree;
        (tree, var body) = BodyFinder.Find(tree, root, known, ruled, metadata.ArticleBody, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        var text = body?.Text(tree) ?? "";
        var (verdict, reasons) = PageQuality.Judge(tree, body, text, metadata, context.Entry, parsed.IsWhole);
        if (ruled?.Problem is { } problem)
        {
            reasons.Add(problem);
        }

        var kind = PageKinds.Of(metadata, context.Address, body, verdict, reasons);
        return new Article
        {
            Title = metadata.Title,
            Authors = metadata.Authors,
            Published = metadata.Published,
            Modified = metadata.Modified,
            Language = metadata.Language,
            CanonicalAddress = metadata.CanonicalAddress,
            Image = metadata.Image,
            SiteName = metadata.SiteName,
            Kind = kind,
            BodyHtml = body is null ? "" : HtmlWriter.Write(body, context.Address),
            BodyText = text,
            WordCount = WordCount.Of(text),
            Verdict = verdict,
            Reasons = reasons,
            NoArchive = metadata.NoArchive,
            NextPage = ruled?.NextPage ?? (kind == PageKind.Article && verdict != BodyVerdict.Unusable ? NextPageFinder.Find(document, whole, context) : null),
            SinglePage = ruled?.SinglePage,
            Print = known.Print,
            RuleIsSpent = ruled?.IsSpent == true,
        };
    }

    /// <summary>A page as the body is chosen from it, and JSON-LD's articleBody, for whoever learns how. Null: it cannot be read.</summary>
    /// <param name="page">Its bytes.</param>
    /// <param name="context">What is known about it.</param>
    /// <param name="change">Takes elements out of the page, told by its tree, before it is looked at. Null: nothing is taken out.</param>
    internal static (PageTree Tree, Witnesses Witnesses, string? Claim)? Survey(ReadOnlyMemory<byte> page, PageContext context, Action<PageTree>? change = null)
    {
        var html = PageDecoder.Decode(page.Span[..Math.Min(page.Length, MaxBytes)], context.ContentType);
        using var parsed = PageParser.Parse(html, CancellationToken.None);
        if (parsed.Document is not { Body: { } root } document)
        {
            return null;
        }

        change?.Invoke(PageTreeBuilder.Build(root, CancellationToken.None));
        var tree = PageTreeBuilder.Build(root, CancellationToken.None);
        var metadata = MetadataReader.Read(document, tree, html, context);
        return (tree, new Witnesses(metadata, EntryText.Of(context.Entry)), metadata.ArticleBody);
    }

    private static Article Nothing(PageContext context, string reason) => new()
    {
        Title = context.Entry?.Title,
        Authors = context.Entry?.Authors ?? [],
        Published = context.Entry?.Published,
        Kind = PageKind.NotAnArticle,
        Verdict = BodyVerdict.Unusable,
        Reasons = [reason],
    };
}
