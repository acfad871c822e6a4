using System.Buffers.Binary;
using System.Globalization;
using Aggregator.Model.Stories;
using Aggregator.Model.Text;

namespace Aggregator.Model.Feeds;

/// <summary>
/// What is remembered of the entries that a feed's documents held, so that one that comes back under another id or link is known for
/// the story it became before: a site that moves to https or to another program often gives all its entries new ones.
/// <para>
/// An entry is known again only where its own key names no story remembered, the remembered one is gone from the document, and the two
/// agree in their id (http or https), or in their date and in one of link and title (in both, where neither has a date). Whatever
/// several entries have in common proves nothing. Remembered are the last document and as many entries that left it, at most
/// <see cref="MostEntries"/>; 28 bytes each.
/// </para>
/// </summary>
public sealed class EntryMemory
{
    /// <summary>How many entries are remembered at most.</summary>
    public const int MostEntries = 500;

    private const int StoryBytes = 12;
    private const int TraceBytes = StoryBytes + 4 * sizeof(uint);

    private readonly ReadOnlyMemory<byte> _bytes;

    private EntryMemory(ReadOnlyMemory<byte> bytes) => _bytes = bytes;

    /// <summary>Nothing is remembered.</summary>
    public static EntryMemory Empty { get; } = new(default);

    /// <summary>The memory as a store keeps it.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>The memory that a store kept; bytes of another length than whole entries are forgotten.</summary>
    public static EntryMemory FromBytes(ReadOnlyMemory<byte> bytes) => bytes.Length % TraceBytes == 0 ? new(bytes) : Empty;

    /// <summary>The entries, those that are known again with <see cref="FeedEntry.KnownAs"/>.</summary>
    public IReadOnlyList<FeedEntry> Recognise(IReadOnlyList<FeedEntry> entries, FeedId feed)
    {
        ArgumentNullException.ThrowIfNull(entries);
        if (_bytes.IsEmpty)
        {
            return entries;
        }

        var traces = entries.Select(entry => new Trace(entry, feed)).ToList();
        var present = traces.Select(trace => trace.Story).ToHashSet();
        var remembered = Traces().ToList();
        var known = remembered.Select(trace => trace.Story).ToHashSet();
        var gone = remembered.Where(trace => !present.Contains(trace.Story)).ToList();
        var strange = Enumerable.Range(0, traces.Count).Where(i => !known.Contains(traces[i].Story)).ToList();
        if (gone.Count == 0 || strange.Count == 0)
        {
            return entries;
        }

        var result = entries.ToArray();
        foreach (var pair in Pairs(traces, strange, gone, OnlyOnes(remembered, traces)))
        {
            result[pair.Entry] = entries[pair.Entry] with { KnownAs = new StoryId(pair.Story) };
        }

        return result;
    }

    /// <summary>The stories that the remembered entries became.</summary>
    public IReadOnlySet<StoryId> Stories() => Traces().Select(trace => new StoryId(trace.Story)).ToHashSet();

    /// <summary>The memory after a document with these entries.</summary>
    public EntryMemory After(IReadOnlyList<FeedEntry> entries, FeedId feed)
    {
        ArgumentNullException.ThrowIfNull(entries);
        var now = entries.Take(MostEntries).Select(entry => new Trace(entry, feed)).ToList();
        var present = now.Select(trace => trace.Story).ToHashSet();
        var left = Traces().Where(trace => !present.Contains(trace.Story)).Take(Math.Min(now.Count, MostEntries - now.Count));
        var all = now.Concat(left).ToList();
        var bytes = new byte[all.Count * TraceBytes];
        for (var i = 0; i < all.Count; i++)
        {
            all[i].Write(bytes.AsSpan(i * TraceBytes));
        }

        return new EntryMemory(bytes);
    }

    /// <summary>Entries with the remembered ones they agree with, where each agrees with just one.</summary>
    private static IEnumerable<(int Entry, string Story)> Pairs(List<Trace> traces, List<int> strange, List<Trace> gone, HashSet<uint> ids) =>
        strange.SelectMany(i => gone.Where(trace => trace.Agrees(traces[i], ids)).Take(2).Select(trace => (Entry: i, trace.Story)))
            .GroupBy(pair => pair.Entry).Where(pairs => pairs.Count() == 1).Select(pairs => pairs.Single())
            .GroupBy(pair => pair.Story).Where(pairs => pairs.Count() == 1).Select(pairs => pairs.Single());

    /// <summary>The ids that neither the memory nor the document has twice.</summary>
    private static HashSet<uint> OnlyOnes(List<Trace> remembered, List<Trace> traces) =>
        [.. new[] { remembered, traces }.SelectMany(list => list.GroupBy(trace => trace.Id)).GroupBy(ids => ids.Key)
            .Where(lists => lists.Key != 0 && lists.All(ids => ids.Count() == 1)).Select(lists => lists.Key)];

    private IEnumerable<Trace> Traces()
    {
        for (var at = 0; at < _bytes.Length; at += TraceBytes)
        {
            yield return new Trace(_bytes.Span[at..]);
        }
    }

    /// <summary>A story, and signs of the entry it was made from; 0: the entry had none.</summary>
    private readonly record struct Trace(string Story, uint Id, uint Link, uint Title, uint Date)
    {
        public Trace(FeedEntry entry, FeedId feed)
            : this(entry.StoryIn(feed).Value, SignOf(WithoutScheme(entry.Id)), SignOf(entry.Link is { } link ? AddressKey.Of(link) : null), SignOf(entry.Title), SignOf(entry.Published?.UtcTicks.ToString(CultureInfo.InvariantCulture)))
        {
        }

        public Trace(ReadOnlySpan<byte> bytes)
            : this(Convert.ToHexStringLower(bytes[..StoryBytes]), Sign(bytes, 0), Sign(bytes, 1), Sign(bytes, 2), Sign(bytes, 3))
        {
        }

        public bool Agrees(Trace other, HashSet<uint> ids)
        {
            var link = Link != 0 && Link == other.Link;
            var title = Title != 0 && Title == other.Title;
            return (Id == other.Id && ids.Contains(Id)) || (Date == other.Date && (Date == 0 ? link && title : link || title));
        }

        public void Write(Span<byte> bytes)
        {
            Convert.FromHexString(Story).CopyTo(bytes);
            ReadOnlySpan<uint> signs = [Id, Link, Title, Date];
            for (var i = 0; i < signs.Length; i++)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(bytes[(StoryBytes + i * sizeof(uint))..], signs[i]);
            }
        }

        private static uint Sign(ReadOnlySpan<byte> bytes, int index) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[(StoryBytes + index * sizeof(uint))..]);

        private static ReadOnlySpan<char> WithoutScheme(string? id) =>
            id is null ? default
            : id.StartsWith("https://", StringComparison.OrdinalIgnoreCase) ? id.AsSpan(8)
            : id.StartsWith("http://", StringComparison.OrdinalIgnoreCase) ? id.AsSpan(7)
            : id;

        /// <summary>FNV-1a, the same on every machine. Who makes two signs collide confuses nobody's entries but his own.</summary>
        private static uint SignOf(ReadOnlySpan<char> text)
        {
            if (text.IsEmpty)
            {
                return 0;
            }

            var hash = 2166136261;
            foreach (var c in text)
            {
                hash = (hash ^ c) * 16777619;
            }

            return Math.Max(hash, 1);
        }
    }
}
