namespace Aggregator.Content.Extraction.Sites;

/// <summary>
/// 64-bit FNV-1a over a text's letters and digits in lower case; everything else counts as nothing. Fast and stable, not safe against
/// somebody who looks for two texts with one hash: who makes a site's pages could only harm these.
/// </summary>
internal static class Hash
{
    public const ulong Start = 14695981039346656037;

    private const ulong Prime = 1099511628211;

    /// <summary>The hash of a text that follows what <paramref name="before"/> is the hash of. Never 0.</summary>
    public static ulong Of(ReadOnlySpan<char> text, ulong before = Start)
    {
        var hash = before;
        var letters = false;
        foreach (var c in text)
        {
            if (char.IsLetterOrDigit(c) || char.IsSurrogate(c))
            {
                hash = (hash ^ char.ToLowerInvariant(c)) * Prime;
                letters = true;
            }
        }

        if (!letters)
        {
            foreach (var c in text)
            {
                hash = (hash ^ c) * Prime;
            }
        }

        hash = (hash ^ '\u001F') * Prime;
        return hash == 0 ? 1 : hash;
    }
}
