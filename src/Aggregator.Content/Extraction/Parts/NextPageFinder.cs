using System.Globalization;
using Aggregator.Content.Extraction.Body;
using AngleSharp.Dom;

namespace Aggregator.Content.Extraction.Parts;

/// <summary>
/// Finds the page that continues an article. Believed is only an address that is the article's own with the next number in it: "next" and
/// rel=next lead to the next article as often as to the next page. A bare number ("/story/2" may be a picture) has to be called so, too.
/// </summary>
internal static class NextPageFinder
{
    /// <summary>Links looked at; no page of an article had more than 3,000 of them (2,036 pages, November 2026).</summary>
    private const int MaxLinks = 3_000;

    private static readonly HashSet<string> Words = new(StringComparer.Ordinal)
    {
        "next", "next page", "continue", "continue reading", "weiter", "weiterlesen", "nächste", "nächste seite", "zur nächsten seite", "suivant", "suivante", "page suivante", "lire la suite",
        "siguiente", "página siguiente", "siguiente página", "avanti", "successiva", "pagina successiva", "pagina seguente", "volgende", "volgende pagina", "próxima", "próxima página", "seguinte",
        "nästa", "nästa sida", "næste", "neste", "seuraava", "następna", "następna strona", "další", "sonraki", "далее", "следующая", "次へ", "次のページ", "次のページへ", "下一页", "下一頁", "다음",
    };

    /// <summary>The address of the page that continues this one. Null: none is named.</summary>
    public static Uri? Find(IDocument document, PageTree tree, PageContext context)
    {
        var article = context.Earlier?.First ?? context.Address;
        if (article.AbsolutePath.Length <= 1 && article.Query.Length == 0)
        {
            return null; // a home page's next pages are lists
        }

        if (PageNumber.Of(context.Address, article) is not { Number: < PageNumber.Most } here)
        {
            return null;
        }

        var wanted = (here.Number + 1).ToString(CultureInfo.InvariantCulture);
        var hints = new HintReader();
        foreach (var link in Links(document, tree).Take(MaxLinks))
        {
            if (link.GetAttribute("href") is { } href && href.Contains(wanted, StringComparison.Ordinal)
                && Addresses.Absolute(href, context.Address) is { } address && Addresses.IsOfHost(address, context.Address)
                && PageNumber.Of(address, article) is { } there && there.Number == here.Number + 1
                && IsCalledSo(link, wanted, there.IsWorded) && !IsOfComments(link, hints))
            {
                return new Uri(address.GetLeftPart(UriPartial.Query));
            }
        }

        return null;
    }

    private static IEnumerable<IElement> Links(IDocument document, PageTree tree)
    {
        foreach (var link in document.QuerySelectorAll("link"))
        {
            yield return link;
        }

        var nodes = new Stack<PageNode>([tree.Root]);
        while (nodes.TryPop(out var node))
        {
            if (node.Name == "a")
            {
                yield return node.Element!;
            }

            for (var i = node.Children.Count - 1; i >= 0; i--)
            {
                if (!node.Children[i].IsText)
                {
                    nodes.Push(node.Children[i]);
                }
            }
        }
    }

    private static bool IsCalledSo(IElement link, string number, bool isWorded)
    {
        var rel = link.GetAttribute("rel")?.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) ?? [];
        if (rel.Contains("next", StringComparer.OrdinalIgnoreCase))
        {
            return true;
        }

        if (link.LocalName != "a")
        {
            return false;
        }

        var text = TextKey.Of(link.TextContent is { Length: <= 200 } shown ? shown : "");
        return isWorded || text == number || text.EndsWith(" " + number, StringComparison.Ordinal) || Words.Contains(text)
            || Words.Contains(TextKey.Of(link.GetAttribute("aria-label") ?? link.GetAttribute("title")));
    }

    private static bool IsOfComments(IElement link, HintReader hints)
    {
        for (var element = link; element is not null; element = element.ParentElement)
        {
            if (element.LocalName is not ("body" or "html" or "main" or "article") && (hints.Read(element) & Hints.Comments) != 0)
            {
                return true;
            }
        }

        return false;
    }
}
