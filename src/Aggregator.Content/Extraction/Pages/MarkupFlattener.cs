using System.Text;

namespace Aggregator.Content.Extraction.Pages;

/// <summary>
/// Rewrites markup that is nested too deeply, or holds too much of anything, so that it can be parsed at a price that grows with its
/// length alone. One pass over the tags, without a tree: what is open is kept on a stack as the parser would keep it (roughly: where the
/// two differ, the guard of the parse that follows still holds). Containers beyond the greatest depth lose their tags and keep their text; a
/// block among them leaves a paragraph's tag behind, so that its lines stay lines. Scripts, styles, drawings and comments are left out.
/// </summary>
internal sealed class MarkupFlattener
{
    /// <summary>Containers open at once. Articles stay below 60 (2,036 pages, November 2026).</summary>
    private const int MaxDepth = 150;

    /// <summary>Formatting elements without an end so far: the parser makes all of them again in each block that follows.</summary>
    private const int MaxOpenFormats = 8;

    private readonly string _html;
    private readonly int _maxTags;
    private readonly StringBuilder _flat;
    private readonly OpenContainers _open = new();
    private readonly Dictionary<string, int> _dropped = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, int> _formats = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _neverEnding = new(StringComparer.OrdinalIgnoreCase);
    private int _openFormats;
    private int _tags;
    private bool _textSinceBreak;

    private MarkupFlattener(string html, int maxTags)
    {
        (_html, _maxTags) = (html, maxTags);
        _flat = new StringBuilder(Math.Min(html.Length, 1 << 20));
    }

    /// <summary>The page's markup, flat enough, and whether its end was left out because there are more than <paramref name="maxTags"/> start tags in it.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static (string Html, bool IsCut) Flatten(string html, int maxTags, CancellationToken cancellationToken)
    {
        var flattener = new MarkupFlattener(html, maxTags);
        var isCut = !flattener.Run(cancellationToken);
        return (flattener._flat.ToString(), isCut);
    }

    private bool Run(CancellationToken cancellationToken)
    {
        var at = 0;
        for (var steps = 1; at < _html.Length; steps++)
        {
            if ((steps & 4095) == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            var next = _html.IndexOf('<', at);
            Text(at, next < 0 ? _html.Length : next);
            if (next < 0)
            {
                return true;
            }

            var tag = Tag.Read(_html, next);
            at = tag.End;
            if (tag.Kind == TagKind.Text)
            {
                Text(next, at);
            }
            else if (tag.Kind == TagKind.Doctype)
            {
                _flat.Append(_html, next, at - next);
            }
            else if (tag.Kind == TagKind.End)
            {
                End(tag.Name);
            }
            else if (tag.Kind == TagKind.Start)
            {
                if (_tags >= _maxTags)
                {
                    return false;
                }

                at = Start(tag);
            }
        }

        return true;
    }

    private void Text(int start, int end)
    {
        _flat.Append(_html, start, end - start);
        _textSinceBreak |= end > start;
    }

    /// <summary>Takes a start tag, and for an element of raw text all of it. Returns where to go on.</summary>
    private int Start(Tag tag)
    {
        var name = tag.Name;
        if (ElementNames.IsRawText(name))
        {
            return RawText(tag);
        }

        if (ElementNames.IsFormat(name))
        {
            if (_openFormats < MaxOpenFormats)
            {
                _openFormats++;
                _formats[name] = _formats.GetValueOrDefault(name) + 1;
                Write(tag);
            }
            else
            {
                Drop(name);
            }
        }
        else if (ElementNames.IsVoid(name))
        {
            Write(tag);
        }
        else
        {
            if (_open.CloseImplied(name))
            {
                _dropped.Clear();
            }

            if (tag.IsSelfClosing(_html) && _open.Has("math"))
            {
                Write(tag);
            }
            else if (_open.Count < MaxDepth)
            {
                _open.Push(name);
                Write(tag);
            }
            else
            {
                Drop(name);
                Break(name);
            }
        }

        return tag.End;
    }

    private void End(string name)
    {
        if (_dropped.GetValueOrDefault(name) is var dropped && dropped > 0)
        {
            _dropped[name] = dropped - 1;
            Break(name);
        }
        else if (_formats.GetValueOrDefault(name) is var formats && formats > 0)
        {
            _formats[name] = formats - 1;
            _openFormats--;
            _flat.Append("</").Append(name).Append('>');
        }
        else if (_open.Close(name))
        {
            _dropped.Clear();
            _flat.Append("</").Append(name).Append('>');
        }
    }

    private int RawText(Tag tag)
    {
        var end = _neverEnding.Contains(tag.Name) ? -1 : Tag.FindEnd(_html, tag.End, tag.Name);
        if (end < 0)
        {
            // It would swallow the rest of the page.
            _neverEnding.Add(tag.Name);
            return tag.End;
        }

        var after = Tag.Read(_html, end).End;
        if (tag.Name is "title" or "textarea")
        {
            Write(tag);
            _flat.Append(_html, tag.End, after - tag.End);
        }
        else if (tag.Name == "iframe")
        {
            Write(tag);
            _flat.Append("</iframe>");
        }

        return after;
    }

    private void Write(Tag tag)
    {
        _tags++;
        _flat.Append(_html, tag.Start, tag.Written - tag.Start);
        if (tag.Written < tag.End)
        {
            _flat.Append('>');
        }
    }

    private void Drop(string name) => _dropped[name] = _dropped.GetValueOrDefault(name) + 1;

    /// <summary>The tag of a block was dropped: what follows is another line.</summary>
    private void Break(string name)
    {
        if (_textSinceBreak && ElementNames.IsBlock(name))
        {
            _flat.Append("<p>");
            _tags++;
            _textSinceBreak = false;
        }
    }
}
