namespace Aggregator.Model.Stories;

/// <summary>A text that a story had before its publisher changed it.</summary>
/// <param name="From">When this service first had the text.</param>
/// <param name="Until">When it was replaced.</param>
/// <param name="Title">The title then.</param>
/// <param name="Text">The body then, plain text, one line a block.</param>
public sealed record StoryVersion(DateTimeOffset From, DateTimeOffset Until, string Title, string Text)
{
    /// <summary>Versions kept of a story; of more, the first and the newest.</summary>
    public const int MaxKept = 10;

    /// <summary>Whether two texts tell the same: their letters and digits are the same. Other marks, spaces and capitals are no change of a story.</summary>
    public static bool TellsTheSame(string one, string other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        var (i, j) = (0, 0);
        while (true)
        {
            i = NextLetter(one, i);
            j = NextLetter(other, j);
            if (i == one.Length || j == other.Length)
            {
                return i == one.Length && j == other.Length;
            }

            if (char.ToUpperInvariant(one[i++]) != char.ToUpperInvariant(other[j++]))
            {
                return false;
            }
        }
    }

    private static int NextLetter(string text, int from)
    {
        while (from < text.Length && !char.IsLetterOrDigit(text[from]) && !char.IsSurrogate(text[from]))
        {
            from++;
        }

        return from;
    }
}
