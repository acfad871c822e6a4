namespace Aggregator.Content.Tagging;

/// <summary>
/// Numbers by words. Most words asked for are not there, and most of those are told by their first two letters and their length alone,
/// without a look at the table.
/// </summary>
internal sealed class SymbolTable
{
    private const int Buckets = 4096;
    private const int LongestTold = 63;

    private readonly Dictionary<string, int> _symbols = new(StringComparer.Ordinal);

    /// <summary>By the first two letters, a bit for each length there is; the last for all that are longer.</summary>
    private readonly ulong[] _lengths = new ulong[Buckets];

    /// <summary>Gives a word of at least one letter a symbol.</summary>
    public void Add(string word, int symbol)
    {
        _symbols.Add(word, symbol);
        _lengths[Bucket(word)] |= LengthBit(word.Length);
    }

    /// <summary>The symbol of a word of at least one letter. -1: it has none.</summary>
    public int Find(ReadOnlySpan<char> word) =>
        (_lengths[Bucket(word)] & LengthBit(word.Length)) != 0
            && _symbols.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(word, out var symbol)
            ? symbol
            : -1;

    /// <summary>Adds the symbols of all beginnings of a word, itself among them.</summary>
    public void FindBeginnings(ReadOnlySpan<char> word, List<int> into)
    {
        if (Find(word[..1]) is >= 0 and var single)
        {
            into.Add(single);
        }

        // One letter has a bucket of its own.
        var lengths = _lengths[Bucket(word)];
        for (var length = 2; lengths != 0 && length <= word.Length; length++)
        {
            if ((lengths & LengthBit(length)) != 0 && _symbols.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(word[..length], out var symbol))
            {
                into.Add(symbol);
            }
        }
    }

    private static int Bucket(ReadOnlySpan<char> word) => ((word[0] * 31) + (word.Length > 1 ? word[1] : 0)) % Buckets;

    private static ulong LengthBit(int length) => 1UL << Math.Min(length, LongestTold);
}
