using System.Xml.XPath;
using Aggregator.Content.Extraction.Body;
using Aggregator.Content.Extraction.Metadata;
using AngleSharp.Dom;

namespace Aggregator.Content.Extraction.Rules;

/// <summary>What a site's rule finds on a page. Everything is looked for on the page as it came; what the rule strips is gone afterwards.</summary>
internal sealed class RuledPage
{
    /// <summary>Moves for all expressions on one page: some hundred passes over a large page, 0.1 to 0.2 s (November 2026).</summary>
    private const int Budget = 3_000_000;

    /// <summary>Characters a page may have after its source was rewritten.</summary>
    private const int MaxSource = 2 * ArticleExtractor.MaxBytes;

    private readonly SiteRule _rule;
    private readonly HtmlNavigator _page;
    private readonly Uri _address;
    private readonly HashSet<IElement> _body;

    private RuledPage(SiteRule rule, IDocument document, Uri address)
    {
        (_rule, _address) = (rule, address);
        _page = HtmlNavigator.Of(document, Budget);
        Title = First(rule.Title);
        Authors = PersonNames.Read(Texts(rule.Author), stated: true);
        Published = First(rule.Date) is { } date ? (DateText.ReadMachine(date, dayFirst: true) ?? DateText.ReadHuman(date, dayFirst: true))?.Date : null;
        NextPage = AddressOf(rule.NextPage);
        SinglePage = AddressOf(rule.SinglePage);
        _body = [.. Found(rule.Body).Select(found => found.Element).OfType<IElement>()];
        Strip(document);
    }

    public string? Title { get; }

    public IReadOnlyList<string> Authors { get; }

    public DateTimeOffset? Published { get; }

    public Uri? NextPage { get; }

    public Uri? SinglePage { get; }

    /// <summary>Why the rule was of no use for the body. Null: it was, or says nothing of it.</summary>
    public string? Problem { get; private set; }

    /// <summary>The rule took more steps on this page than any may.</summary>
    public bool IsSpent { get; private set; }

    /// <summary>The source with the rule's replacements. Null rule: as it is.</summary>
    public static string Rewrite(string html, SiteRule? rule)
    {
        foreach (var (find, replace) in rule?.Replacements ?? [])
        {
            var changed = html.Replace(find, replace, StringComparison.Ordinal);
            html = changed.Length <= MaxSource ? changed : html;
        }

        return html;
    }

    /// <summary>Applies a rule to a page. Null: there is no rule.</summary>
    public static RuledPage? Read(SiteRule? rule, IDocument document, Uri address) => rule is null ? null : new RuledPage(rule, document, address);

    public PageMetadata Complete(PageMetadata metadata) => metadata with
    {
        Title = Title ?? metadata.Title,
        Authors = Authors.Count > 0 ? Authors : metadata.Authors,
        Published = Published ?? metadata.Published,
    };

    /// <summary>The body the rule names. Null: it names none, or found none.</summary>
    public SelectedBody? Body(PageTree tree, Witnesses witnesses)
    {
        if (_rule.Body.Count == 0)
        {
            return null;
        }

        var found = new List<PageNode>();
        Collect(tree.Root, found);
        var body = found.Count == 0 ? null : Select(tree, found, witnesses);
        if (body is null or { KeptLength: 0 })
        {
            Problem ??= $"the site rule {_rule.File} found no body";
            return null;
        }

        return body;
    }

    private SelectedBody Select(PageTree tree, List<PageNode> found, Witnesses witnesses)
    {
        var root = found[0];
        while (!root.IsBlock || !found.TrueForAll(root.Contains))
        {
            root = root.Parent!;
        }

        var body = new SelectedBody(root);
        var begun = false;
        for (var i = root.FirstBlock; i < root.EndBlock; i++)
        {
            var block = tree.Blocks[i];
            var isIn = found.Exists(node => node.FirstBlock <= i && i < node.EndBlock);
            if (!isIn || (_rule.Prune && block.Furniture) || (!begun && witnesses.IsTitle(block)))
            {
                body.Drop(i);
            }
            else
            {
                begun = true;
            }
        }

        return body.Close(tree);
    }

    /// <summary>The outermost of the nodes that were found, in the page's order.</summary>
    private void Collect(PageNode node, List<PageNode> found)
    {
        if (node.Element is { } element && _body.Contains(element))
        {
            found.Add(node);
            return;
        }

        foreach (var child in node.Children)
        {
            Collect(child, found);
        }
    }

    private void Strip(IDocument document)
    {
        List<IElement> gone = [.. _rule.Strip.SelectMany(path => Found([path])).Where(found => found.NodeType is XPathNodeType.Element).Select(found => found.Element!)];
        if (_rule.StripNames.Count > 0)
        {
            gone.AddRange(document.All.Where(element => _rule.StripNames.Any(name => Has(element, "class", name) || Has(element, "id", name))));
        }

        if (_rule.StripImages.Count > 0)
        {
            gone.AddRange(document.Images.Where(image => _rule.StripImages.Any(part => Has(image, "src", part))));
        }

        foreach (var element in gone)
        {
            if (element != document.Body && element != document.DocumentElement)
            {
                element.Remove();
            }
        }
    }

    private static bool Has(IElement element, string attribute, string part) => element.GetAttribute(attribute)?.Contains(part, StringComparison.Ordinal) == true;

    private Uri? AddressOf(IReadOnlyList<XPathExpression> paths)
    {
        var found = Found(paths).FirstOrDefault();
        var href = found is null ? null : found.NodeType == XPathNodeType.Element ? found.Element!.GetAttribute("href") : found.Value;
        return Addresses.Absolute(href, _address) is { } address && Addresses.IsOfHost(address, _address) ? address : null;
    }

    private string? First(IReadOnlyList<XPathExpression> paths) => Texts(paths).FirstOrDefault();

    /// <summary>What the first expression that finds anything finds, as text in one line.</summary>
    private List<string> Texts(IReadOnlyList<XPathExpression> paths)
    {
        foreach (var path in paths)
        {
            var texts = path.ReturnType is XPathResultType.NodeSet ? Found([path]).Select(found => found.Value) : [Convert.ToString(Evaluate(path), System.Globalization.CultureInfo.InvariantCulture) ?? ""];
            List<string> said = [.. texts.Select(text => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))).Where(text => text.Length is > 0 and <= 1_000)];
            if (said.Count > 0)
            {
                return said;
            }
        }

        return [];
    }

    private List<HtmlNavigator> Found(IReadOnlyList<XPathExpression> paths)
    {
        foreach (var path in paths)
        {
            if (Evaluate(path) is List<HtmlNavigator> { Count: > 0 } found)
            {
                return found;
            }
        }

        return [];
    }

    private object? Evaluate(XPathExpression path)
    {
        try
        {
            var result = _page.Evaluate(path);
            return result is XPathNodeIterator nodes ? nodes.Cast<HtmlNavigator>().Select(node => (HtmlNavigator)node.Clone()).ToList() : result;
        }
        catch (XPathException fault)
        {
            IsSpent |= fault is HtmlNavigator.SpentException;
            Problem ??= $"the site rule {_rule.File} could not be used: {path.Expression}: {fault.Message}";
            return null;
        }
    }
}
