using System.Buffers;
using System.Text;

namespace Aggregator.Content.Parsing.Text;

/// <summary>Removes characters that no reader should meet.</summary>
internal static class Characters
{
    private static readonly SearchValues<char> Controls = SearchValues.Create(
        [.. Enumerable.Range(0, 32).Where(c => c is not (9 or 10 or 13)).Select(c => (char)c),
         .. Enumerable.Range(0x7F, 33).Select(c => (char)c), '\uFFFE', '\uFFFF', '\uFEFF']);

    /// <summary>Marks, embeddings, overrides and isolates of the bidirectional algorithm: they can make a title read as another one.</summary>
    private static readonly SearchValues<char> ControlsAndBidi = SearchValues.Create(
        [.. Enumerable.Range(0, 65536).Select(c => (char)c).Where(c => Controls.Contains(c) || c is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069'))]);

    /// <summary>
    /// Text without control characters other than tab and line ends; C1 controls become what Windows-1252 means by them, and those five it
    /// gives no meaning stay.
    /// </summary>
    public static string Clean(string text) => Remove(text, Controls);

    /// <summary>The same, and without characters that change the direction of what follows (UAX #9).</summary>
    public static string CleanLine(string text) => Remove(text, ControlsAndBidi);

    private static string Remove(string text, SearchValues<char> unwanted)
    {
        if (text.AsSpan().IndexOfAny(unwanted) < 0)
        {
            return text;
        }

        var kept = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (c is >= '\u0080' and <= '\u009F')
            {
                // Five of them mean nothing even there. They are pieces of letters in a text that was encoded twice: without them nobody can tell which.
                kept.Append(Entities.FromC1(c));
            }
            else if (!unwanted.Contains(c))
            {
                kept.Append(c);
            }
        }

        return kept.ToString();
    }
}
