namespace Aggregator.Content.Extraction.Pages;

/// <summary>
/// The elements that are open at a place in the markup, as far as it can be told from the tags: an end tag closes all that was opened
/// inside, and a paragraph, item, cell or row ends where the next one begins (HTML section 13.1.2.4, "Optional tags").
/// </summary>
internal sealed class OpenContainers
{
    private readonly List<string> _names = [];
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);

    public int Count => _names.Count;

    public bool Has(string name) => _counts.GetValueOrDefault(name) > 0;

    public void Push(string name)
    {
        _names.Add(name);
        _counts[name] = _counts.GetValueOrDefault(name) + 1;
    }

    /// <summary>Closes an element and what is open in it. False: there is no such element, or it lies outside of the table's cell.</summary>
    public bool Close(string name)
    {
        var isPartOfTable = ElementNames.IsTablePart(name) || name == "table";
        return CloseNearest(open => open == name, open => !isPartOfTable && IsScope(open), [name]);
    }

    /// <summary>Closes what ends where an element of this name begins. True: something was closed.</summary>
    public bool CloseImplied(string name) => name switch
    {
        "li" => CloseNearest(open => open == "li", IsSpecial, ["li"]) | CloseParagraph(),
        "dd" or "dt" => CloseNearest(open => open is "dd" or "dt", IsSpecial, ["dd", "dt"]) | CloseParagraph(),
        "td" or "th" => CloseNearest(open => open is "td" or "th", open => open == "table", ["td", "th"]),
        "tr" => CloseNearest(open => open == "tr", open => open == "table", ["tr"]),
        "tbody" or "thead" or "tfoot" or "caption" => CloseNearest(open => open is "tbody" or "thead" or "tfoot" or "caption", open => open == "table", ["tbody", "thead", "tfoot", "caption"]),
        "option" or "button" or "form" => CloseNearest(open => open == name, IsScope, [name]),
        _ => ElementNames.ClosesParagraph(name) && CloseParagraph(),
    };

    private bool CloseParagraph() => CloseNearest(open => open == "p", open => IsScope(open) || open == "button", ["p"]);

    private bool CloseNearest(Func<string, bool> isWanted, Func<string, bool> isBarrier, ReadOnlySpan<string> wanted)
    {
        var any = false;
        foreach (var name in wanted)
        {
            any |= Has(name);
        }

        for (var i = _names.Count - 1; any && i >= 0; i--)
        {
            if (isWanted(_names[i]))
            {
                for (var above = i; above < _names.Count; above++)
                {
                    _counts[_names[above]]--;
                }

                _names.RemoveRange(i, _names.Count - i);
                return true;
            }

            if (isBarrier(_names[i]))
            {
                return false;
            }
        }

        return false;
    }

    /// <summary>Elements out of which an end tag does not reach (HTML, "has an element in scope").</summary>
    private static bool IsScope(string name) => name is "table" or "td" or "th" or "caption" or "template" or "object" or "applet" or "marquee" or "select";

    /// <summary>Elements out of which a new list item does not reach.</summary>
    private static bool IsSpecial(string name) => name is not ("div" or "p" or "address") && (ElementNames.IsBlock(name) || IsScope(name) || name is "button" or "body");
}
