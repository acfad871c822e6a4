using System.Text;
using System.Xml;
using System.Xml.Linq;
using Aggregator.Content.Parsing.Text;

namespace Aggregator.Content.Parsing.XmlRepair;

/// <summary>
/// Reads XML as people write it. A well-formed document gives the tree that any XML parser gives; of a malformed one everything is
/// kept that can be: undeclared entities and prefixes, bare "&amp;" and "&lt;", forbidden characters, tags closed in the wrong order or
/// never, attributes without quotes, a document cut off at any point, junk around it. One pass over the text, a stack of open
/// elements at most <see cref="MaxDepth"/> deep, no recursion. A DTD is not resolved; of it only short internal entities count.
/// </summary>
internal sealed class LenientXml
{
    /// <summary>How deep elements may nest. What lies deeper keeps its text and loses its tags.</summary>
    public const int MaxDepth = 256;

    private readonly string _text;
    private readonly ProblemList _problems;
    private readonly bool _closeImplied;
    private readonly List<Frame> _open = [];
    private readonly List<(string Name, string Value)> _attributes = [];
    private readonly StringBuilder _decoded = new();
    private InternalEntities? _entities;
    private XElement? _root;
    private int _tooDeep;

    private LenientXml(string text, ProblemList problems, bool closeImplied)
    {
        _text = text;
        _problems = problems;
        _closeImplied = closeImplied;
    }

    private sealed record Frame(XElement Element, string RawName, Dictionary<string, string>? Prefixes);

    /// <summary>The root element of <paramref name="text"/>, or null if it has none. What was repaired is told in <paramref name="problems"/>.</summary>
    public static XElement? Read(string text, ProblemList problems)
    {
        var first = new ProblemList();
        var reader = new LenientXml(text, first, closeImplied: false);
        var root = reader.Read();
        if (reader.HadUnclosed && root is not null)
        {
            // An item that was never closed has swallowed its successors: read again, closing where a feed's grammar implies it.
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
            _entities = InternalEntities.Read(_text, at, out var end);
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
        var end = _text.IndexOf("-->", at + 4, StringComparison.Ordinal);
        if (end >= 0)
        {
            return end + 3;
        }

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
        if (_tooDeep > 0)
        {
            _tooDeep--;
            return after;
        }

        for (var i = _open.Count - 1; i >= 0; i--)
        {
            if (name.Equals(_open[i].RawName, StringComparison.Ordinal)
                || (i < _open.Count && name.Equals(_open[i].RawName, StringComparison.OrdinalIgnoreCase) && !HasExactBelow(name, i)))
            {
                if (i < _open.Count - 1)
                {
                    HadUnclosed = true;
                    _problems.Add("elements were closed in the wrong order or not at all");
                }

                CloseDownTo(i);
                return after;
            }
        }

        _problems.Add("an end tag without a start tag was ignored");
        return after;
    }

    private bool HasExactBelow(ReadOnlySpan<char> name, int top)
    {
        for (var i = top - 1; i >= 0; i--)
        {
            if (name.Equals(_open[i].RawName, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Closes open elements until <paramref name="count"/> are left.</summary>
    private void CloseDownTo(int count)
    {
        for (var i = _open.Count - 1; i >= count; i--)
        {
            var element = _open[i].Element;
            if (i > count && FeedGrammar.IsVoid(element.Name.LocalName) && element.Parent is not null && !element.IsEmpty)
            {
                // "<br>" never closed: what seemed to be in it comes after it.
                var inner = element.Nodes().ToList();
                element.RemoveNodes();
                element.AddAfterSelf(inner);
            }
        }

        _open.RemoveRange(count, _open.Count - count);
    }

    private int ReadStartTag(int at)
    {
        var nameEnd = NameEnd(at + 1);
        var rawName = _text[(at + 1)..nameEnd];
        _attributes.Clear();
        var after = ReadAttributes(nameEnd, out var empty);
        if (_open.Count >= MaxDepth)
        {
            _problems.Add($"elements nested deeper than {MaxDepth} lost their tags");
            _tooDeep += empty ? 0 : 1;
            return after;
        }

        if (_root is not null && _open.Count == 0)
        {
            _problems.Add("text after the end of the document was ignored");
            return _text.Length;
        }

        if (_closeImplied)
        {
            CloseImplied(rawName);
        }

        var prefixes = DeclaredPrefixes();
        var frame = new Frame(new XElement(Resolve(rawName, prefixes, isAttribute: false)), rawName, prefixes);
        AddAttributes(frame);
        if (_open.Count > 0)
        {
            _open[^1].Element.Add(frame.Element);
        }
        else
        {
            _root = frame.Element;
        }

        if (!empty)
        {
            _open.Add(frame);
        }

        return after;
    }

    private void CloseImplied(string rawName)
    {
        for (var i = _open.Count - 1; i > 0; i--)
        {
            if (FeedGrammar.Ends(_open[i].RawName, rawName))
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

        var name = _text[at..nameEnd];
        at = SkipSpace(nameEnd);
        if (at >= _text.Length || _text[at] != '=')
        {
            _problems.Add("an attribute has no value");
            _attributes.Add((name, name));
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
                _attributes.Add((name, Decode(_text.AsSpan(at + 1, end - at - 1))));
                return end;
            }

            _attributes.Add((name, Decode(_text.AsSpan(at + 1, end - at - 1))));
            return end + 1;
        }

        _problems.Add("an attribute value has no quotes");
        end = at;
        while (end < _text.Length && !char.IsWhiteSpace(_text[end]) && _text[end] is not ('>' or '<'))
        {
            end++;
        }

        _attributes.Add((name, Decode(_text.AsSpan(at, end - at))));
        return end;
    }

    private Dictionary<string, string>? DeclaredPrefixes()
    {
        Dictionary<string, string>? prefixes = null;
        foreach (var (name, value) in _attributes)
        {
            if (name == "xmlns")
            {
                (prefixes ??= [])[""] = value.Trim();
            }
            else if (name.StartsWith("xmlns:", StringComparison.Ordinal))
            {
                (prefixes ??= [])[name[6..]] = value.Trim();
            }
        }

        return prefixes;
    }

    private void AddAttributes(Frame frame)
    {
        foreach (var (name, value) in _attributes)
        {
            if (name.StartsWith("xmlns", StringComparison.Ordinal) && (name.Length == 5 || name[5] == ':'))
            {
                continue;
            }

            var resolved = Resolve(name, frame.Prefixes, isAttribute: true);
            if (frame.Element.Attribute(resolved) is null)
            {
                frame.Element.Add(new XAttribute(resolved, value));
            }
            else
            {
                _problems.Add("an attribute is given twice");
            }
        }
    }

    private XName Resolve(string rawName, Dictionary<string, string>? own, bool isAttribute)
    {
        var colon = rawName.IndexOf(':', StringComparison.Ordinal);
        var prefix = colon > 0 ? rawName[..colon] : "";
        var local = ValidName(colon > 0 ? rawName[(colon + 1)..] : rawName);
        if (isAttribute && prefix.Length == 0)
        {
            return XName.Get(local);
        }

        if (prefix == "xml")
        {
            return XNamespace.Xml + local;
        }

        if (own is not null && own.TryGetValue(prefix, out var address))
        {
            return XName.Get(local, address);
        }

        for (var i = _open.Count - 1; i >= 0; i--)
        {
            if (_open[i].Prefixes is { } outer && outer.TryGetValue(prefix, out address))
            {
                return XName.Get(local, address);
            }
        }

        if (prefix.Length == 0)
        {
            return XName.Get(local);
        }

        _problems.Add($"the prefix \"{(prefix.Length > 20 ? prefix[..20] : prefix)}\" is not declared");
        return XName.Get(local, Vocabulary.AddressOf(prefix));
    }

    private static string ValidName(string name)
    {
        var valid = name.Length > 0 && XmlConvert.IsStartNCNameChar(name[0]) && name.AsSpan().IndexOf(':') < 0;
        for (var i = 1; valid && i < name.Length; i++)
        {
            valid = XmlConvert.IsNCNameChar(name[i]);
        }

        return valid ? name : XmlConvert.EncodeLocalName(name.Length == 0 ? "_" : name)!;
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

        if (text.Contains('&'))
        {
            _open[^1].Element.Add(Decode(text));
        }
        else
        {
            AddCharacters(text);
        }
    }

    private void AddCharacters(ReadOnlySpan<char> text)
    {
        if (_open.Count > 0 && !text.IsEmpty)
        {
            _open[^1].Element.Add(text.ToString());
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
        else if (text[1..(length - 1)] is not ("amp" or "lt" or "gt" or "quot" or "apos"))
        {
            _problems.Add("HTML entities that XML does not know were resolved");
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
