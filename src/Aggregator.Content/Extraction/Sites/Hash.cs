namespace Aggregator.Content.Extraction.Sites;

/// <summary>
/// <see cref="Fnv"/> over a text's letters and digits in lower case; everything else counts as nothing. Fast and stable, not safe against
/// somebody who looks for two texts with one hash: who makes a site's pages could only harm these.
/// </summary>
internal static class Hash
{
    /// <summary>The hash of a text that follows what <paramref name="before"/> is the hash of. Never 0.</summary>
    public static ulong Of(ReadOnlySpan<char> text, ulong before = Fnv.Start)
    {
        var hash = before;
        var letters = false;
        foreach (var c in text)
        {
            if (char.IsLetterOrDigit(c) || char.IsSurrogate(c))
            {
                hash = Fnv.Add(hash, char.ToLowerInvariant(c));
                letters = true;
            }
        }

        if (!letters)
        {
            hash = Fnv.Add(hash, text);
        }

        hash = Fnv.Add(hash, '\u001F');
        return hash == 0 ? 1 : hash;
    }
}
