namespace Aggregator.Content.Tagging;

/// <summary>What definitions say of the languages they are for.</summary>
internal static class Languages
{
    /// <summary>Whether a definition for <paramref name="languages"/> (empty: all) serves a text; one of unknown language is served by all.</summary>
    public static bool Allow(IReadOnlyList<string> languages, string? language)
    {
        if (languages.Count == 0 || string.IsNullOrEmpty(language))
        {
            return true;
        }

        foreach (var allowed in languages)
        {
            // "pt" allows "pt-BR" (RFC 4647, section 3.3.1).
            if (language.StartsWith(allowed, StringComparison.OrdinalIgnoreCase) && (language.Length == allowed.Length || language[allowed.Length] == '-'))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether <paramref name="text"/> has the form of a BCP 47 language: "en", "pt-BR", "zh-Hant".</summary>
    public static bool IsOne(string text)
    {
        var parts = text.Split('-');
        return parts[0].Length is 2 or 3 && parts[0].All(char.IsAsciiLetter) && parts.All(part => part.Length is >= 1 and <= 8 && part.All(char.IsAsciiLetterOrDigit));
    }
}
