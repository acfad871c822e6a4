using System.Text;
using System.Xml;
using System.Xml.XPath;
using AngleSharp.Dom;

namespace Aggregator.Content.Extraction.Rules;

/// <summary>
/// A page for .NET's own XPath 1.0. Moves over a flat copy of the DOM, because AngleSharp's own way to the next sibling takes time with
/// their number. Every move costs from a budget, and so does text that is put together: a page may be made so that a harmless rule runs
/// without end.
/// </summary>
internal sealed class HtmlNavigator : XPathNavigator
{
    private readonly Page _page;
    private int _node;
    private int _attribute;

    private HtmlNavigator(Page page, int node, int attribute) => (_page, _node, _attribute) = (page, node, attribute);

    /// <summary>Stands at the document's root. <paramref name="budget"/>: moves allowed to it and all its clones together.</summary>
    public static HtmlNavigator Of(IDocument document, int budget) => new(new Page(document, budget), 0, -1);

    /// <summary>The element stood at, or the one whose attribute or text is stood at.</summary>
    public IElement? Element => Current as IElement ?? Current.ParentElement;

    public override XmlNameTable NameTable => _page.Names;

    public override XPathNodeType NodeType => _attribute >= 0 ? XPathNodeType.Attribute : Current is IElement ? XPathNodeType.Element : Current is IText ? XPathNodeType.Text : XPathNodeType.Root;

    public override string LocalName => _attribute >= 0 ? Attribute.LocalName : (Current as IElement)?.LocalName ?? "";

    public override string Name => LocalName;

    public override string NamespaceURI => "";

    public override string Prefix => "";

    public override string BaseURI => "";

    public override bool IsEmptyElement => _page.FirstChild[_node] < 0;

    public override string Value
    {
        get
        {
            if (_attribute >= 0)
            {
                return Attribute.Value;
            }

            if (Current is IText own)
            {
                return own.Data;
            }

            var text = new StringBuilder();
            for (var i = _node; i < _page.End[_node]; i++)
            {
                if (_page.Nodes[i] is IText inner)
                {
                    text.Append(inner.Data);
                }
            }

            _page.Spend(1 + ((_page.End[_node] - _node + text.Length) / 16));
            return text.ToString();
        }
    }

    private INode Current => _page.Nodes[_node];

    private IAttr Attribute => ((IElement)Current).Attributes[_attribute]!;

    public override XPathNavigator Clone()
    {
        _page.Spend(1);
        return new HtmlNavigator(_page, _node, _attribute);
    }

    public override bool IsSamePosition(XPathNavigator other) => other is HtmlNavigator html && html._page == _page && html._node == _node && html._attribute == _attribute;

    public override XmlNodeOrder ComparePosition(XPathNavigator? nav)
    {
        if (nav is not HtmlNavigator other || other._page != _page)
        {
            return XmlNodeOrder.Unknown;
        }

        var order = (_node, _attribute).CompareTo((other._node, other._attribute));
        return order < 0 ? XmlNodeOrder.Before : order > 0 ? XmlNodeOrder.After : XmlNodeOrder.Same;
    }

    public override bool MoveTo(XPathNavigator other)
    {
        if (other is not HtmlNavigator html || html._page != _page)
        {
            return false;
        }

        (_node, _attribute) = (html._node, html._attribute);
        return true;
    }

    public override bool MoveToFirstAttribute() => _attribute < 0 && ToAttribute(0);

    public override bool MoveToNextAttribute() => _attribute >= 0 && ToAttribute(_attribute + 1);

    public override bool MoveToFirstNamespace(XPathNamespaceScope namespaceScope) => false;

    public override bool MoveToNextNamespace(XPathNamespaceScope namespaceScope) => false;

    public override bool MoveToNext() => _attribute < 0 && To(_page.Next[_node]);

    public override bool MoveToPrevious() => _attribute < 0 && To(_page.Previous[_node]);

    public override bool MoveToFirstChild() => _attribute < 0 && To(_page.FirstChild[_node]);

    public override bool MoveToId(string id) => false;

    public override bool MoveToParent()
    {
        if (_attribute < 0)
        {
            return To(_page.Parent[_node]);
        }

        _attribute = -1;
        return true;
    }

    private bool ToAttribute(int index)
    {
        _page.Spend(1);
        if (Current is not IElement element || index >= element.Attributes.Length)
        {
            return false;
        }

        _attribute = index;
        return true;
    }

    private bool To(int node)
    {
        _page.Spend(1);
        _node = node < 0 ? _node : node;
        return node >= 0;
    }

    /// <summary>The moves that were allowed are spent.</summary>
    internal sealed class SpentException() : XPathException("the page is too large or too odd for it");

    /// <summary>The nodes in the order of the document, and how they hang together; -1: none.</summary>
    private sealed class Page
    {
        private int _budget;

        public Page(IDocument document, int budget)
        {
            _budget = budget;
            Add(document, -1, -1);
        }

        public NameTable Names { get; } = new();

        public List<INode> Nodes { get; } = [];

        public List<int> Parent { get; } = [];

        public List<int> Previous { get; } = [];

        public List<int> Next { get; } = [];

        public List<int> FirstChild { get; } = [];

        /// <summary>Where the descendants of a node end.</summary>
        public List<int> End { get; } = [];

        public void Spend(int moves)
        {
            _budget -= moves;
            if (_budget < 0)
            {
                throw new SpentException();
            }
        }

        /// <summary>Goes as deep as the parser does (512).</summary>
        private int Add(INode node, int parent, int previous)
        {
            var index = Nodes.Count;
            Nodes.Add(node);
            Parent.Add(parent);
            Previous.Add(previous);
            Next.Add(-1);
            FirstChild.Add(-1);
            End.Add(-1);
            var last = -1;
            foreach (var child in node.ChildNodes)
            {
                if (child is not (IElement or IText))
                {
                    continue;
                }

                var added = Add(child, index, last);
                if (last < 0)
                {
                    FirstChild[index] = added;
                }
                else
                {
                    Next[last] = added;
                }

                last = added;
            }

            End[index] = Nodes.Count;
            return index;
        }
    }
}
