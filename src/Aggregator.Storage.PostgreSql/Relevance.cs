using Aggregator.Model.Stories;

namespace Aggregator.Storage.PostgreSql;

/// <summary>
/// How well stories fit a condition on their text: BM25 (Robertson and Zaragoza 2009, section 3) over its phrases, with how rare each is told from the stories that are
/// compared. A phrase in the title counts several times.
/// </summary>
internal sealed class Relevance(TextCondition condition)
{
    /// <summary>How much the second time a phrase stands in a text counts, and how much a long text's length counts against it: the values everybody uses.</summary>
    private const double Saturation = 1.2, LengthShare = 0.75;

    /// <summary>So many times a phrase in the title counts more: about the sentences that tell again what a title says.</summary>
    private const int TitleWeight = 4;

    private readonly List<List<(string Piece, int Weight)>> _phrases = [.. Leaves(condition).Select(Pieces)];

    /// <summary>How often each phrase stands in a story's row of terms, and how long that is.</summary>
    public (int[] Phrases, int Length) Count(string terms) =>
        ([.. _phrases.Select(pieces => pieces.Sum(piece => piece.Weight * Occurrences(terms, piece.Piece)))], terms.Length);

    /// <summary>The scores of stories by their counts, in their order; greater is better.</summary>
    public IReadOnlyList<double> Scores(IReadOnlyList<(int[] Phrases, int Length)> stories)
    {
        var rarity = _phrases.Select((_, phrase) => stories.Count(story => story.Phrases[phrase] > 0))
            .Select(having => Math.Log(1 + ((stories.Count - having + 0.5) / (having + 0.5)))).ToList();
        var usualLength = stories.Count == 0 ? 1 : Math.Max(1, stories.Average(story => story.Length));
        return [.. stories.Select(story => story.Phrases
            .Select((count, phrase) => rarity[phrase] * count * (Saturation + 1) / (count + (Saturation * (1 - LengthShare + (LengthShare * story.Length / usualLength)))))
            .Sum())];
    }

    private static List<(string Piece, int Weight)> Pieces(TextCondition.Phrase phrase) => phrase.TitleOnly
        ? [.. phrase.Asked.Select(terms => (TextQuery.Piece(terms, titleOnly: true), 1))]
        : [.. phrase.Asked.SelectMany(terms => new[] { (TextQuery.Piece(terms, titleOnly: false), 1), (TextQuery.Piece(terms, titleOnly: true), TitleWeight) })];

    private static IEnumerable<TextCondition.Phrase> Leaves(TextCondition condition) => condition switch
    {
        TextCondition.AllOf all => all.Parts.SelectMany(Leaves),
        TextCondition.AnyOf any => any.Parts.SelectMany(Leaves),
        TextCondition.Phrase phrase => [phrase],
        _ => [],
    };

    private static int Occurrences(string terms, string piece)
    {
        var count = 0;
        for (var at = terms.IndexOf(piece, StringComparison.Ordinal); at >= 0; at = terms.IndexOf(piece, at + piece.Length - 1, StringComparison.Ordinal))
        {
            count++;
        }

        return count;
    }
}
