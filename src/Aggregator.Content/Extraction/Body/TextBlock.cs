namespace Aggregator.Content.Extraction.Body;

/// <summary>A line of the page as a reader sees it: the text of a paragraph, heading, list item, table cell or bare run between blocks.</summary>
internal sealed class TextBlock
{
    private const int MaxKeyLength = 3_000;

    private Lines? _says;
    private string? _key;

    public required int Index { get; init; }

    /// <summary>The nearest element that starts a line.</summary>
    public required PageNode Owner { get; init; }

    /// <summary>The text, white space collapsed (kept in preformatted text). Never empty.</summary>
    public required string Text { get; init; }

    /// <summary>Characters inside links.</summary>
    public required int LinkLength { get; init; }

    /// <summary>Characters in bold type.</summary>
    public required int StrongLength { get; init; }

    /// <summary>Number of links.</summary>
    public required int Links { get; init; }

    /// <summary>Separate runs of text (a button row has many short ones).</summary>
    public required int Runs { get; init; }

    /// <summary>Level of the heading that holds the block, 1 to 6; 0: none.</summary>
    public required int Heading { get; init; }

    /// <summary>What the names of the small elements around the block say.</summary>
    public Hints Around { get; set; }

    /// <summary>The block lies in a list item.</summary>
    public bool InList { get; init; }

    /// <summary>The block lies in a table cell.</summary>
    public bool InTable { get; init; }

    /// <summary>The block lies in preformatted text.</summary>
    public bool InCode { get; init; }

    /// <summary>The block is a figure's caption.</summary>
    public bool InCaption { get; init; }

    /// <summary>The block lies in a quotation.</summary>
    public bool InQuote { get; init; }

    public int Length => Text.Length;

    /// <summary>The beginning of the text as a <see cref="TextKey"/>, for comparing.</summary>
    public string Key => _key ??= TextKey.Of(Text.Length > MaxKeyLength ? Text[..MaxKeyLength] : Text);

    /// <summary>What the words of the line say; found out once, because many candidates ask, and not of a menu's lines, which are most of a page.</summary>
    public Lines Says => _says ??= IsMenuLine ? Lines.None : Phrases.Read(Text);

    /// <summary>Furniture without a sentence in it: two lines in three of a page, and never any of the article's.</summary>
    public bool IsMenuLine => Furniture && Prose == 0;

    public double LinkDensity => (double)LinkLength / Math.Max(1, Text.Length);

    public bool EndsSentence
    {
        get
        {
            var end = Text.AsSpan().TrimEnd("\"'”’»)] ");
            return !end.IsEmpty && end[^1] is '.' or '!' or '?' or '…' or ':' or '。' or '！' or '？' or '：' or ';';
        }
    }

    /// <summary>Characters of running text: long enough to be a sentence, and not mostly links.</summary>
    public int Prose { get; set; }

    /// <summary>Belongs to the page's furniture (menus, share bars, related stories, comments), not to an article.</summary>
    public bool Furniture { get; set; }

    /// <summary>Other pages of the site have it in the same place, or the article's earlier pages have it: it is not this page's.</summary>
    public bool SeenElsewhere { get; set; }
}
