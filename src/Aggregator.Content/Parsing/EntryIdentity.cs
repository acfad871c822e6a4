using Aggregator.Model.Feeds;
using Aggregator.Model.Text;

namespace Aggregator.Content.Parsing;

/// <summary>
/// Gives each entry the key it is known by from poll to poll: its own id, else its link, else its title and date.
/// <para>
/// An entry's key should not depend on what else stands in the document, because that changes from poll to poll. So two entries under
/// one id are taken for the same entry as long as they have the same title: a publisher who moves an article often shows both links for
/// a while. With different titles they are two entries; the older one keeps the id, because it has been known by it before the newer
/// one came, and the newer one is known by what comes next in the order. Only where at least <see cref="MinimumEvidence"/> entries, and
/// half of those that have an id, carry one that others carry with another title or link, the feed's ids have proven bad
/// (a constant, the name of a section), and no id of that document counts. A feed that is bad in this way is so in every document.
/// Links prove bad by the same rule (every entry links to the front page).
/// </para>
/// </summary>
internal static class EntryIdentity
{
    /// <summary>One pair is an accident of the day: it takes two entries too many to doubt a feed's ids.</summary>
    private const int MinimumEvidence = 2;

    /// <summary>Longer keys are hashed: they are indexed and stand in addresses.</summary>
    private const int MaxKeyChars = 500;

    /// <summary>All the entries with their keys, in document order. Of several with one key the latest counts; the others are marked as its copies.</summary>
    public static IReadOnlyList<FeedEntry> Assign(IReadOnlyList<FeedEntry> entries, ProblemList problems)
    {
        var links = entries.Select(entry => entry.Link is { } link ? AddressKey.Of(link) : null).ToList();
        var idsAreBad = ProveBad(entries, i => entries[i].Id, links);
        if (idsAreBad)
        {
            problems.Add("one id stands on different entries; links and titles tell them apart");
        }

        var linksAreBad = ProveBad(entries, i => entries[i].Id is null || idsAreBad ? links[i] : null, links);
        var keyOf = new string[entries.Count];
        var owners = new Dictionary<string, int>();
        foreach (var i in FromOldest(entries))
        {
            var entry = entries[i];
            var key = Free(idsAreBad ? null : entry.Id, entry) ?? Free(linksAreBad ? null : links[i], entry) ?? TextKey(entry, links[i]);
            keyOf[i] = key;
            if (!owners.TryAdd(key, i))
            {
                problems.Add("an entry stands in the document twice");
                owners[key] = i;
            }
        }

        return [.. entries.Select((entry, i) => entry with { Key = keyOf[i], IsCopy = owners[keyOf[i]] != i, Fingerprint = Fingerprint(entry) })];

        string? Free(string? name, FeedEntry entry)
        {
            var key = string.IsNullOrEmpty(name) ? null : Short(name);
            return key is null || (owners.TryGetValue(key, out var owner) && !AreCopies(entries[owner], entry)) ? null : key;
        }
    }

    /// <summary>Whether what <paramref name="nameOf"/> gives for each entry fails to tell the entries of this document apart.</summary>
    private static bool ProveBad(IReadOnlyList<FeedEntry> entries, Func<int, string?> nameOf, List<string?> links)
    {
        var seen = new HashSet<string>(entries.Count, StringComparer.Ordinal);
        var named = 0;
        var twice = false;
        for (var i = 0; i < entries.Count; i++)
        {
            if (nameOf(i) is { Length: > 0 } name)
            {
                named++;
                twice |= !seen.Add(name);
            }
        }

        return twice && ProveBad(entries, nameOf, links, named);
    }

    private static bool ProveBad(IReadOnlyList<FeedEntry> entries, Func<int, string?> nameOf, List<string?> links, int named)
    {
        var shared = Enumerable.Range(0, entries.Count).Where(i => !string.IsNullOrEmpty(nameOf(i))).GroupBy(i => nameOf(i)!).Where(same => same.Skip(1).Any());
        var different = shared.Select(same => (Entries: same.Count(), TooMany: same.Select(i => (entries[i].Title, links[i])).Distinct().Count() - 1))
            .Where(same => same.TooMany > 0).ToList();
        return different.Sum(same => same.TooMany) >= MinimumEvidence && different.Sum(same => same.Entries) * 2 >= named;
    }

    /// <summary>Oldest first by date; those without a date come last, and of equals the one further down in the document first.</summary>
    private static IEnumerable<int> FromOldest(IReadOnlyList<FeedEntry> entries) =>
        Enumerable.Range(0, entries.Count).OrderBy(i => entries[i].Published ?? entries[i].Updated ?? DateTimeOffset.MaxValue).ThenByDescending(i => i);

    private static bool AreCopies(FeedEntry one, FeedEntry other) => one.Title is null && other.Title is null
        ? (one.SummaryHtml ?? one.ContentHtml) == (other.SummaryHtml ?? other.ContentHtml)
        : one.Title == other.Title;

    /// <summary>What is left of an entry that neither id nor link tells apart: its title, else its text; and its date.</summary>
    private static string TextKey(FeedEntry entry, string? link) =>
        "text:" + ContentHash.Of(12, entry.Id, link, entry.Title ?? entry.SummaryHtml ?? entry.ContentHtml, entry.Published?.ToString("O"));

    private static string Short(string key) => key.Length <= MaxKeyChars ? key : "long:" + ContentHash.Of(12, key);

    private static string Fingerprint(FeedEntry entry) =>
        ContentHash.Of(12, entry.Title, entry.Link is { IsAbsoluteUri: true } link ? link.AbsoluteUri : entry.Link?.OriginalString, entry.SummaryHtml, entry.ContentHtml);
}
