using Aggregator.Content.Opml;
using Aggregator.Model.Feeds;

namespace Aggregator.Service.Catalog;

/// <summary>What to do with the feeds of a subscription list. Pure.</summary>
/// <param name="ToAdd">Feeds that are new, in the order of the list.</param>
/// <param name="Known">Addresses that are in feeds.json already, or came earlier in the list.</param>
/// <param name="Refused">Entries that cannot be polled.</param>
public sealed record OpmlImport(IReadOnlyList<FeedSource> ToAdd, IReadOnlyList<Uri> Known, IReadOnlyList<RefusedSubscription> Refused)
{
    private const int LongestLanguage = 35;

    /// <summary>Sorts the feeds of a list into those to add, known ones and refused ones.</summary>
    /// <param name="list">The list.</param>
    /// <param name="known">The feeds that feeds.json has.</param>
    /// <param name="findFault">Why an address may not be fetched; null: it may.</param>
    public static OpmlImport Of(OpmlList list, IReadOnlyDictionary<FeedId, FeedSource> known, Func<Uri, string?> findFault)
    {
        ArgumentNullException.ThrowIfNull(list);
        ArgumentNullException.ThrowIfNull(known);
        ArgumentNullException.ThrowIfNull(findFault);
        var seen = known.Keys.ToHashSet();
        var toAdd = new List<FeedSource>();
        var already = new List<Uri>();
        var refused = new List<RefusedSubscription>();
        foreach (var entry in list.Feeds)
        {
            if (ReadAddress(entry.Address) is not { } address)
            {
                refused.Add(new RefusedSubscription(entry.Line, entry.Title, "is no http or https address"));
            }
            else if (address.UserInfo.Length > 0)
            {
                refused.Add(new RefusedSubscription(entry.Line, entry.Title, "has user and password in its address: put them into secrets.json in the data folder and add the feed with --auth"));
            }
            else if (findFault(address) is { } fault)
            {
                refused.Add(new RefusedSubscription(entry.Line, entry.Title ?? address.Host, fault));
            }
            else if (seen.Add(FeedId.Of(address)))
            {
                toAdd.Add(Make(address, entry));
            }
            else
            {
                already.Add(address);
            }
        }

        return new OpmlImport(toAdd, already, refused);
    }

    private static FeedSource Make(Uri address, OpmlFeed entry) => new()
    {
        Address = address,
        Title = entry.Title,
        Category = entry.Category,
        Site = ReadAddress(entry.Site) is { UserInfo.Length: 0 } site ? site : null,
        Language = entry.Language is { Length: <= LongestLanguage } language ? language : null,
        Enabled = !entry.IsOff,
    };

    private static Uri? ReadAddress(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && address.Host.Length > 0 ? address : null;
}

/// <summary>An entry of a subscription list that is not taken.</summary>
/// <param name="Line">The line it begins in, from 1. Null: unknown.</param>
/// <param name="Name">What the list calls it. Null: nothing.</param>
/// <param name="Reason">Why, in words; without the address, which may hold a secret.</param>
public sealed record RefusedSubscription(int? Line, string? Name, string Reason);
