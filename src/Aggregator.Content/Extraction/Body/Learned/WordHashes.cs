namespace Aggregator.Content.Extraction.Body.Learned;

/// <summary>The words of a text as numbers (<see cref="Fnv"/>), for comparing texts without making strings.</summary>
internal static class WordHashes
{
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
                words.Add(Fnv.Add(Fnv.Start, word));
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
            var word = Fnv.Add(Fnv.Start, key.AsSpan(range));
            if (++count >= 4)
            {
                shingles.Add(Fnv.Add(Fnv.Add(Fnv.Add(Fnv.Add(Fnv.Start, first), second), third), word));
            }

            (first, second, third) = (second, third, word);
        }

        return shingles;
    }
}
