using System.Numerics;

namespace Aggregator.Content.Tagging;

/// <summary>
/// A Bloom filter of one block of 64 bits a key: says of most keys that are not there that they are not, with one look at a small table.
/// (Putze, Sanders, Singler: Cache-, Hash- and Space-Efficient Bloom Filters, 2007.)
/// </summary>
internal sealed class KeyFilter
{
    private const int BitsPerKey = 16;
    private const int BlockBits = 64;

    private readonly ulong[] _blocks;
    private readonly int _shift;

    /// <summary>A filter for so many keys, whose bits are as good as random.</summary>
    public KeyFilter(int keys)
    {
        _blocks = new ulong[Math.Max(2, BitOperations.RoundUpToPowerOf2((uint)keys * BitsPerKey / BlockBits))];
        _shift = BlockBits - BitOperations.Log2((uint)_blocks.Length);
    }

    /// <summary>Adds a key.</summary>
    public void Add(ulong key) => _blocks[key >> _shift] |= BitsOf(key);

    /// <summary>False: the key was not added.</summary>
    public bool MayHold(ulong key) => (_blocks[key >> _shift] & BitsOf(key)) == BitsOf(key);

    // The low bits of a product are its poorest; the block goes by the highest.
    private static ulong BitsOf(ulong key) => (1UL << (int)((key >> 20) % BlockBits)) | (1UL << (int)((key >> 26) % BlockBits));
}
