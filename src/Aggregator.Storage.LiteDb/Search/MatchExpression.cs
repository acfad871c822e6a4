using System.Text;
using Aggregator.Model.Stories;
using Aggregator.Model.Text;

namespace Aggregator.Storage.LiteDb.Search;

/// <summary>
/// Conditions as FTS5 asks them (https://www.sqlite.org/fts5.html, section 3). Terms hold no quotes, for none is made of anything but letters,
/// digits, marks, "+" and "#"; they stand in quotes so that none is taken for an operator.
/// </summary>
internal static class MatchExpression
{
    /// <summary>The column of the title's terms.</summary>
    public const string Title = "title";

    /// <summary>What stands for the end of a line among the terms: a token of its own, so that no phrase goes across it.</summary>
    public const string LineEnd = "\uE000";

    /// <summary>The expression of a condition.</summary>
    public static string Of(TextCondition condition)
    {
        var text = new StringBuilder();
        Write(condition, text);
        return text.ToString();
    }

    private static void Write(TextCondition condition, StringBuilder into)
    {
        switch (condition)
        {
            case TextCondition.Phrase phrase:
                into.Append(phrase.TitleOnly ? Title + " : (" : "(");
                Join(phrase.Asked, " OR ", into, Write);
                into.Append(')');
                break;
            case TextCondition.AllOf all:
                Group(all.Parts, " AND ", into);
                break;
            case TextCondition.AnyOf any:
                Group(any.Parts, " OR ", into);
                break;
            default:
                throw new ArgumentException($"{condition.GetType().Name} is no condition on texts this index knows", nameof(condition));
        }
    }

    private static void Write(TermPhrase phrase, StringBuilder into) =>
        into.Append('"').AppendJoin(' ', phrase.Terms).Append(phrase.Prefix ? "\" *" : "\"");

    private static void Group(IReadOnlyList<TextCondition> parts, string between, StringBuilder into)
    {
        into.Append('(');
        Join(parts, between, into, Write);
        into.Append(')');
    }

    private static void Join<T>(IReadOnlyList<T> parts, string between, StringBuilder into, Action<T, StringBuilder> write)
    {
        for (var i = 0; i < parts.Count; i++)
        {
            into.Append(i == 0 ? "" : between);
            write(parts[i], into);
        }
    }
}
