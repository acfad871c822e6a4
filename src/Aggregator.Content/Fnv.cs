namespace Aggregator.Content;

/// <summary>
/// FNV-1a, 64 bits: fast, and equal in every run and on every machine. Not safe against somebody who looks for two texts with one hash.
/// </summary>
internal static class Fnv
{
    /// <summary>The hash of nothing.</summary>
    public const ulong Start = 14695981039346656037;

    private const ulong Prime = 1099511628211;

    /// <summary>The hash of what <paramref name="before"/> is the hash of, followed by a value.</summary>
    public static ulong Add(ulong before, ulong value) => (before ^ value) * Prime;

    /// <summary>The hash of what <paramref name="before"/> is the hash of, followed by a text.</summary>
    public static ulong Add(ulong before, ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            before = Add(before, c);
        }

        return before;
    }
}
