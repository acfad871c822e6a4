using System.Globalization;
using System.Text.RegularExpressions;
using Aggregator.Model.Text;

namespace Aggregator.Content.Extraction.Parts;

/// <summary>
/// Which page of an article an address names: the article's own address with a number at a place where sites put it. Seen:
/// "/story/2", "/story/page/2/", "/story/seite-2", "/story.html?page=2", "/story-2.html", "/story,page-2.html".
/// </summary>
internal static partial class PageNumber
{
    /// <summary>No article has more pages; a greater number names something else (a year, an article).</summary>
    public const int Most = 50;

    private const string Word = "(?:page|pg|p|seite|s|pagina|página|paged|pageno|page_no|pagenum|sayfa|strona|sida|side)";

    /// <summary>
    /// The number in <paramref name="address"/> as a page of the article at <paramref name="article"/>. Null: it is no page of it. The article's own
    /// address is page 1. IsWorded: a word for "page" stands beside the number.
    /// </summary>
    public static (int Number, bool IsWorded)? Of(Uri address, Uri article)
    {
        var key = AddressKey.Of(address);
        var stems = StemsOf(article);
        if (stems.Contains(key))
        {
            return (1, true);
        }

        foreach (var (stem, number, isWorded, inQuery) in Readings(key))
        {
            if (number is >= 1 and <= Most && (stems.Contains(stem) || (!inQuery && stem == PathOf(AddressKey.Of(article)))))
            {
                return (number, isWorded);
            }
        }

        return null;
    }

    /// <summary>What the article's address is without a number: itself, without its ending, and without a "1" that says where it begins.</summary>
    private static HashSet<string> StemsOf(Uri article)
    {
        var key = AddressKey.Of(article);
        HashSet<string> stems = [key, Ending().Replace(key, "")];
        foreach (var (stem, number, isWorded, _) in Readings(key))
        {
            if (number == 1 && isWorded)
            {
                stems.Add(stem);
            }
        }

        return stems;
    }

    private static string PathOf(string key) => key.IndexOf('?', StringComparison.Ordinal) is >= 0 and var at ? key[..at] : key;

    private static IEnumerable<(string Stem, int Number, bool IsWorded, bool InQuery)> Readings(string key)
    {
        if (InQuery().Match(key) is { Success: true } query)
        {
            var rest = query.Groups["before"].Value + query.Groups["after"].Value;
            yield return (rest.Replace("?&", "?", StringComparison.Ordinal).TrimEnd('?', '&'), Number(query), true, true);
        }

        if (InSegment().Match(key) is { Success: true } segment)
        {
            yield return (segment.Groups["before"].Value, Number(segment), segment.Groups["word"].Success, false);
        }

        // "story-2" without an ending is how programs call a second article of the same headline.
        if (InName().Match(key) is { Success: true } name && name.Groups["word"].Success is var isWorded && (isWorded || name.Groups["ending"].Success))
        {
            yield return (name.Groups["before"].Value + name.Groups["ending"].Value, Number(name), isWorded, false);
            yield return (name.Groups["before"].Value, Number(name), isWorded, false);
        }
    }

    private static int Number(Match match) => int.Parse(match.Groups["number"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(?<before>[^?]*\?(?:.*&)?)" + Word + @"=(?<number>\d{1,2})(?<after>&.*)?$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex InQuery();

    [GeneratedRegex(@"^(?<before>[^?]*?)/(?:(?<word>" + Word + @")[-_/]?)?(?<number>\d{1,2})(?:\.[a-z]{3,5})?$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex InSegment();

    [GeneratedRegex(@"^(?<before>[^?]*/[^/?]*?)[-_,.](?:(?<word>" + Word + @")[-_]?)?(?<number>\d{1,2})(?<ending>\.[a-z]{3,5})?$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex InName();

    [GeneratedRegex(@"\.(?:s?html?|php|aspx?|jsp)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Ending();
}
