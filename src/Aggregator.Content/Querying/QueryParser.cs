namespace Aggregator.Content.Querying;

/// <summary>
/// Reads the query language that docs/query-language.md describes:
/// <code>
/// query := and ("OR" and)*
/// and   := not ("AND"? not)*
/// not   := ("NOT" | "-")* one
/// one   := "(" query ")" | field ":" "(" query ")" | (field ":")? (word | "phrase")
/// </code>
/// Any text takes bounded time and stack. Thread-safe.
/// </summary>
public sealed class QueryParser
{
    /// <summary>The longest query, in characters.</summary>
    public const int MaxLength = 4_000;

    /// <summary>How deep parentheses may be nested.</summary>
    public const int MaxDepth = 50;

    private readonly QueryTerms _terms;
    private readonly int _length;
    private readonly IReadOnlyList<QueryToken> _tokens;
    private QueryError? _error;
    private int _next;
    private int _depth;

    /// <summary>The field whose parentheses are being read. Null: none.</summary>
    private string? _field;

    private QueryParser(QueryTerms terms, IReadOnlyList<QueryToken> tokens, int length)
    {
        _terms = terms;
        _tokens = tokens;
        _length = length;
    }

    private QueryToken? Current => _next < _tokens.Count ? _tokens[_next] : null;

    /// <summary>Reads a query. <paramref name="now"/> is the instant at which its times are tried.</summary>
    public static QueryResult Parse(string text, QueryNames names, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(names);
        if (text.Length > MaxLength)
        {
            return new QueryResult(null, new QueryError(MaxLength + 1, FormattableString.Invariant($"expected the query to end: it has {text.Length} characters, and {MaxLength} are the most"), []), []);
        }

        var (tokens, error) = QueryLexer.Cut(text);
        if (error is not null)
        {
            return new QueryResult(null, error, []);
        }

        var (sort, conditions, wrong) = TakeSort(tokens);
        if (wrong is not null)
        {
            return new QueryResult(null, wrong, []);
        }

        if (sort is not null && conditions.Count == 0)
        {
            return new QueryResult(null, null, []) { Sort = sort };
        }

        var terms = new QueryTerms(names, now);
        var parser = new QueryParser(terms, conditions, text.Length);
        var query = parser.ReadOr();
        if (query is not null && parser.Current is { } rest)
        {
            parser.Fail(rest.Column, "expected the query to end: no \"(\" goes with this \")\"");
        }

        return parser._error is null ? new QueryResult(query, null, terms.UnknownSources) { Sort = sort } : new QueryResult(null, parser._error, []);
    }

    /// <summary>
    /// Takes sort: out of a query's pieces, where it stands beside the conditions; within them it stays, to be refused there. The last one holds.
    /// </summary>
    private static (QuerySort? Sort, IReadOnlyList<QueryToken> Conditions, QueryError? Error) TakeSort(IReadOnlyList<QueryToken> tokens)
    {
        QuerySort? sort = null;
        var rest = new List<QueryToken>(tokens.Count);
        var depth = 0;
        for (var i = 0; i < tokens.Count; i++)
        {
            var token = tokens[i];
            depth += token.Kind switch { QueryTokenKind.Open => 1, QueryTokenKind.Close => -1, _ => 0 };
            if (token.Kind != QueryTokenKind.Term || !"sort".Equals(token.Field, StringComparison.OrdinalIgnoreCase) || depth != 0 || IsBound(i - 1) || IsBound(i + 1))
            {
                rest.Add(token);
                continue;
            }

            var (read, error) = QueryTerms.ReadSort(token);
            if (error is not null)
            {
                return (null, rest, error);
            }

            sort = read;
        }

        return (sort, rest, null);

        bool IsBound(int at) => at >= 0 && at < tokens.Count && tokens[at].Kind is QueryTokenKind.Or or QueryTokenKind.Not or QueryTokenKind.And;
    }

    private QueryNode? ReadOr()
    {
        var parts = new List<QueryNode>();
        while (true)
        {
            if (ReadAnd() is not { } part)
            {
                return null;
            }

            parts.Add(part);
            if (Current?.Kind != QueryTokenKind.Or)
            {
                return parts.Count == 1 ? parts[0] : new QueryNode.AnyOf(parts[0].Column, parts);
            }

            _next++;
        }
    }

    private QueryNode? ReadAnd()
    {
        var parts = new List<QueryNode>();
        while (true)
        {
            if (ReadNot() is not { } part)
            {
                return null;
            }

            parts.Add(part);
            if (Current?.Kind == QueryTokenKind.And)
            {
                _next++;
            }
            else if (Current?.Kind is null or QueryTokenKind.Or or QueryTokenKind.Close)
            {
                return parts.Count == 1 ? parts[0] : new QueryNode.AllOf(parts[0].Column, parts);
            }
        }
    }

    private QueryNode? ReadNot()
    {
        var column = Current?.Column ?? 0;
        var isNegated = false;
        while (Current?.Kind == QueryTokenKind.Not)
        {
            isNegated = !isNegated;
            _next++;
        }

        var one = ReadOne();
        return one is not null && isNegated ? new QueryNode.NotThat(column, one) : one;
    }

    private QueryNode? ReadOne()
    {
        switch (Current)
        {
            case null:
                return Fail(_length + 1, "expected a word, a phrase in quotes or a condition such as topic:ai, found the end");
            case { Kind: QueryTokenKind.Open }:
                return ReadParentheses(_field);
            case { Field: { } other } token when _field is not null:
                return Fail(token.Column, $"expected values of {_field}: only, found \"{other}:\"");
            case { Kind: QueryTokenKind.Field } token:
                _next++;
                var (field, unknown) = QueryTerms.FindField(token.Field!, token.Column);
                return field is null ? Fail(unknown!) : ReadParentheses(field);
            case { Kind: QueryTokenKind.Term } token:
                _next++;
                var (term, problem) = _terms.Read(token.Field ?? _field, token);
                return term ?? Fail(problem!);
            case var token:
                var found = token.Kind == QueryTokenKind.Close ? ")" : token.Kind.ToString().ToUpperInvariant();
                return Fail(token.Column, $"expected a word, a phrase in quotes or a condition such as topic:ai, found \"{found}\"");
        }
    }

    private QueryNode? ReadParentheses(string? field)
    {
        var open = Current!.Column;
        if (++_depth > MaxDepth)
        {
            return Fail(open, FormattableString.Invariant($"expected at most {MaxDepth} parentheses within each other"));
        }

        _next++;
        var outer = _field;
        _field = field;
        var inner = ReadOr();
        _field = outer;
        _depth--;
        if (inner is null)
        {
            return null;
        }

        if (Current?.Kind != QueryTokenKind.Close)
        {
            return Fail(open, "expected a \")\" for the \"(\" that stands here");
        }

        _next++;
        return inner;
    }

    private QueryNode? Fail(int column, string message) => Fail(new QueryError(column, message, []));

    private QueryNode? Fail(QueryError error)
    {
        _error ??= error;
        return null;
    }
}
