using System.Text.RegularExpressions;
using Aggregator.Model.Text.Patterns;

namespace Aggregator.Model.Tests.Text.Patterns;

public class LinearPatternTests
{
    /// <summary>What the lists of wordings are made of: each is held against the runtime's own expressions on texts that nearly match.</summary>
    public static TheoryData<string> Patterns =>
    [
        @"^\W*(?:related|more)\s+(?:\w+\s+)?(?:stories|story|news)\b",
        @"\b(?:we|you|your|sie|ваш\w{0,3})\b|あなた",
        @"^\W{0,5}(?:(?:error|fehler)\s{0,3})?(?:404|500)(?:\W{1,5}(?:page|bad)|\W{0,5}$)",
        @"(?:share|shares?|\d+\s*(?:k|m)?\s*likes?)[\s:|/,·•–-]*",
        @"^[\W_]*(?:(?:share|print|x|\d+\s+comments?)[\s:|/,·•–—>»…!+-]*)+\W*$",
        @"[^.]{0,6}\buses?\b[^.]{0,6}cookies",
        @"(?:page|site)\b.{0,8}$",
        @"(?:by|von)\s*:?\s+(?:\p{Lu}|@)[^.!?]*$",
        @"a{2,3}b??|[^a-c\s]+?z|(x|y)*w",
        @"\Bb\B|e.?s\b",
        @"^$|^\s+$",
        "",
    ];

    [Theory]
    [MemberData(nameof(Patterns))]
    public void IsMatch_AnyText_SaysWhatTheRuntimeSays(string pattern)
    {
        foreach (var options in new[] { RegexOptions.CultureInvariant, RegexOptions.CultureInvariant | RegexOptions.IgnoreCase })
        {
            var (linear, runtime) = (new LinearPattern(pattern, options), new Regex(pattern, options | RegexOptions.NonBacktracking));
            var random = new Random(1);
            for (var round = 0; round < 3000; round++)
            {
                var text = MakeNearText(random);
                Assert.True(linear.IsMatch(text) == runtime.IsMatch(text), $"{options}: \"{pattern}\" in \"{text}\": the runtime says {runtime.IsMatch(text)}");
            }
        }
    }

    [Fact]
    public void IsMatch_WhiteSpaceAndRemarksInThePattern_AreNoPartOfIt()
    {
        var pattern = new LinearPattern("^ re d # not blue\n | [ ] x", RegexOptions.IgnorePatternWhitespace);

        Assert.True(pattern.IsMatch("red"));
        Assert.True(pattern.IsMatch("a x"));
        Assert.False(pattern.IsMatch("re d"));
    }

    [Theory]
    [InlineData("cookies?|consent", "Cookies, cookie and CONSENT", 3)]
    [InlineData(@"\b(?:you|your)\b", "you and yours, your", 2)]
    [InlineData(@"\w+", "one two", 6)]
    [InlineData("x*", "axa", 4)]
    public void Count_FindsEachBehindTheEarliestEndOfTheOneBefore(string pattern, string text, int count) =>
        Assert.Equal(count, new LinearPattern(pattern, RegexOptions.IgnoreCase).Count(text));

    [Fact]
    public void IsMatch_TextOnWhichBacktrackingWouldNeverEnd_Answers()
    {
        var pattern = new LinearPattern(@"^(?:(?:x|xx|x+)[\s|]*)+\W*y$", RegexOptions.None);

        Assert.False(pattern.IsMatch(new string('x', 100_000)));
        Assert.True(pattern.IsMatch(new string('x', 100_000) + "y"));
    }

    [Fact]
    public void IsMatch_MoreStatesThanAreKept_GoesOnRight()
    {
        // Which of the last thirteen characters were an "a" is a state each: 8,192 of them.
        var pattern = new LinearPattern("a[ab]{12}c", RegexOptions.None);
        var random = new Random(1);
        for (var round = 0; round < 20; round++)
        {
            var text = new string([.. Enumerable.Range(0, 2000).Select(_ => random.Next(2) == 0 ? 'a' : 'b')]) + "c";

            Assert.Equal(text[^14] == 'a', pattern.IsMatch(text));
        }
    }

    [Fact]
    public void IsMatch_ManyThreads_AllSayTheSame()
    {
        var pattern = new LinearPattern(@"\b(?:read|see)\s+also\b", RegexOptions.IgnoreCase);
        Parallel.For(0, 2000, number =>
        {
            Assert.True(pattern.IsMatch($"Zeile {(char)(0x4E00 + number)}: Read  ALSO {number}"));
            Assert.False(pattern.IsMatch($"Zeile {(char)(0x0400 + number)}: ready also{number}"));
        });
    }

    [Theory]
    [InlineData("(?=a)b")]
    [InlineData(@"(a)\1")]
    [InlineData("(?>a)")]
    [InlineData("(a")]
    [InlineData("a)")]
    [InlineData("[a")]
    [InlineData("a{3,1}")]
    [InlineData("*a")]
    [InlineData(@"a\")]
    [InlineData(@"\p{Klingon}")]
    public void Construct_WhatCannotBeMatchedSo_IsToldWithItsPosition(string pattern)
    {
        var fault = Assert.Throws<ArgumentException>(() => new LinearPattern(pattern, RegexOptions.None));

        Assert.Contains("Position", fault.Message, StringComparison.Ordinal);
    }

    private static readonly string[] Parts =
    [
        "related", "More", "stories", "news", "we", "YOUR", "ваш", "ВАШЕГО", "あなた", "404", "error", "Fehler", "page", "bad", "share", "Shares", "print", "x", "12", "comments", "likes", "uses",
        "use", "cookies", "site", "by", "Von", ":", "Jane", "@joe", "aa", "aab", "z", "w", "y", "b", "es", "e\u0301s", "K", "\u212A", "ı", "İ", "ß", "ſ", "_", "-", "\n", " ", "  ", "\t", ".",
        "!", "|", "·", "—", "\u200D", "\u00A0", "é", "٣",
    ];

    private static string MakeNearText(Random random) =>
        string.Concat(Enumerable.Range(0, random.Next(10)).Select(_ => random.Next(5) == 0 ? ((char)random.Next(1, 0x3100)).ToString() : Parts[random.Next(Parts.Length)]));
}
