using Aggregator.Content.Extraction.Body;
using Aggregator.Content.Extraction.Metadata;
using Aggregator.Model.Articles;
using Aggregator.Model.Text;

namespace Aggregator.Content.Extraction.Sites;

/// <summary>
/// Hashes a page's lines together with the places they stand in. The place counts because an article's first paragraph is a teaser on
/// other pages: the same words there, in another box, do not make it furniture here.
/// </summary>
internal static class PagePrinter
{
    /// <summary>Lines kept of a page, half of them from either end, where the furniture is. The median page has 110, one in a hundred over 900.</summary>
    private const int MaxLines = 512;

    /// <summary>Elements that make a line's place: its own and those around it.</summary>
    private const int Levels = 3;

    /// <summary>The hash of every block, in order.</summary>
    public static ulong[] Lines(PageTree tree)
    {
        var places = new Dictionary<PageNode, ulong>();
        var lines = new ulong[tree.Blocks.Count];
        for (var i = 0; i < lines.Length; i++)
        {
            var block = tree.Blocks[i];
            lines[i] = Hash.Of(block.Text, PlaceOf(block.Owner, places));
        }

        return lines;
    }

    public static PagePrint Of(ulong[] lines, PageMetadata metadata, Uri address)
    {
        var half = MaxLines / 2;
        var kept = lines.Length <= MaxLines ? lines : [.. lines[..half], .. lines[^half..]];
        var title = TextKey.Of(metadata.Title);
        return new PagePrint(AddressesOf(metadata, address), title.Length == 0 ? 0 : Hash.Of(title), [.. kept.Distinct().Order()]);
    }

    private static ulong[] AddressesOf(PageMetadata metadata, Uri address)
    {
        var own = Hash.Of(AddressKey.Of(address));
        return metadata.CanonicalAddress is { } canonical && Hash.Of(AddressKey.Of(canonical)) is var stated && stated != own ? [own, stated] : [own];
    }

    private static ulong PlaceOf(PageNode owner, Dictionary<PageNode, ulong> places)
    {
        if (!places.TryGetValue(owner, out var place))
        {
            place = Fnv.Start;
            var node = owner;
            for (var level = 0; level < Levels && node is not null; level++, node = node.Parent)
            {
                place = Hash.Of(Signature.Of(node), place);
            }

            places[owner] = place;
        }

        return place;
    }
}
