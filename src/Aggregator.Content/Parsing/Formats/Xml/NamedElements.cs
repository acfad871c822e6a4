using System.Runtime.InteropServices;
using System.Xml.Linq;

namespace Aggregator.Content.Parsing.Formats.Xml;

/// <summary>Those of some elements that are called by one of some names, in document order, to walk over with <c>foreach</c>.</summary>
internal ref struct NamedElements(List<(string Key, XElement Element)>? elements, string[] names)
{
    private readonly ReadOnlySpan<(string Key, XElement Element)> _elements = CollectionsMarshal.AsSpan(elements);
    private int _next;

    /// <summary>The element the walk is at.</summary>
    public XElement Current { get; private set; } = null!;

    /// <summary>The first of them. Null: there is none.</summary>
    public XElement? First
    {
        get
        {
            var walk = this;
            return walk.MoveNext() ? walk.Current : null;
        }
    }

    public readonly NamedElements GetEnumerator() => this;

    public bool MoveNext()
    {
        while (_next < _elements.Length)
        {
            var (key, element) = _elements[_next++];
            if (Array.IndexOf(names, key) >= 0)
            {
                Current = element;
                return true;
            }
        }

        return false;
    }
}
