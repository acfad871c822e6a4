using Aggregator.Model.Topics;

namespace Aggregator.Content.Tagging;

/// <summary>Words <c>First</c> to <c>Last</c> of a text.</summary>
internal readonly record struct Span(int First, int Last, StoryPart Part);

/// <summary>
/// Finds all phrases of all definitions in one walk over a text. The phrases form a tree of words:
/// <code>
/// root -- "trade" -- "secret*"        (phrase 0)
///      \- "source" -- "code"          (phrase 1)
///      \- =AI                         (phrase 2)
/// </code>
/// Each word of the text becomes the symbols it answers to, and at each the walk goes down the tree as far as the words that follow
/// agree. The cost is the text's length times the depth actually reached, however many phrases there are. Built once, then read by any
/// number of threads.
/// </summary>
internal sealed class PhraseIndex
{
    private const int Root = 0;
    private const int None = -1;

    /// <summary>What is written onto a number is at most so long, in characters: "km", "billion".</summary>
    private const int LongestUnit = 32;

    private readonly SymbolTable _words = new();
    private readonly SymbolTable _exactWords = new();
    private readonly SymbolTable _beginnings = new();
    private readonly SymbolTable _exactBeginnings = new();
    private readonly Dictionary<string, int> _phrases = new(StringComparer.Ordinal);

    /// <summary>The node that a symbol leads to from the root, by symbol: every walk begins there.</summary>
    private readonly List<int> _fromRoot = [];

    /// <summary>The nodes below the first words, by node and symbol (<see cref="Step"/>).</summary>
    private readonly Dictionary<ulong, int> _next = [];

    private readonly List<Node> _nodes = [new Node(None, IsLeaf: false)];
    private int _longestWord;

    /// <summary>How many different phrases there are; their numbers are below this.</summary>
    public int Count => _phrases.Count;

    /// <summary>The number of a phrase, added if new.</summary>
    public int Add(Phrase phrase)
    {
        var key = string.Join(' ', phrase.Words.Select(word => $"{(word.ExactCase ? "=" : "")}{word.Text}{(word.AnyEnding ? "*" : "")}"));
        if (_phrases.TryGetValue(key, out var known))
        {
            return known;
        }

        var node = Root;
        foreach (var word in phrase.Words)
        {
            node = Child(node, Symbol(word));
        }

        var number = _phrases.Count;
        _phrases.Add(key, number);
        _nodes[node] = _nodes[node] with { Phrase = number };
        return number;
    }

    /// <summary>Finds every phrase of the story.</summary>
    public PatternMatches Find(StoryTokens story)
    {
        var tokens = story.Tokens;
        var symbols = new List<int>(tokens.Count);
        var starts = new int[tokens.Count + 1];
        for (var i = 0; i < tokens.Count; i++)
        {
            AddSymbols(story.TextOf(tokens[i]), symbols);
            starts[i + 1] = symbols.Count;
        }

        var found = new PatternMatches(Count);
        for (var i = 0; i < tokens.Count; i++)
        {
            for (var s = starts[i]; s < starts[i + 1]; s++)
            {
                if (_fromRoot[symbols[s]] is > Root and var node)
                {
                    Visit(node, i, i);
                }
            }
        }

        return found;

        void Visit(int node, int first, int last)
        {
            if (_nodes[node].Phrase is not None and var phrase)
            {
                found.Add(phrase, new Span(first, last, tokens[first].Part));
            }

            var at = last + 1;
            for (var s = _nodes[node].IsLeaf || at == tokens.Count ? int.MaxValue : starts[at]; s < starts[Math.Min(at + 1, tokens.Count)]; s++)
            {
                if (_next.TryGetValue(Step(node, symbols[s]), out var next))
                {
                    Visit(next, first, at);
                }
            }
        }
    }

    private int Child(int node, int symbol)
    {
        var known = node == Root ? _fromRoot[symbol] : _next.GetValueOrDefault(Step(node, symbol));
        if (known > Root)
        {
            return known;
        }

        var child = _nodes.Count;
        _nodes.Add(new Node(None, IsLeaf: true));
        _nodes[node] = _nodes[node] with { IsLeaf = false };
        if (node == Root)
        {
            _fromRoot[symbol] = child;
        }
        else
        {
            _next.Add(Step(node, symbol), child);
        }

        return child;
    }

    /// <summary>A key of its own for each node and symbol; multiplied, so that steps that are near one another are spread over the table.</summary>
    private static ulong Step(int node, int symbol) => unchecked((((ulong)node << 32) | (uint)symbol) * 0x9E3779B97F4A7C15);

    private int Symbol(PhraseWord word)
    {
        _longestWord = Math.Max(_longestWord, word.Text.Length);
        var table = (word.AnyEnding, word.ExactCase) switch
        {
            (false, false) => _words,
            (false, true) => _exactWords,
            (true, false) => _beginnings,
            (true, true) => _exactBeginnings,
        };
        if (table.Find(word.Text) is not None and var known)
        {
            return known;
        }

        table.Add(word.Text, _fromRoot.Count);
        _fromRoot.Add(Root);
        return _fromRoot.Count - 1;
    }

    /// <summary>The symbols a word of the text answers to: itself and each beginning, with and without regard to case.</summary>
    private void AddSymbols(ReadOnlySpan<char> word, List<int> into)
    {
        if (word.Length == 0 || _longestWord == 0)
        {
            return;
        }

        AddNumber(word, into);

        // Beyond the longest known word only beginnings can agree, so a "word" of a megabyte costs no more than its start.
        var whole = word.Length <= _longestWord;
        word = whole ? word : word[.._longestWord];
        Span<char> folded = word.Length <= 64 ? stackalloc char[word.Length] : new char[word.Length];
        TextTokens.Fold(word, folded);
        if (whole)
        {
            AddIfKnown(_words, folded, into);
            AddIfKnown(_exactWords, word, into);
        }

        _beginnings.FindBeginnings(folded, into);
        _exactBeginnings.FindBeginnings(word, into);
    }

    /// <summary>A number answers to "#", whatever its length; with what is written onto it ("20bn") to "#bn".</summary>
    private void AddNumber(ReadOnlySpan<char> word, List<int> into)
    {
        var digits = 0;
        while (digits < word.Length && TextTokens.IsDigit(word[digits]))
        {
            digits++;
        }

        var rest = word[digits..];
        if (digits == 0 || rest.Length >= _longestWord || rest.Length >= LongestUnit)
        {
            return;
        }

        Span<char> number = stackalloc char[1 + rest.Length];
        number[0] = Pattern.AnyNumber;
        TextTokens.Fold(rest, number[1..]);
        AddIfKnown(_words, number, into);
    }

    private static void AddIfKnown(SymbolTable table, ReadOnlySpan<char> word, List<int> into)
    {
        if (table.Find(word) is not None and var symbol)
        {
            into.Add(symbol);
        }
    }

    /// <summary>A place in the tree: the phrase that ends there, if any, and whether none goes on.</summary>
    private readonly record struct Node(int Phrase, bool IsLeaf);
}
