using Aggregator.Model.Feeds;
using Aggregator.Model.Text;

namespace Aggregator.Content.Parsing;

/// <summary>
/// Gives each entry the key it is known by from poll to poll: its own id, unless the document's ids prove bad (one id on entries with
/// different links), else its link, else its text. An entry that stands in the document twice is kept once.
/// </summary>
internal static class EntryIdentity
{
    public static IReadOnlyList<FeedEntry> Assign(IEnumerable<FeedEntry> entries, ProblemList problems)
    {
        var all = entries.ToList();
        var badIds = all.Where(entry => entry.Id is not null)
            .GroupBy(entry => entry.Id!)
            .Where(same => same.Select(entry => entry.Link).Distinct().Count() > 1)
            .Select(same => same.Key)
            .ToHashSet();
        if (badIds.Count > 0)
        {
            problems.Add("an id is shared by entries with different links; the links tell them apart");
        }

        var seen = new HashSet<string>();
        var kept = new List<FeedEntry>(all.Count);
        foreach (var entry in all)
        {
            var key = KeyOf(entry, badIds);
            if (seen.Add(key))
            {
                kept.Add(entry with { Key = key, Fingerprint = Fingerprint(entry) });
            }
            else
            {
                problems.Add("an entry stands in the document twice");
            }
        }

        return kept;
    }

    private static string KeyOf(FeedEntry entry, HashSet<string> badIds)
    {
        var id = entry.Id is { } own && !badIds.Contains(own) ? own : null;
        var key = id ?? (entry.Link is { } link ? AddressKey.Of(link) : null);
        return key is { Length: > 0 and <= 500 }
            ? key
            : "text:" + ContentHash.Of(12, key, entry.Title, entry.SummaryHtml ?? entry.ContentHtml, key is null ? entry.Published?.ToString("O") : null);
    }

    private static string Fingerprint(FeedEntry entry) =>
        ContentHash.Of(12, entry.Title, entry.Link?.AbsoluteUri, entry.SummaryHtml, entry.ContentHtml);
}
