namespace Aggregator.Content.Extraction.Body;

/// <summary>What the names that an author gave to an element (class, id, role) say about its content.</summary>
[Flags]
internal enum Hints
{
    None = 0,

    /// <summary>Furniture wherever it is: menus, share bars, comments, related stories, advertising, newsletter boxes.</summary>
    Furniture = 1,

    /// <summary>Often furniture: widgets, promotion, meta lines.</summary>
    Suspect = 2,

    /// <summary>The article's text.</summary>
    Content = 4,

    /// <summary>Author line, date line.</summary>
    Byline = 8,

    /// <summary>A picture's caption or credit.</summary>
    Caption = 16,

    /// <summary>Not shown to sighted readers.</summary>
    Hidden = 32,

    /// <summary>Readers' comments.</summary>
    Comments = 64,

    /// <summary>The standfirst under the headline.</summary>
    Summary = 128,

    /// <summary>A link made to look like a button.</summary>
    Button = 256,
}
