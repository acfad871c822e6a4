using Aggregator.Content.Extraction.Body;
using Aggregator.Content.Extraction.Metadata;
using Aggregator.Model.Articles;

namespace Aggregator.Content.Extraction.Sites;

/// <summary>Lines of a page that were read elsewhere: on other pages of its site, or on the article's earlier pages.</summary>
internal sealed class KnownLines
{
    private readonly ulong[] _lines;
    private readonly PageContext _context;

    public KnownLines(PageTree tree, PageMetadata metadata, Witnesses witnesses, PageContext context)
    {
        (_context, Witnesses) = (context, witnesses);
        _lines = PagePrinter.Lines(tree);
        Print = PagePrinter.Of(_lines, metadata, context.Address);
    }

    public Witnesses Witnesses { get; }

    /// <summary>What later pages of the site are compared with.</summary>
    public PagePrint Print { get; }

    /// <summary>Marks the lines in a tree of the page. False: the page repeats what was read before.</summary>
    public bool Mark(PageTree tree)
    {
        SeenMarker.Mark(tree, Witnesses, _context.Site, Print, _lines);
        return !RepeatMarker.Mark(tree, _context.Earlier);
    }
}
