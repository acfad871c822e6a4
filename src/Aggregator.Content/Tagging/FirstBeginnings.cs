namespace Aggregator.Content.Tagging;

/// <summary>How long the beginnings are that a word can have, by its first two letters: for most words none, and none need be tried.</summary>
internal sealed class FirstBeginnings
{
    private const int Buckets = 1024;

    private readonly ulong[] _lengths = new ulong[Buckets];

    /// <summary>Adds a beginning of at least one letter.</summary>
    public void Add(string beginning)
    {
        if (beginning.Length > 1)
        {
            _lengths[Bucket(beginning)] |= PhraseNode.LengthBit(beginning.Length);
            return;
        }

        // A single letter says nothing of the second.
        foreach (ref var lengths in _lengths.AsSpan())
        {
            lengths |= PhraseNode.LengthBit(1);
        }
    }

    /// <summary>A bit for each length that a beginning of the word may have (<see cref="PhraseNode.LengthBit"/>).</summary>
    public ulong Lengths(ReadOnlySpan<char> word) => _lengths[Bucket(word)];

    private static int Bucket(ReadOnlySpan<char> word) => ((word[0] * 31) + (word.Length > 1 ? word[1] : 0)) % Buckets;
}
