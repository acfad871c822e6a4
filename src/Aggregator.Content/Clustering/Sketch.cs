namespace Aggregator.Content.Clustering;

/// <summary>
/// The least hashes of a text's runs of four words, by the parts of the hashes' range they fall in: equal places estimate how much wording two
/// texts share (one permutation hashing; Li, Owen and Zhang, One Permutation Hashing, 2012).
/// </summary>
internal static class Sketch
{
    private const int Places = 32;
    private const int BitsOfPlace = 5;
    private const int Run = 4;

    /// <summary>Stands where no run's hash fell.</summary>
    private const uint Nothing = uint.MaxValue;

    /// <summary>Shorter texts agree by chance.</summary>
    private const int LeastWords = 40;

    /// <summary>The sketch of a text; empty for a short one.</summary>
    public static uint[] Of(ReadOnlySpan<Word> words)
    {
        if (words.Length < LeastWords)
        {
            return [];
        }

        var sketch = new uint[Places];
        Array.Fill(sketch, Nothing);
        for (var i = 0; i + Run <= words.Length; i++)
        {
            var run = Fnv.Start;
            foreach (var word in words.Slice(i, Run))
            {
                run = Fnv.Add(run, word.Term);
            }

            // The upper bits of this hash are not evenly spread; a multiplication mixes all into them.
            var mixed = unchecked((run ^ (run >> 32)) * 0x9E3779B97F4A7C15UL);
            ref var place = ref sketch[(int)(mixed >> (64 - BitsOfPlace))];
            place = Math.Min(place, (uint)(mixed >> (32 - BitsOfPlace)));
        }

        return sketch;
    }

    /// <summary>The share of wording two texts have in common, 0 to 1, to within a tenth. 0 when one is too short to tell.</summary>
    public static double Shared(uint[] one, uint[] other)
    {
        var (equal, told) = (0, 0);
        for (var i = 0; i < one.Length && i < other.Length; i++)
        {
            if (one[i] != Nothing || other[i] != Nothing)
            {
                told++;
                equal += one[i] == other[i] ? 1 : 0;
            }
        }

        return told == 0 ? 0 : (double)equal / told;
    }
}
