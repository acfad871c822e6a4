using System.Xml.XPath;

namespace Aggregator.Content.Extraction.Rules;

/// <summary>How to read the pages of one site, as its file says. Safe for concurrent use.</summary>
public sealed class SiteRule
{
    /// <summary>The file the rule was read from, for messages.</summary>
    public required string File { get; init; }

    /// <summary>Where the body is; the first that finds something counts, all it finds in the page's order.</summary>
    internal IReadOnlyList<XPathExpression> Body { get; init; } = [];

    internal IReadOnlyList<XPathExpression> Title { get; init; } = [];

    internal IReadOnlyList<XPathExpression> Author { get; init; } = [];

    internal IReadOnlyList<XPathExpression> Date { get; init; } = [];

    internal IReadOnlyList<XPathExpression> Strip { get; init; } = [];

    /// <summary>Parts of the class or id of elements that are left out.</summary>
    internal IReadOnlyList<string> StripNames { get; init; } = [];

    /// <summary>Parts of the address of pictures that are left out.</summary>
    internal IReadOnlyList<string> StripImages { get; init; } = [];

    internal IReadOnlyList<XPathExpression> NextPage { get; init; } = [];

    internal IReadOnlyList<XPathExpression> SinglePage { get; init; } = [];

    /// <summary>Texts that are replaced in the page's source before it is parsed.</summary>
    internal IReadOnlyList<(string Find, string Replace)> Replacements { get; init; } = [];

    /// <summary>What is known as furniture is left out of the body, too.</summary>
    internal bool Prune { get; init; } = true;
}
