using AngleSharp;
using AngleSharp.Dom;
using AngleSharp.Html;
using AngleSharp.Html.Dom;
using AngleSharp.Html.LinkRels;
using AngleSharp.Html.Parser;

namespace Aggregator.Content.Sanitizing;

/// <summary>
/// Parses HTML within bounds. A tree builder's work grows with the square of the number of elements left open, and one unclosed
/// formatting element is made again in every block that follows (HTML, "reconstruct the active formatting elements"), so a few
/// kilobytes can hold a processor for a minute. What is measured is the tree itself while it grows, not an estimate made from the
/// tags: the parser is stopped by the element that goes too far, before it costs anything.
/// </summary>
internal static class GuardedHtml
{
    /// <summary>The most characters parsed. Pages are capped at 5 MB where they are fetched; an entry's text is far smaller.</summary>
    public const int MaxCharacters = 5_000_000;

    /// <summary>
    /// The most elements in a text. Taking out one of many siblings costs a search among them all, so the work on a tree grows with the
    /// square of this. The largest of 2,036 whole pages had 11,500 (November 2026); 20,000 took up to two seconds.
    /// </summary>
    public const int MaxElementsOfText = 15_000;

    /// <summary>The most attributes of an element: each is looked for among the others. Real ones stay below 100.</summary>
    private const int MaxAttributes = 1_000;

    /// <summary>The most frames: each is remembered by the document, and taking anything out asks them all. Real texts have a dozen.</summary>
    private const int MaxFrames = 1_000;

    /// <summary>The most base elements: for each that comes or goes, the parser walks through the whole tree. Real pages have one.</summary>
    private const int MaxBases = 50;

    /// <summary>Where an element is deep: with so many around it. Articles stay below 60; the parser itself flattens beyond 512.</summary>
    private const int MaxDepth = 400;

    /// <summary>The most elements below that depth.</summary>
    private const int MaxDeepElements = 2_000;

    /// <summary>What the tags of a document may cost together: one that closes nothing is looked for among all elements that are open, and leaves no trace of it.</summary>
    private const int MaxLookUps = 20_000_000;

    /// <summary>How deep a document may be however many tags it has.</summary>
    private const int LeastDepth = 100;

    // What a link element names is not fetched. The parser's own relations read its address while the tree grows, and throw at one that none can be.
    private static readonly IConfiguration Unguarded = Configuration.Default.Without<IElementFactory<Document, HtmlElement>>().Without<ILinkRelationFactory>().With(new NoRelations());

    private static readonly IElementFactory<Document, HtmlElement> Elements =
        Configuration.Default.Services.OfType<IElementFactory<Document, HtmlElement>>().Single();

    /// <summary>The document of a piece of text, or null when the input is beyond the bounds. Never throws on strangers' text.</summary>
    public static IHtmlDocument? Parse(string html) => Parse(html, MaxElementsOfText, new HtmlParserOptions(), CancellationToken.None);

    /// <summary>The document, or null when the input is beyond the bounds. Never throws on strangers' text.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled; it is looked at while the tree grows.</exception>
    public static IHtmlDocument? Parse(string html, int maxElements, HtmlParserOptions options, CancellationToken cancellationToken)
    {
        var (document, isWhole) = ParseWhatHolds(html, maxElements, options, cancellationToken);
        if (isWhole)
        {
            return document;
        }

        document?.Dispose();
        return null;
    }

    /// <summary>
    /// The document, or as much of it as was built before the bounds were reached, and whether that is all. Null: nothing was built.
    /// Never throws on strangers' text.
    /// </summary>
    /// <exception cref="OperationCanceledException">The token was cancelled; it is looked at while the tree grows.</exception>
    public static (IHtmlDocument? Document, bool IsWhole) ParseWhatHolds(string html, int maxElements, HtmlParserOptions options, CancellationToken cancellationToken)
    {
        if (html.Length > MaxCharacters)
        {
            return (null, false);
        }

        var guard = new Guard(maxElements, Math.Max(LeastDepth, MaxLookUps / (1 + html.AsSpan().Count('<'))), cancellationToken);
        options.IsScripting = false;
        options.OnCreated = guard.SeeCreated;
        try
        {
            var context = BrowsingContext.New(Unguarded.With(guard));
            var document = new HtmlParser(options, context).ParseDocument(html);
            guard.SeeLast();
            return (document, true);
        }
        catch (BeyondBoundsException)
        {
            return (guard.Document, false);
        }
#pragma warning disable CA1031 // A fault of the parser in a stranger's text costs that text.
        catch (Exception fault) when (fault is not OperationCanceledException)
#pragma warning restore CA1031
        {
            return (null, false);
        }
        finally
        {
            guard.Rest();
        }
    }

    /// <summary>The parser's source of HTML elements: those of the tags, and the copies of formatting elements.</summary>
    private sealed class Guard(int maxElements, int maxDepth, CancellationToken cancellationToken) : IElementFactory<Document, HtmlElement>
    {
        private int _count;
        private int _deep;
        private int _frames;
        private int _bases;
        private bool _rests;

        private IElement? _last;

        /// <summary>The document that grows. Null: it has no element yet.</summary>
        public IHtmlDocument? Document { get; private set; }

        public HtmlElement Create(Document document, string localName, string? prefix, NodeFlags flags)
        {
            Document ??= document as IHtmlDocument;
            var element = Elements.Create(document, localName, prefix, flags);
            See(element);
            return element;
        }

        /// <summary>Elements that come another way: SVG, MathML and templates, which are never copied.</summary>
        public void SeeCreated(IElement element, AngleSharp.Text.TextPosition position)
        {
            if (element != _last)
            {
                See(element);
            }
        }

        /// <summary>Looks at the element made last, which has its attributes now and its place in the tree.</summary>
        public void SeeLast()
        {
            var depth = 0;
            for (INode? node = _last; node is not null; node = node.Parent)
            {
                depth++;
            }

            if (depth > maxDepth || (depth > MaxDepth && ++_deep > MaxDeepElements) || _last?.Attributes.Length > MaxAttributes)
            {
                throw new BeyondBoundsException();
            }
        }

        /// <summary>The document is read: what its readers make in it, themselves or by copying, is no stranger's and not counted.</summary>
        public void Rest()
        {
            _rests = true;
            _last = null;
        }

        private void See(IElement element)
        {
            if (_rests)
            {
                return;
            }

            SeeLast();
            _last = element;
            if (++_count > maxElements || (element is IHtmlInlineFrameElement && ++_frames > MaxFrames) || (element is IHtmlBaseElement && ++_bases > MaxBases))
            {
                throw new BeyondBoundsException();
            }

            if ((_count & 1023) == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    private sealed class NoRelations : ILinkRelationFactory
    {
        public BaseLinkRelation Create(IHtmlLinkElement link, string? relation) => null!;
    }

    private sealed class BeyondBoundsException : Exception;
}
