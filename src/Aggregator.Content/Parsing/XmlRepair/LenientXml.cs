using System.Text;
using System.Xml.Linq;
using Aggregator.Content.Parsing.Text;

namespace Aggregator.Content.Parsing.XmlRepair;

/// <summary>
/// Reads XML as people write it. A well-formed document gives the tree that any XML parser gives; of a malformed one everything is
/// kept that can be: undeclared entities and prefixes, bare "&amp;" and "&lt;", forbidden characters, tags closed in the wrong order or
/// never, attributes without quotes, a document cut off at any point, junk around it. One pass over the text, a stack of open
/// elements at most <see cref="MaxDepth"/> deep, no recursion. A DTD is not resolved; of it only short internal entities count.
/// A document that turns out to have unclosed elements is read a second time, and then feeds' and HTML's grammar say where they end.
/// Time and memory are linear in the text, whatever it holds.
/// </summary>
internal sealed class LenientXml
{
    /// <summary>How deep elements may nest. What lies deeper keeps its text and loses its tags.</summary>
    public const int MaxDepth = 256;

    /// <summary>How many attributes an element may have; each is looked up among the others.</summary>
    private const int MaxAttributes = 128;

    /// <summary>Longer addresses of namespaces are cut off, in characters.</summary>
    private const int MaxNamespaceLength = 500;

    private readonly string _text;
    private readonly ProblemList _problems;
    private readonly bool _closeImplied;
    private readonly List<Frame> _open = [];
    private readonly List<(XmlNames.Written Name, string Value)> _attributes = [];
    private readonly List<Range> _tooDeep = [];
    private readonly PrefixScopes _prefixes = new();
    private readonly XmlNames _names;
    private readonly StringBuilder _pending = new();
    private readonly StringBuilder _decoded = new();
    private InternalEntities? _entities;
    private XElement? _root;
    private bool _commentsNeverEnd;

    private LenientXml(string text, ProblemList problems, bool closeImplied)
    {
        _text = text;
        _problems = problems;
        _closeImplied = closeImplied;
        _names = new XmlNames(_prefixes, problems);
    }

    private sealed record Frame(XElement Element, XmlNames.Written Name, List<string>? Prefixes);

    /// <summary>The root element of <paramref name="text"/>, or null if it has none. What was repaired is told in <paramref name="problems"/>.</summary>
    public static XElement? Read(string text, ProblemList problems)
    {
        var first = new ProblemList();
        var reader = new LenientXml(text, first, closeImplied: false);
        var root = reader.Read();
        if (reader.HadUnclosed && root is not null)
        {
            // An item that was never closed has swallowed its successors: read again, closing where the grammar implies it.
            first = new ProblemList();
            root = new LenientXml(text, first, closeImplied: true).Read();
        }

        problems.AddAll(first);
        return root;
    }

    private bool HadUnclosed { get; set; }

    private XElement? Read()
    {
        var at = 0;
        while (at < _text.Length)
        {
            var next = _text.IndexOf('<', at);
            if (next < 0)
            {
                AddText(_text.AsSpan(at));
                break;
            }

            if (next > at)
            {
                AddText(_text.AsSpan(at, next - at));
            }

            at = ReadMarkup(next);
        }

        if (_open.Count > 0)
        {
            HadUnclosed = true;
            _problems.Add("the document ends before all its elements are closed");
            CloseDownTo(0);
        }

        return _root;
    }

    private int ReadMarkup(int at)
    {
        var rest = _text.AsSpan(at);
        if (rest.StartsWith("<![CDATA["))
        {
            var end = FindEnd(at + 9, "]]>", "a CDATA section is not closed");
            AddCharacters(_text.AsSpan(at + 9, end - at - 9));
            return Math.Min(_text.Length, end + 3);
        }

        if (rest.StartsWith("<!--"))
        {
            return SkipComment(at);
        }

        if (rest.StartsWith("<!DOCTYPE", StringComparison.OrdinalIgnoreCase))
        {
            var entities = InternalEntities.Read(_text, at, out var end);
            _entities ??= entities;
            return end;
        }

        if (rest.StartsWith("<?"))
        {
            var end = _text.IndexOf('>', at);
            return end < 0 ? _text.Length : end + 1;
        }

        if (rest.Length > 2 && rest[1] == '/' && IsNameStart(rest[2]))
        {
            return ReadEndTag(at);
        }

        if (rest.Length > 1 && IsNameStart(rest[1]))
        {
            return ReadStartTag(at);
        }

        if (rest.StartsWith("<!") && _open.Count == 0)
        {
            var end = _text.IndexOf('>', at);
            return end < 0 ? _text.Length : end + 1;
        }

        _problems.Add("a bare \"<\" was taken as text");
        AddCharacters("<");
        return at + 1;
    }

    private int SkipComment(int at)
    {
        var end = _commentsNeverEnd ? -1 : _text.IndexOf("-->", Math.Min(at + 4, _text.Length), StringComparison.Ordinal);
        if (end >= 0)
        {
            return end + 3;
        }

        _commentsNeverEnd = true;
        _problems.Add("a comment is not closed");
        end = _text.IndexOf('>', at);
        return end < 0 ? _text.Length : end + 1;
    }

    private int FindEnd(int from, string mark, string problem)
    {
        var end = _text.IndexOf(mark, from, StringComparison.Ordinal);
        if (end >= 0)
        {
            return end;
        }

        _problems.Add(problem);
        return _text.Length;
    }

    private int ReadEndTag(int at)
    {
        var nameEnd = NameEnd(at + 2);
        var name = _text.AsSpan(at + 2, nameEnd - at - 2);
        var close = _text.AsSpan(nameEnd).IndexOfAny('>', '<');
        var after = close < 0 ? _text.Length : _text[nameEnd + close] == '>' ? nameEnd + close + 1 : nameEnd + close;
        if (_tooDeep.Count > 0 && name.SequenceEqual(_text.AsSpan(_tooDeep[^1])))
        {
            _tooDeep.RemoveAt(_tooDeep.Count - 1);
            return after;
        }

        var match = LastOpen(name);
        if (match < 0)
        {
            _problems.Add("an end tag without a start tag was ignored");
            return after;
        }

        if (match < _open.Count - 1 || _tooDeep.Count > 0)
        {
            HadUnclosed = true;
            _problems.Add("elements were closed in the wrong order or not at all");
        }

        CloseDownTo(match);
        return after;
    }

    /// <summary>The innermost open element of this name, else the innermost whose name differs in letter case only. Below zero: none.</summary>
    private int LastOpen(ReadOnlySpan<char> name)
    {
        var similar = -1;
        for (var i = _open.Count - 1; i >= 0; i--)
        {
            var open = _open[i].Name.Text;
            if (open.Length != name.Length || (open[0] | 0x20) != (name[0] | 0x20))
            {
                continue;
            }

            if (name.SequenceEqual(open))
            {
                return i;
            }

            if (similar < 0 && name.Equals(open, StringComparison.OrdinalIgnoreCase))
            {
                similar = i;
            }
        }

        return similar;
    }

    /// <summary>Closes open elements until <paramref name="count"/> are left.</summary>
    private void CloseDownTo(int count)
    {
        FlushText();
        _tooDeep.Clear();
        for (var i = _open.Count - 1; i >= count; i--)
        {
            Forget(_open[i].Prefixes);
        }

        _open.RemoveRange(count, _open.Count - count);
    }

    private int ReadStartTag(int at)
    {
        var nameEnd = NameEnd(at + 1);
        var name = (at + 1)..nameEnd;
        var written = _names.Read(_text.AsSpan(name));
        _attributes.Clear();
        var after = ReadAttributes(nameEnd, out var empty);
        if (_closeImplied)
        {
            CloseImplied(written.Role);
            empty |= written.Role.HasFlag(GrammarRole.Void);
        }

        if (_open.Count >= MaxDepth)
        {
            _problems.Add($"elements nested deeper than {MaxDepth} lost their tags");
            if (!empty)
            {
                _tooDeep.Add(name);
            }

            return after;
        }

        if (_root is not null && _open.Count == 0)
        {
            _problems.Add("text after the end of the document was ignored");
            return _text.Length;
        }

        Open(written, empty);
        return after;
    }

    private void Open(XmlNames.Written name, bool empty)
    {
        FlushText();
        var prefixes = DeclarePrefixes();
        var element = new XElement(_names.OfElement(name));
        AddAttributes(element);
        if (_open.Count > 0)
        {
            _open[^1].Element.Add(element);
        }
        else
        {
            _root = element;
        }

        if (empty)
        {
            Forget(prefixes);
        }
        else
        {
            _open.Add(new Frame(element, name, prefixes));
        }
    }

    private void CloseImplied(GrammarRole next)
    {
        if ((next & (GrammarRole.Entry | GrammarRole.Successor)) == GrammarRole.None)
        {
            return;
        }

        for (var i = _open.Count - 1; i > 0; i--)
        {
            if (FeedGrammar.Ends(_open[i].Name.Role, next))
            {
                _problems.Add("an element that was not closed ends where the next one begins");
                CloseDownTo(i);
            }
        }
    }

    private int ReadAttributes(int at, out bool empty)
    {
        empty = false;
        while (at < _text.Length)
        {
            var c = _text[at];
            if (c == '>')
            {
                return at + 1;
            }

            if (c == '<')
            {
                _problems.Add("a start tag is not closed");
                return at;
            }

            if (c == '/')
            {
                empty = at + 1 < _text.Length && _text[at + 1] == '>';
                at++;
            }
            else if (char.IsWhiteSpace(c))
            {
                at++;
            }
            else
            {
                at = ReadAttribute(at);
            }
        }

        _problems.Add("a start tag is not closed");
        return at;
    }

    private int ReadAttribute(int at)
    {
        var nameEnd = NameEnd(at);
        if (nameEnd == at)
        {
            _problems.Add("an attribute without a name was ignored");
            return at + 1;
        }

        var name = _names.Read(_text.AsSpan(at, nameEnd - at));
        at = SkipSpace(nameEnd);
        if (at >= _text.Length || _text[at] != '=')
        {
            _problems.Add("an attribute has no value");
            AddAttribute(name, name.Text);
            return at;
        }

        at = SkipSpace(at + 1);
        if (at >= _text.Length)
        {
            return at;
        }

        int end;
        if (_text[at] is '"' or '\'')
        {
            end = _text.IndexOf(_text[at], at + 1);
            if (end < 0)
            {
                _problems.Add("an attribute value is not closed");
                end = _text.IndexOf('>', at);
                end = end < 0 ? _text.Length : end;
                AddAttribute(name, Decode(_text.AsSpan(at + 1, end - at - 1)));
                return end;
            }

            AddAttribute(name, Decode(_text.AsSpan(at + 1, end - at - 1)));
            return end + 1;
        }

        _problems.Add("an attribute value has no quotes");
        end = at;
        while (end < _text.Length && !char.IsWhiteSpace(_text[end]) && _text[end] is not ('>' or '<'))
        {
            end++;
        }

        AddAttribute(name, Decode(_text.AsSpan(at, end - at)));
        return end;
    }

    private void AddAttribute(XmlNames.Written name, string value)
    {
        if (_attributes.Count < MaxAttributes)
        {
            _attributes.Add((name, value));
        }
        else
        {
            _problems.Add($"attributes beyond the first {MaxAttributes} of an element were dropped");
        }
    }

    /// <summary>Brings the prefixes that the attributes just read declare into scope. Null: there are none.</summary>
    private List<string>? DeclarePrefixes()
    {
        List<string>? prefixes = null;
        foreach (var (name, value) in _attributes)
        {
            if (name.DeclaredPrefix is { } prefix)
            {
                _prefixes.Declare(prefix, Shortened(value.Trim()));
                (prefixes ??= []).Add(prefix);
            }
        }

        return prefixes;
    }

    /// <summary>A namespace's address, which is looked up by its whole text for each name: one that swallowed half the document is none.</summary>
    private static string Shortened(string address) => address.Length <= MaxNamespaceLength ? address : address[..MaxNamespaceLength];

    private void Forget(List<string>? prefixes)
    {
        foreach (var prefix in prefixes ?? [])
        {
            _prefixes.Forget(prefix);
        }
    }

    private void AddAttributes(XElement element)
    {
        foreach (var (name, value) in _attributes)
        {
            if (name.DeclaredPrefix is not null)
            {
                continue;
            }

            var resolved = _names.OfAttribute(name);
            if (resolved.Namespace == XNamespace.Xmlns || resolved == XNamespace.None + "xmlns")
            {
                _problems.Add("an attribute that only looks like a namespace declaration was ignored");
            }
            else if (element.Attribute(resolved) is null)
            {
                element.Add(new XAttribute(resolved, value));
            }
            else
            {
                _problems.Add("an attribute is given twice");
            }
        }
    }

    private void AddText(ReadOnlySpan<char> text)
    {
        if (_open.Count == 0)
        {
            if (!text.IsWhiteSpace())
            {
                _problems.Add(_root is null ? "text before the document was skipped" : "text after the end of the document was ignored");
            }

            return;
        }

        AddCharacters(text.Contains('&') ? Decode(text) : text);
    }

    /// <summary>Text waits until a child begins or its element ends: an element that grows piece by piece would copy itself each time.</summary>
    private void AddCharacters(ReadOnlySpan<char> text)
    {
        if (_open.Count > 0)
        {
            _pending.Append(text);
        }
    }

    private void FlushText()
    {
        if (_pending.Length > 0)
        {
            _open[^1].Element.Add(_pending.ToString());
            _pending.Clear();
        }
    }

    private string Decode(ReadOnlySpan<char> text)
    {
        var at = text.IndexOf('&');
        if (at < 0)
        {
            return text.ToString();
        }

        _decoded.Clear();
        while (at >= 0)
        {
            _decoded.Append(text[..at]);
            text = text[at..];
            if (Reference(text) is var (value, length))
            {
                _decoded.Append(value);
                text = text[length..];
            }
            else
            {
                _problems.Add("a bare \"&\" was taken as text");
                _decoded.Append('&');
                text = text[1..];
            }

            at = text.IndexOf('&');
        }

        return _decoded.Append(text).ToString();
    }

    private (string Value, int Length)? Reference(ReadOnlySpan<char> text)
    {
        if (_entities?.Expand(text, _problems) is { } own)
        {
            return own;
        }

        if (Entities.Read(text) is not var (value, length))
        {
            return null;
        }

        if (text[1] == '#')
        {
            if (text[length - 1] != ';' || value.Length == 0)
            {
                _problems.Add("an impossible character reference was repaired");
            }
        }
        else if (text[1..(length - 1)] is var name && name is not ("amp" or "lt" or "gt" or "quot" or "apos"))
        {
            _problems.Add("HTML entities that XML does not know were resolved");
            // The XHTML DTDs, the only ones that ever declared these two for XML, mean other characters than HTML does today.
            value = name switch { "lang" => "\u2329", "rang" => "\u232A", _ => value };
        }

        return (value, length);
    }

    private int NameEnd(int at)
    {
        var length = _text.AsSpan(at).IndexOfAny(NameEnds);
        return length < 0 ? _text.Length : at + length;
    }

    private static readonly System.Buffers.SearchValues<char> NameEnds = System.Buffers.SearchValues.Create(" \t\r\n/><=\"'\f\v");

    private int SkipSpace(int at)
    {
        while (at < _text.Length && char.IsWhiteSpace(_text[at]))
        {
            at++;
        }

        return at;
    }

    private static bool IsNameStart(char c) => char.IsLetter(c) || c is '_' or ':';
}
