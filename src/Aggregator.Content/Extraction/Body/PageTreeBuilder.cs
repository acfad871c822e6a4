using System.Text;
using AngleSharp.Dom;

namespace Aggregator.Content.Extraction.Body;

/// <summary>Walks the DOM once and makes the <see cref="PageTree"/> of it. The depth of the walk is the parser's (512 at most).</summary>
internal sealed class PageTreeBuilder(CancellationToken cancellationToken)
{
    /// <summary>
    /// Lines taken from a page; what follows is left out. Each is asked many patterns. The longest of 2,036 real pages had 6,219
    /// (November 2026).
    /// </summary>
    private const int MaxBlocks = 20_000;

    private static readonly HashSet<string> Skipped = new(StringComparer.Ordinal)
    {
        "script", "style", "template", "svg", "canvas", "object", "select", "datalist", "button", "input", "textarea", "head", "link", "meta",
        "map", "progress", "meter", "dialog", "audio", "applet", "frameset", "amp-ad", "ins-ad", "noframes", "param", "optgroup", "title", "rt", "rp",
    };

    private static readonly HashSet<string> Inline = new(StringComparer.Ordinal)
    {
        "a", "span", "b", "strong", "em", "i", "u", "small", "big", "sub", "sup", "code", "abbr", "acronym", "cite", "q", "time", "mark", "font", "label", "kbd",
        "var", "samp", "s", "del", "ins", "bdi", "bdo", "wbr", "img", "picture", "source", "data", "tt", "strike", "nobr", "ruby", "rb",
        "dfn", "bdo", "br", "noscript", "output",
    };

    /// <summary>A noscript with paragraphs and more text than this, in characters, is the page itself.</summary>
    private const int PageInNoscript = 1_500;

    private readonly HintReader _hints = new();
    private readonly List<TextBlock> _blocks = [];
    private readonly StringBuilder _text = new();

    /// <summary>Inline elements that end in the block that is being read.</summary>
    private readonly List<PageNode> _promised = [];
    private PageNode? _owner;
    private bool _space;
    private int _linkLength, _strongLength, _links, _runs, _breaks;
    private int _inLink, _inStrong, _inList, _inTable, _inCode, _inCaption, _inQuote, _heading;

    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static PageTree Build(IElement body, CancellationToken cancellationToken, bool believeNames = true)
    {
        var builder = new PageTreeBuilder(cancellationToken);
        var root = builder.Walk(body, null);
        builder.Flush();
        root.EndBlock = builder._blocks.Count;
        return new PageTree(root, builder._blocks, believeNames);
    }

    private PageNode Walk(IElement element, PageNode? parent)
    {
        var name = element.LocalName;
        var isBlock = !Inline.Contains(name);
        if (isBlock)
        {
            Flush();
        }

        var node = new PageNode { Name = name, Element = element, Parent = parent, Hints = _hints.Read(element), IsBlock = isBlock, FirstBlock = _blocks.Count };
        parent?.Children.Add(node);
        var outer = _owner;
        if (isBlock)
        {
            _owner = node;
        }

        Enter(name, 1);
        cancellationToken.ThrowIfCancellationRequested();
        foreach (var child in element.ChildNodes)
        {
            if (_blocks.Count >= MaxBlocks)
            {
                break;
            }

            if (child is IText text)
            {
                Add(text.Data, node);
            }
            else if (child is IElement inner)
            {
                Add(inner, node);
            }
        }

        if (isBlock)
        {
            Flush();
        }

        Enter(name, -1);
        _owner = outer;
        node.EndBlock = _blocks.Count;
        if (!isBlock && _text.Length > 0)
        {
            node.EndBlock++;
            _promised.Add(node);
        }

        return node;
    }

    private void Add(IElement element, PageNode node)
    {
        var name = element.LocalName;
        switch (name)
        {
            case "br":
                node.Children.Add(new PageNode { Name = name, Element = element, Parent = node, FirstBlock = _blocks.Count, EndBlock = _blocks.Count });
                if (++_breaks > 1 && _inCode == 0)
                {
                    Flush();
                }

                _space = _text.Length > 0;
                if (_inCode > 0)
                {
                    _text.Append('\n');
                }

                return;
            case "hr" or "img" or "iframe" or "video" or "embed" or "amp-img" or "amp-youtube" or "source":
                if (name is "hr" or "iframe" or "video" or "embed")
                {
                    Flush();
                }

                node.Children.Add(new PageNode
                {
                    Name = name,
                    Element = element,
                    Parent = node,
                    Hints = _hints.Read(element),
                    FirstBlock = _blocks.Count,
                    EndBlock = _blocks.Count,
                });
                return;
            case "noscript":
                // With scripting off AngleSharp parses what noscript holds. Mostly only lazy pictures are wanted of it; but one that was
                // closed in the wrong place, or is meant for readers without scripts, holds the page.
                if (element.QuerySelector("p") is not null && element.TextContent.Length > PageInNoscript)
                {
                    Walk(element, node);
                    return;
                }

                foreach (var image in element.QuerySelectorAll("img"))
                {
                    Add(image, node);
                }

                return;
            default:
                if (!Skipped.Contains(name))
                {
                    Walk(element, node);
                }

                return;
        }
    }

    private void Enter(string name, int step)
    {
        switch (name)
        {
            case "a":
                _inLink += step;
                _links += step > 0 ? 1 : 0;
                break;
            case "b" or "strong":
                _inStrong += step;
                break;
            case "li":
                _inList += step;
                break;
            case "td" or "th":
                _inTable += step;
                break;
            case "pre":
                _inCode += step;
                break;
            case "figcaption":
                _inCaption += step;
                break;
            case "blockquote":
                _inQuote += step;
                break;
            case ['h', >= '1' and <= '6']:
                _heading = step > 0 ? name[1] - '0' : 0;
                break;
        }
    }

    private void Add(string text, PageNode parent)
    {
        var before = _text.Length;
        if (_inCode > 0)
        {
            _text.Append(text);
        }
        else
        {
            AppendCollapsed(text);
        }

        var added = _text.Length - before;
        parent.Children.Add(new PageNode
        {
            Name = "#text",
            Text = text,
            Parent = parent,
            FirstBlock = _blocks.Count,
            EndBlock = _blocks.Count + 1,
        });
        if (added > 0)
        {
            _runs++;
            _breaks = 0;
            _linkLength += _inLink > 0 ? added : 0;
            _strongLength += _inStrong > 0 ? added : 0;
        }
    }

    private void AppendCollapsed(string text)
    {
        foreach (var c in text)
        {
            if (char.IsWhiteSpace(c))
            {
                _space = _text.Length > 0;
            }
            else if (c is not ('\u00AD' or '\u200B' or '\u200C' or '\u200D' or '\u2060' or '\uFEFF') && (!char.IsControl(c)))
            {
                if (_space)
                {
                    _text.Append(' ');
                    _space = false;
                }

                _text.Append(c);
            }
        }
    }

    private void Flush()
    {
        _breaks = 0;
        _space = false;
        if (_text.Length > 0)
        {
            var text = _inCode > 0 ? _text.ToString().Trim('\r', '\n') : _text.ToString();
            if (!string.IsNullOrWhiteSpace(text))
            {
                var block = new TextBlock
                {
                    Index = _blocks.Count,
                    Owner = _owner!,
                    Text = text,
                    LinkLength = Math.Min(_linkLength, text.Length),
                    StrongLength = Math.Min(_strongLength, text.Length),
                    Links = _links,
                    Runs = _runs,
                    Heading = _heading,
                    InList = _inList > 0,
                    InTable = _inTable > 0,
                    InCode = _inCode > 0,
                    InCaption = _inCaption > 0,
                    InQuote = _inQuote > 0,
                };
                block.Prose = ProseOf(block);
                _blocks.Add(block);
            }

            // Of white space alone, kept in preformatted text, no block was made.
            foreach (var node in _promised)
            {
                node.EndBlock = Math.Min(node.EndBlock, _blocks.Count);
            }

            _promised.Clear();
            _text.Clear();
        }

        _linkLength = _strongLength = _links = _runs = 0;
    }

    /// <summary>How many of a block's characters are running text.</summary>
    private static int ProseOf(TextBlock block)
    {
        var weight = Weight(block.Text);
        if (block.Heading > 0 || block.InCaption || block.LinkDensity > 0.5)
        {
            return 0;
        }

        var free = weight - block.LinkLength;
        return weight >= 80 || (weight >= 25 && block.EndsSentence && block.LinkDensity < 0.3) || (block.InCode && weight > 10)
            ? Math.Max(0, free)
            : 0;
    }

    /// <summary>Length in letters of an alphabet: an ideograph or syllable sign says as much as about three.</summary>
    private static int Weight(string text)
    {
        var weight = text.Length;
        if (text.AsSpan().IndexOfAnyInRange('\u2E80', '\uD7FF') >= 0)
        {
            foreach (var c in text)
            {
                weight += c is >= '\u2E80' and <= '\uD7FF' ? 2 : 0;
            }
        }

        return weight;
    }
}
