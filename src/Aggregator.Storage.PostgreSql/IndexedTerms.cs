using System.Globalization;
using System.Text;
using Aggregator.Model.Stories;
using Aggregator.Model.Text;

namespace Aggregator.Storage.PostgreSql;

/// <summary>
/// A story's text as it is searched: the terms of <see cref="SearchTerms"/> in their order, each between spaces, " . " where a line ends. What comes
/// first stands for the index alone: the week of the story ("#2960"), so that a common word is looked up in few weeks only, and the title's terms
/// marked ("^bee"). A phrase is a piece of this text, and the index leads to the stories that have all its terms:
/// <code> #2960 ^robot ^bees . robot bees . the first line of the bodi . the second </code>
/// </summary>
internal static class IndexedTerms
{
    /// <summary>What stands for the end of a line.</summary>
    public const char LineEnd = '.';

    /// <summary>What marks a term of the title. No term begins with it.</summary>
    public const string TitleMark = "^";

    /// <summary>
    /// What of a text is indexed, in characters: PostgreSQL makes an index of at most 1 MB of different terms a story, and a character has at most 3
    /// bytes. The longest articles have a tenth of it.
    /// </summary>
    private const int MostCharacters = 300_000;

    /// <summary>Longer terms are no words; they are indexed, and asked for, by so many characters.</summary>
    private const int LongestTerm = 100;

    private const long WeekMilliseconds = 7L * 24 * 60 * 60 * 1000;

    /// <summary>The terms of a story with its body.</summary>
    public static string Of(Story story)
    {
        var isStemmed = SearchTerms.IsStemmed(story.Language);
        var title = SearchTerms.Of(story.Title, isStemmed);
        var body = Shortened(story.Body?.Text ?? "");
        var terms = new StringBuilder(body.Length + (story.Title.Length * 2) + 100);
        terms.Append(' ').Append(Week(StoryKey.Place(story.OrderedAt))).Append(' ');
        Append(title.Where(term => term != SearchWords.LineEnd), TitleMark);
        terms.Append(LineEnd).Append(' ');
        Append(title, "");
        terms.Append(LineEnd).Append(' ');
        Append(SearchTerms.Of(body, isStemmed), "");
        return terms.ToString();

        void Append(IEnumerable<string> words, string mark)
        {
            foreach (var word in words.TakeWhile(_ => terms.Length < MostCharacters))
            {
                terms.Append(mark).Append(word == SearchWords.LineEnd ? LineEnd.ToString() : Term(word)).Append(' ');
            }
        }
    }

    /// <summary>A term as it is indexed and asked for.</summary>
    public static string Term(string term) => PgText.Of(term.Length > LongestTerm ? term[..LongestTerm] : term);

    /// <summary>The term of the week of a place. A week of ours begins on a Thursday, as 1970 did.</summary>
    public static string Week(long place) => string.Create(CultureInfo.InvariantCulture, $"#{WeekNumber(place)}");

    /// <summary>The terms of all weeks from one place to another. Null: they are more than <paramref name="most"/>.</summary>
    public static IReadOnlyList<string>? Weeks(long newest, long oldest, int most)
    {
        var (first, last) = (WeekNumber(oldest), WeekNumber(newest));
        return last - first < most
            ? [.. Enumerable.Range(0, (int)Math.Max(0, last - first + 1)).Select(week => string.Create(CultureInfo.InvariantCulture, $"#{first + week}"))]
            : null;
    }

    private static long WeekNumber(long place) => (long)Math.Floor(-(double)place / WeekMilliseconds);

    private static string Shortened(string text) => text.Length > MostCharacters ? text[..MostCharacters] : text;
}
