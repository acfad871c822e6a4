using Aggregator.Content.Extraction.Metadata;

namespace Aggregator.Content.Extraction.Quality;

/// <summary>Recognises what stands in an article's place: error messages, checks for robots, cookie walls, log-in forms, paywalls.</summary>
internal static class Wall
{
    /// <summary>Walls are short: their words are looked for only in texts up to this length, in characters.</summary>
    public const int Longest = 2_500;

    /// <summary>A message has no more characters than this.</summary>
    private const int LongestMessage = 400;

    /// <summary>Once in 24 words on the recorded page that holds a consent text, once in 40 to 97 on four articles that only name such things (2,036 pages, November 2026).</summary>
    private const int MostWordsPerMention = 30;

    /// <summary>What the text is, in words: "the page is ...". Null: no wall.</summary>
    public static string? Of(string text, PageMetadata metadata)
    {
        var sample = text.Length > Longest ? text[..Longest] : text;
        var title = metadata.Title ?? "";
        var head = title + "\n" + sample;
        var message = sample.Length <= LongestMessage;
        return WallPhrases.IsRobotCheck(head) ? "the page is a check for robots"
            : WallPhrases.IsErrorTitle(title, message) || (message && WallPhrases.IsError(sample)) ? "the page is an error message"
            : IsCookieWall(head) ? "the page is a cookie wall"
            : WallPhrases.CountLogin(sample) >= (message ? 1 : 2) ? "the page is a login form"
            : WallPhrases.IsPaywall(sample) && message ? "the page is a paywall"
            : null;
    }

    /// <summary>
    /// A wall talks of little else than cookies and consent, and to its reader: "we", "our", "you". News of a privacy case names them too,
    /// but between other words, and talks of others.
    /// </summary>
    private static bool IsCookieWall(string text)
    {
        var words = text.Count(char.IsWhiteSpace) + 1;
        var mentions = WallPhrases.CountConsent(text);
        return mentions >= 3 && mentions * MostWordsPerMention >= words && WallPhrases.CountAddress(text) >= 2;
    }
}
