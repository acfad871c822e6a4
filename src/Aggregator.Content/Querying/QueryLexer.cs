namespace Aggregator.Content.Querying;

/// <summary>Cuts a query's text into its pieces.</summary>
internal static class QueryLexer
{
    /// <summary>The pieces, or what is wrong.</summary>
    public static (IReadOnlyList<QueryToken> Tokens, QueryError? Error) Cut(string text)
    {
        var tokens = new List<QueryToken>();
        for (var at = 0; at < text.Length;)
        {
            if (char.IsWhiteSpace(text[at]))
            {
                at++;
            }
            else if (text[at] is '(' or ')')
            {
                tokens.Add(new QueryToken(text[at] == '(' ? QueryTokenKind.Open : QueryTokenKind.Close, at + 1));
                at++;
            }
            else if (text[at] == '-')
            {
                if (at + 1 == text.Length || char.IsWhiteSpace(text[at + 1]))
                {
                    return (tokens, new QueryError(at + 1, "expected what to leave out right after \"-\"", []));
                }

                tokens.Add(new QueryToken(QueryTokenKind.Not, at + 1));
                at++;
            }
            else if (ReadTerm(text, ref at, out var error) is { } term)
            {
                tokens.Add(term);
            }
            else
            {
                return (tokens, error);
            }
        }

        return (tokens, null);
    }

    private static QueryToken? ReadTerm(string text, ref int at, out QueryError? error)
    {
        error = null;
        var start = at;
        string? field = null;
        var colon = EndOfName(text, at);
        if (colon > at && colon < text.Length && text[colon] == ':')
        {
            field = text[at..colon];
            at = colon + 1;
            if (at < text.Length && text[at] == '(')
            {
                return new QueryToken(QueryTokenKind.Field, start + 1, field);
            }
        }

        var valueStart = at;
        if (at < text.Length && IsQuote(text[at]))
        {
            return ReadPhrase(text, ref at, start, field, out error);
        }

        while (at < text.Length && !char.IsWhiteSpace(text[at]) && text[at] is not ('(' or ')') && !IsQuote(text[at]))
        {
            at++;
        }

        var word = text[valueStart..at];
        return (field, word) switch
        {
            (null, "AND") => new QueryToken(QueryTokenKind.And, start + 1),
            (null, "OR") => new QueryToken(QueryTokenKind.Or, start + 1),
            (null, "NOT") => new QueryToken(QueryTokenKind.Not, start + 1),
            _ => new QueryToken(QueryTokenKind.Term, start + 1, field, word, valueStart + 1),
        };
    }

    private static QueryToken? ReadPhrase(string text, ref int at, int start, string? field, out QueryError? error)
    {
        var open = at;
        var end = open + 1;
        while (end < text.Length && !IsQuote(text[end]))
        {
            end++;
        }

        if (end == text.Length)
        {
            error = new QueryError(open + 1, "expected the quotes that begin here to end", []);
            return null;
        }

        error = null;
        at = end + 1;
        return new QueryToken(QueryTokenKind.Term, start + 1, field, text[(open + 1)..end], open + 2);
    }

    private static int EndOfName(string text, int at)
    {
        while (at < text.Length && (char.IsLetter(text[at]) || text[at] == '_'))
        {
            at++;
        }

        return at;
    }

    // Straight quotes, and those that text editors put in their place.
    private static bool IsQuote(char c) => c is '"' or '“' or '”' or '„';
}
