namespace Aggregator.Content.Opml;

/// <summary>A subscription list (OPML 1.0, 2.0).</summary>
/// <param name="Title">What it calls itself. Null: nothing.</param>
/// <param name="Feeds">The subscriptions in document order.</param>
/// <param name="Problems">What was wrong with the document and what was done about it. Empty: nothing.</param>
public sealed record OpmlList(string? Title, IReadOnlyList<OpmlFeed> Feeds, IReadOnlyList<string> Problems);

/// <summary>A subscription.</summary>
public sealed record OpmlFeed
{
    /// <summary>The feed's address as written (xmlUrl); nothing about it is checked.</summary>
    public required string Address { get; init; }

    /// <summary>Its name (title, else text). Null: none, or only its address again.</summary>
    public string? Title { get; init; }

    /// <summary>
    /// Its group: the names of the outlines around it, outermost first, joined by <see cref="OpmlReader.PathSeparator"/>; without any, the
    /// first of its category attribute in the same form. Null: none.
    /// </summary>
    public string? Category { get; init; }

    /// <summary>The web site behind it, as written (htmlUrl). Null: none.</summary>
    public string? Site { get; init; }

    /// <summary>Its language as written. Null: none.</summary>
    public string? Language { get; init; }

    /// <summary>It, or an outline around it, is commented out (isComment).</summary>
    public bool IsOff { get; init; }

    /// <summary>The line its outline begins in, from 1. Null: unknown.</summary>
    public int? Line { get; init; }
}
