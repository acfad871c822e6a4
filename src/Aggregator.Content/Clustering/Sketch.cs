namespace Aggregator.Content.Clustering;

/// <summary>
/// The least hashes of a text's runs of four words, by several hashes: equal places estimate how much wording two texts share
/// (min-wise hashing; Broder, On the resemblance and containment of documents, 1997).
/// </summary>
internal static class Sketch
{
    private const int Places = 8;
    private const int Run = 4;

    /// <summary>Shorter texts agree by chance.</summary>
    private const int LeastWords = 40;

    /// <summary>The sketch of a text; empty for a short one.</summary>
    public static ulong[] Of(ReadOnlySpan<Word> words)
    {
        if (words.Length < LeastWords)
        {
            return [];
        }

        var sketch = new ulong[Places];
        Array.Fill(sketch, ulong.MaxValue);
        for (var i = 0; i + Run <= words.Length; i++)
        {
            var run = Fnv.Start;
            foreach (var word in words.Slice(i, Run))
            {
                run = Fnv.Add(run, word.Term);
            }

            for (var place = 0; place < sketch.Length; place++)
            {
                var mixed = unchecked((run ^ ((ulong)(place + 1) * 0x9E3779B97F4A7C15UL)) * 0xBF58476D1CE4E5B9UL);
                sketch[place] = Math.Min(sketch[place], mixed ^ (mixed >> 29));
            }
        }

        return sketch;
    }

    /// <summary>Whether most of the wording is the same: an agency text, or the same article at another address.</summary>
    public static bool Agree(ulong[] one, ulong[] other)
    {
        var equal = 0;
        for (var i = 0; i < one.Length && i < other.Length; i++)
        {
            equal += one[i] == other[i] ? 1 : 0;
        }

        return equal > Places / 2;
    }
}
