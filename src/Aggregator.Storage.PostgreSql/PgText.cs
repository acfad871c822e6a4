namespace Aggregator.Storage.PostgreSql;

/// <summary>Text as PostgreSQL can hold it: its text has no U+0000, and is well-formed UTF-8.</summary>
internal static class PgText
{
    /// <summary>The same text; where it holds U+0000, the sign for that (U+2400) stands instead, and for half a surrogate pair U+FFFD.</summary>
    public static string Of(string text) => WellFormed(text).Replace('\0', '\u2400');

    /// <summary>The same text with U+FFFD for half a surrogate pair.</summary>
    public static string WellFormed(string text)
    {
        var at = 0;
        while (at < text.Length && !char.IsSurrogate(text[at]))
        {
            at++;
        }

        return at == text.Length ? text : string.Concat(text.EnumerateRunes());
    }
}
