using AngleSharp;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using AngleSharp.Html.Parser.Tokens;

namespace Aggregator.Content.Sanitizing;

/// <summary>
/// Parses HTML within bounds. A tree builder's work grows with the square of the number of elements left open, so a few kilobytes
/// of unclosed tags can hold a processor for a minute; such input is refused while it is being read, before it costs anything.
/// </summary>
internal static class GuardedHtml
{
    /// <summary>The most characters parsed. Pages are capped at 5 MB where they are fetched; an entry's text is far smaller.</summary>
    public const int MaxCharacters = 5_000_000;

    /// <summary>The most elements that may be open at once. Articles stay below 60; the parser itself flattens beyond 512.</summary>
    private const int MaxOpen = 400;

    /// <summary>The document, or null when the input is beyond the bounds. Never throws on strangers' text.</summary>
    public static IHtmlDocument? Parse(string html)
    {
        if (html.Length > MaxCharacters)
        {
            return null;
        }

        var open = new OpenElements();
        var options = new HtmlParserOptions { IsScripting = false, OnToken = (token, _) => open.See(token) };
        try
        {
            return new HtmlParser(options, BrowsingContext.New(Configuration.Default)).ParseDocument(html);
        }
        catch (TooDeepException)
        {
            return null;
        }
    }

    /// <summary>
    /// An estimate from above of how many elements are open. Formatting elements are counted apart: they outlive the block they were
    /// opened in, because the parser opens them again in the next one (HTML, "reconstruct the active formatting elements").
    /// </summary>
    private sealed class OpenElements
    {
        private static readonly HashSet<string> Formatting = new(StringComparer.OrdinalIgnoreCase)
        {
            "a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u",
        };

        /// <summary>Elements without content, and those a following sibling closes, whose nesting shows in their container.</summary>
        private static readonly HashSet<string> NotCounted = new(StringComparer.OrdinalIgnoreCase)
        {
            "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr", "keygen",
            "basefont", "bgsound", "frame", "image", "p", "li", "dt", "dd", "option", "optgroup", "tr", "tbody", "thead", "tfoot",
            "colgroup", "html", "head", "body",
        };

        /// <summary>An end tag does not reach through these (HTML, "has an element in scope").</summary>
        private static readonly HashSet<string> Walls = new(StringComparer.OrdinalIgnoreCase)
        {
            "table", "td", "th", "caption", "button", "object", "applet", "marquee", "template", "select", "svg", "math",
            "foreignObject", "desc", "title", "annotation-xml", "mi", "mo", "mn", "ms", "mtext",
        };

        private readonly List<string> _stack = [];

        /// <summary>The open formatting elements, apart for each wall on the stack: an end tag inside a wall closes none outside it.</summary>
        private readonly Stack<List<string>> _formatting = new([[]]);
        private int _formattingOpen;

        public void See(HtmlToken token)
        {
            if (token.Type == HtmlTokenType.StartTag)
            {
                Open(token.Name);
            }
            else if (token.Type == HtmlTokenType.EndTag)
            {
                Close(token.Name);
            }
        }

        private void Open(string name)
        {
            if (Formatting.Contains(name))
            {
                // A second link closes the first, so links never nest.
                if (name is not "a" || !_formatting.Peek().Contains(name))
                {
                    _formatting.Peek().Add(name);
                    _formattingOpen++;
                }
            }
            else if (name is "td" or "th" && _stack.Count > 0 && _stack[^1] is "td" or "th")
            {
                // The new cell closes the one before it and what is open in there.
                CloseWall();
                _formatting.Push([]);
            }
            else if (!NotCounted.Contains(name))
            {
                _stack.Add(name);
                if (Walls.Contains(name))
                {
                    _formatting.Push([]);
                }
            }

            if (_stack.Count + _formattingOpen > MaxOpen)
            {
                throw new TooDeepException();
            }
        }

        private void Close(string name)
        {
            if (Formatting.Contains(name))
            {
                var last = _formatting.Peek().LastIndexOf(name);
                if (last >= 0)
                {
                    _formatting.Peek().RemoveAt(last);
                    _formattingOpen--;
                }

                return;
            }

            for (var at = _stack.Count - 1; at >= 0; at--)
            {
                if (string.Equals(_stack[at], name, StringComparison.OrdinalIgnoreCase))
                {
                    for (var gone = _stack.Count - 1; gone >= at; gone--)
                    {
                        if (Walls.Contains(_stack[gone]))
                        {
                            CloseWall();
                        }
                    }

                    _stack.RemoveRange(at, _stack.Count - at);
                    return;
                }

                // "</table>" closes its open cells; nothing else reaches through a wall.
                var cellOfTable = name is "table" && _stack[at] is "td" or "th" or "caption";
                if (Walls.Contains(_stack[at]) && !cellOfTable)
                {
                    return;
                }
            }
        }

        private void CloseWall() => _formattingOpen -= _formatting.Pop().Count;
    }

    private sealed class TooDeepException : Exception;
}
