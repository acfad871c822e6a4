using AngleSharp.Dom;

namespace Aggregator.Content.Extraction.Body;

/// <summary>
/// An element or a run of text of the page, kept for as long as one page is read. The tree is lighter than the DOM and knows, for every
/// element, which of the page's blocks it holds: [<see cref="FirstBlock"/>, <see cref="EndBlock"/>).
/// </summary>
internal sealed class PageNode
{
    public required string Name { get; init; }

    /// <summary>The element; null for a run of text.</summary>
    public IElement? Element { get; init; }

    /// <summary>The text of a run of text; null for an element.</summary>
    public string? Text { get; init; }

    public PageNode? Parent { get; init; }

    public List<PageNode> Children { get; } = [];

    /// <summary>What class, id and role say about the element itself.</summary>
    public Hints Hints { get; init; }

    /// <summary>The element starts a new line: it is no inline element, or it holds something that is none.</summary>
    public bool IsBlock { get; set; }

    public int FirstBlock { get; set; }

    public int EndBlock { get; set; }

    /// <summary>Readability's score; only meaningful while candidates are found.</summary>
    public double Score { get; set; }

    public bool IsText => Text is not null;

    /// <summary>Whether <paramref name="other"/> is this node or lies below it.</summary>
    public bool Contains(PageNode? other)
    {
        for (var node = other; node is not null; node = node.Parent)
        {
            if (node == this)
            {
                return true;
            }
        }

        return false;
    }
}
