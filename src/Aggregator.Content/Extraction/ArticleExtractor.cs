using Aggregator.Content.Extraction.Body;
using Aggregator.Content.Extraction.Metadata;
using Aggregator.Content.Extraction.Pages;
using Aggregator.Content.Extraction.Parts;
using Aggregator.Content.Extraction.Rules;
using Aggregator.Content.Extraction.Sites;
using Aggregator.Model.Articles;

namespace Aggregator.Content.Extraction;

/// <summary>
/// Turns an article's page into the article: decode, parse under guard, lay the page out as blocks, read the metadata, let candidate
/// bodies be judged, write the best one clean, say how far to trust it. Pure, deterministic and safe to call from many threads.
/// </summary>
public static class ArticleExtractor
{
    /// <summary>Bytes read of a page; what follows is ignored. 5 MB is also the fetcher's limit for pages.</summary>
    public const int MaxBytes = 5 * 1024 * 1024;

    /// <summary>A body with fewer characters makes the page be looked at a second time.</summary>
    private const int LittleText = 300;

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
        using var document = PageParser.Parse(html, cancellationToken);
        if (document?.Body is not { } root)
        {
            return Nothing(context, document is null ? "the page is nested too deeply or has too many elements" : "the page has no body");
        }

        var ruled = RuledPage.Read(context.Rule, document, context.Address);
        cancellationToken.ThrowIfCancellationRequested();
        var tree = PageTreeBuilder.Build(root);
        cancellationToken.ThrowIfCancellationRequested();
        var metadata = MetadataReader.Read(document, tree, html, context);
        metadata = ruled?.Complete(metadata) ?? metadata;
        cancellationToken.ThrowIfCancellationRequested();
        var witnesses = new Witnesses(metadata, EntryText.Of(context.Entry));
        var lines = PagePrinter.Lines(tree);
        var print = PagePrinter.Of(lines, metadata, context.Address);
        SeenMarker.Mark(tree, witnesses, context.Site, print, lines);
        if (RepeatMarker.Mark(tree, context.Earlier))
        {
            return Nothing(context, "the page repeats what was read before");
        }

        var named = ruled?.Body(tree, witnesses);
        var body = named ?? BodyJudge.Choose(tree, witnesses);
        if (named is null && (body is null || (body.KeptLength < LittleText && tree.Length(tree.Root) > 2 * LittleText)))
        {
            // Perhaps the article is called something that only furniture is called elsewhere.
            cancellationToken.ThrowIfCancellationRequested();
            var plain = PageTreeBuilder.Build(root, believeNames: false);
            SeenMarker.Mark(plain, witnesses, context.Site, print, lines);
            RepeatMarker.Mark(plain, context.Earlier);
            if (BodyJudge.Choose(plain, witnesses) is { } second && second.KeptLength > 2 * (body?.KeptLength ?? 0))
            {
                (tree, body) = (plain, second);
            }
        }

        cancellationToken.ThrowIfCancellationRequested();
        var text = body?.Text(tree) ?? "";
        var (verdict, reasons) = PageQuality.Judge(tree, body, text, metadata);
        if (ruled?.Problem is { } problem)
        {
            reasons.Add(problem);
        }

        var kind = PageQuality.KindOf(metadata, verdict, body, reasons);
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
            Verdict = verdict,
            Reasons = reasons,
            NoArchive = metadata.NoArchive,
            NextPage = ruled?.NextPage ?? (kind == PageKind.Article && verdict != BodyVerdict.Unusable ? NextPageFinder.Find(document, context) : null),
            SinglePage = ruled?.SinglePage,
            Print = print,
        };
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
