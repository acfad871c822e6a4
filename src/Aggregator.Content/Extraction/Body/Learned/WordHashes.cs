namespace Aggregator.Content.Extraction.Body.Learned;

/// <summary>The words of a text as numbers (FNV-1a), for comparing texts without making strings.</summary>
internal static class WordHashes
{
    private const ulong Basis = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    /// <summary>The words of a <see cref="TextKey"/> with at least so many characters, each once.</summary>
    public static ulong[] Of(string key, int leastLength)
    {
        if (key.Length < leastLength)
        {
            return [];
        }

        var words = new HashSet<ulong>();
        foreach (var range in key.AsSpan().Split(' '))
        {
            var word = key.AsSpan(range);
            if (word.Length >= leastLength)
            {
                words.Add(Hash(word));
            }
        }

        return [.. words];
    }

    /// <summary>Every run of four neighbouring words, each once.</summary>
    public static HashSet<ulong> Shingles(string key)
    {
        var shingles = new HashSet<ulong>();
        ulong first = 0, second = 0, third = 0;
        var count = 0;
        foreach (var range in key.AsSpan().Split(' '))
        {
            var word = Hash(key.AsSpan(range));
            if (++count >= 4)
            {
                shingles.Add((((((first * Prime) ^ second) * Prime) ^ third) * Prime) ^ word);
            }

            (first, second, third) = (second, third, word);
        }

        return shingles;
    }

    private static ulong Hash(ReadOnlySpan<char> word)
    {
        var hash = Basis;
        foreach (var c in word)
        {
            hash = (hash ^ c) * Prime;
        }

        return hash;
    }
}
