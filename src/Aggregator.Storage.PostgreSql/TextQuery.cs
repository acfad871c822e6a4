using Aggregator.Model.Stories;
using Aggregator.Model.Text;

namespace Aggregator.Storage.PostgreSql;

/// <summary>
/// A condition on texts as the server is asked: what its index finds, the stories that have all terms of a phrase somewhere, and what is then held
/// against the row of terms itself (<see cref="IndexedTerms"/>), that they stand one after the other.
/// </summary>
internal static class TextQuery
{
    /// <summary>The expression that the index is made of.</summary>
    public const string Indexed = "array_to_tsvector(string_to_array(btrim(t.terms), ' '))";

    /// <summary>What the index is asked, as a tsquery in text.</summary>
    public static string ForIndex(TextCondition condition) => condition switch
    {
        TextCondition.AllOf all => $"({string.Join(" & ", all.Parts.Select(ForIndex))})",
        TextCondition.AnyOf any => $"({string.Join(" | ", any.Parts.Select(ForIndex))})",
        TextCondition.Phrase { Asked.Count: 0 } => Quoted(""),
        TextCondition.Phrase phrase => $"({string.Join(" | ", phrase.Asked.Select(terms => ForIndex(terms, phrase.TitleOnly)))})",
        _ => throw new InvalidOperationException($"{condition.GetType().Name} is no condition that is known"),
    };

    /// <summary>The same where the story is also of one of these weeks (<see cref="IndexedTerms.Weeks"/>).</summary>
    public static string ForIndex(TextCondition condition, IReadOnlyList<string> weeks) =>
        $"{ForIndex(condition)} & ({string.Join(" | ", weeks.Select(Quoted))})";

    /// <summary>What is held against what the index finds. Null: nothing, the index tells all.</summary>
    public static string? ForRow(TextCondition condition, Sql sql) =>
        HasPhrase(condition) ? OfRow(condition, sql) : null;

    /// <summary>A phrase as a piece of a row of terms.</summary>
    public static string Piece(TermPhrase phrase, bool titleOnly) =>
        $" {string.Join(' ', phrase.Terms.Select(term => Marked(term, titleOnly)))}{(phrase.Prefix ? "" : " ")}";

    private static string OfRow(TextCondition condition, Sql sql) => condition switch
    {
        TextCondition.AllOf all => $"({string.Join(" and ", all.Parts.Select(part => OfRow(part, sql)))})",
        TextCondition.AnyOf any => $"({string.Join(" or ", any.Parts.Select(part => OfRow(part, sql)))})",
        TextCondition.Phrase { Asked.Count: > 0 } phrase =>
            $"({string.Join(" or ", phrase.Asked.Select(terms => $"strpos(t.terms, {sql.Value(Piece(terms, phrase.TitleOnly))}) > 0"))})",
        _ => "false",
    };

    private static bool HasPhrase(TextCondition condition) => condition switch
    {
        TextCondition.AllOf all => all.Parts.Any(HasPhrase),
        TextCondition.AnyOf any => any.Parts.Any(HasPhrase),
        TextCondition.Phrase phrase => phrase.Asked.Any(terms => terms.Terms.Count > 1),
        _ => false,
    };

    private static string ForIndex(TermPhrase phrase, bool titleOnly) => string.Join(" & ", phrase.Terms.Select((term, at) =>
        Quoted(Marked(term, titleOnly)) + (phrase.Prefix && at == phrase.Terms.Count - 1 ? ":*" : "")));

    private static string Marked(string term, bool titleOnly) => (titleOnly ? IndexedTerms.TitleMark : "") + IndexedTerms.Term(term);

    /// <summary>A term of a tsquery. An empty one, which a tsquery cannot hold, becomes one that no text has.</summary>
    private static string Quoted(string term) =>
        $"'{(term.Length == 0 ? " " : term.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal))}'";
}
