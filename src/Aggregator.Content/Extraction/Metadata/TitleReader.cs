using System.Text.RegularExpressions;
using AngleSharp.Dom;

namespace Aggregator.Content.Extraction.Metadata;

/// <summary>Finds the headline: what machines are told and what readers see, agreed with one another, without the site's name.</summary>
internal static partial class TitleReader
{
    public static string? Read(IDocument document, MetaTags meta, StructuredData data, string? siteName, Uri address)
    {
        var names = SiteNames(siteName, address);
        var page = Clean(document.Title);
        var open = Clean(meta.First("og:title", "twitter:title", "dc.title", "dcterms.title", "sailthru.title", "parsely-title", "headline"));
        var headline = Clean(data.Headline);
        var told = headline ?? open ?? page;
        var first = Headings(document, "h1, [itemprop~=headline]").Select(text => WithoutSite(text, names)!).Where(text => !IsSite(text, names)).Distinct().ToList();
        if (told is null)
        {
            return first.FirstOrDefault();
        }

        // The heading on the page that says what the machines are told is the headline as its readers know it. A page's only first
        // heading is believed even against them: search engines are told other titles than readers.
        var (best, agreement) = Closest(first, headline, open, page);
        if (agreement >= 0.5 || (first.Count == 1 && TextKey.Of(first[0]).Contains(' ', StringComparison.Ordinal)))
        {
            return WithoutKicker(best ?? first[0], names, headline, open, page);
        }

        (best, agreement) = Closest(Headings(document, "h2"), headline, open, page);
        return agreement >= 0.75 ? best : WithoutSite(open ?? headline ?? page, names);
    }

    /// <summary>A heading that ends with the headline as told holds a line above it as well ("Energy Prices fall at last"): the headline is the told one.</summary>
    private static string WithoutKicker(string heading, IReadOnlyCollection<string> names, params ReadOnlySpan<string?> told)
    {
        var key = TextKey.Of(heading);
        foreach (var text in told)
        {
            if (WithoutSite(text, names) is { } title && TextKey.Of(title) is var end && end.Length < key.Length && end.Contains(' ', StringComparison.Ordinal)
                && key.EndsWith(" " + end, StringComparison.Ordinal))
            {
                return title;
            }
        }

        return heading;
    }

    private static (string? Text, double Agreement) Closest(IEnumerable<string> headings, params ReadOnlySpan<string?> told)
    {
        string? best = null;
        var most = 0.0;
        foreach (var heading in headings)
        {
            foreach (var text in told)
            {
                if (Overlap(heading, text) is var agreement && agreement > most)
                {
                    (best, most) = (heading, agreement);
                }
            }
        }

        return (best, most);
    }

    /// <summary>The headline and the heading's text share how much of the heading: words in both over words of the heading and of the shorter.</summary>
    private static double Overlap(string heading, string? told)
    {
        if (told is null)
        {
            return 0;
        }

        var a = TextKey.Of(heading).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var b = TextKey.Of(told).Split(' ', StringSplitOptions.RemoveEmptyEntries).ToList();
        var lengthB = b.Count;
        var both = a.Count(b.Remove);
        return a.Length == 0 || lengthB == 0 ? 0 : 2.0 * both / (a.Length + lengthB);
    }

    private static IEnumerable<string> Headings(IDocument document, string selector) =>
        document.QuerySelectorAll(selector).Take(12).Select(heading => Clean(heading.TextContent)).Where(text => text is { Length: > 1 and < 400 })!;

    /// <summary>Cuts the site's name, and a section between it and the headline, off either end.</summary>
    public static string? WithoutSite(string? title, IReadOnlyCollection<string> names)
    {
        if (title is null)
        {
            return null;
        }

        while (true)
        {
            var cuts = Separator().Matches(title);
            if (cuts.Count == 0)
            {
                return title;
            }

            var last = cuts[^1];
            var tail = title[(last.Index + last.Length)..];
            var head = title[..last.Index];
            if (IsSite(tail, names) || (last.Value.Contains('|', StringComparison.Ordinal) && tail.Length < head.Length && tail.Length < 40))
            {
                title = head.Trim();
                continue;
            }

            var first = cuts[0];
            var start = title[..first.Index];
            var rest = title[(first.Index + first.Length)..];
            if (IsSite(start, names) && rest.Length > 5)
            {
                title = rest.Trim();
                continue;
            }

            return title;
        }
    }

    private static bool IsSite(string part, IReadOnlyCollection<string> names)
    {
        var key = Squeezed(part);
        return key.Length > 0 && names.Any(name => key == name || (name.Length > 3 && key.Contains(name, StringComparison.Ordinal) && key.Length < name.Length + 12)
            || (key.Length > 3 && name.Contains(key, StringComparison.Ordinal)));
    }

    internal static HashSet<string> SiteNames(string? siteName, Uri address)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        if (Squeezed(siteName) is { Length: > 1 } name)
        {
            names.Add(name);
        }

        var labels = (address.IsAbsoluteUri ? address.Host : "").Split('.');
        if (labels.Length >= 2)
        {
            var main = labels[^2].Length <= 3 && labels.Length >= 3 && labels[^1].Length == 2 ? labels[^3] : labels[^2];
            if (Squeezed(main) is { Length: > 2 } host)
            {
                names.Add(host);
            }
        }

        return names;
    }

    internal static string Squeezed(string? text) => TextKey.Of(text).Replace(" ", "", StringComparison.Ordinal);

    internal static string? Clean(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        text = text.Contains('&', StringComparison.Ordinal) ? System.Net.WebUtility.HtmlDecode(text) : text;
        text = text.Contains('<', StringComparison.Ordinal) ? Tags().Replace(text, "") : text;
        text = Spaces().Replace(text, " ").Trim();
        return text.Length is 0 or > 1_000 ? null : text;
    }

    [GeneratedRegex(@"\s+(?:[|\-–—·•»«›‹:~]|\|\||::)\s+|\s*[|»]\s*")]
    private static partial Regex Separator();

    [GeneratedRegex(@"</?[a-zA-Z][^<>]{0,200}>")]
    private static partial Regex Tags();

    [GeneratedRegex(@"[\s\u00AD\u200B\uFEFF\u0000-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]+")]
    private static partial Regex Spaces();
}
