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
/// At each word of the text the walk goes down the tree as far as the words that follow agree. The cost is the text's length times
/// the depth actually reached, however many phrases there are. Built once, then read by any number of threads.
/// </summary>
internal sealed class PhraseIndex
{
    private readonly SymbolTable _words = new();
    private readonly SymbolTable _exactWords = new();
    private readonly SymbolTable _beginnings = new();
    private readonly SymbolTable _exactBeginnings = new();
    private readonly Dictionary<string, int> _phrases = new(StringComparer.Ordinal);
    private readonly List<Node> _nodes = [new Node()];
    private int _symbols;
    private int _shortestBeginning = int.MaxValue;
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

        var node = 0;
        foreach (var word in phrase.Words)
        {
            var symbol = Symbol(word);
            if (!_nodes[node].Next.TryGetValue(symbol, out var next))
            {
                next = _nodes.Count;
                _nodes.Add(new Node());
                _nodes[node].Next.Add(symbol, next);
            }

            node = next;
        }

        var number = _phrases.Count;
        _phrases.Add(key, number);
        _nodes[node].Phrase = number;
        return number;
    }

    /// <summary>Finds every phrase: by phrase number, where it stands, in text order. Phrases not found are absent.</summary>
    public Dictionary<int, List<Span>> Find(string text, List<Token> tokens)
    {
        var symbols = new List<int>();
        var starts = new int[tokens.Count + 1];
        for (var i = 0; i < tokens.Count; i++)
        {
            AddSymbols(text.AsSpan(tokens[i].Start, tokens[i].Length), symbols);
            starts[i + 1] = symbols.Count;
        }

        var found = new Dictionary<int, List<Span>>();
        for (var i = 0; i < tokens.Count; i++)
        {
            Descend(0, i, i);
        }

        return found;

        void Descend(int node, int first, int at)
        {
            if (at == tokens.Count)
            {
                return;
            }

            for (var s = starts[at]; s < starts[at + 1]; s++)
            {
                if (_nodes[node].Next.TryGetValue(symbols[s], out var next))
                {
                    if (_nodes[next].Phrase is { } phrase)
                    {
                        Note(phrase, new Span(first, at, tokens[first].Part));
                    }

                    Descend(next, first, at + 1);
                }
            }
        }

        void Note(int phrase, Span span)
        {
            if (!found.TryGetValue(phrase, out var spans))
            {
                found.Add(phrase, spans = []);
            }

            spans.Add(span);
        }
    }

    private int Symbol(PhraseWord word)
    {
        _longestWord = Math.Max(_longestWord, word.Text.Length);
        if (word.AnyEnding)
        {
            _shortestBeginning = Math.Min(_shortestBeginning, word.Text.Length);
        }

        var table = (word.AnyEnding, word.ExactCase) switch
        {
            (false, false) => _words,
            (false, true) => _exactWords,
            (true, false) => _beginnings,
            (true, true) => _exactBeginnings,
        };
        return table.Find(word.Text) ?? table.Add(word.Text, _symbols++);
    }

    /// <summary>The symbols a word of the text answers to: itself and each beginning, with and without regard to case.</summary>
    private void AddSymbols(ReadOnlySpan<char> word, List<int> into)
    {
        if (word.Length == 0)
        {
            return;
        }

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

        for (var length = _shortestBeginning; length <= word.Length; length++)
        {
            AddIfKnown(_beginnings, folded[..length], into);
            AddIfKnown(_exactBeginnings, word[..length], into);
        }

        if (whole && folded.IndexOfAnyExceptInRange('0', '9') is var rest and not 0)
        {
            // "20bn" also answers to "#bn".
            var lastDigit = (rest < 0 ? folded.Length : rest) - 1;
            folded[lastDigit] = Pattern.AnyNumber;
            AddIfKnown(_words, folded[lastDigit..], into);
        }
    }

    private static void AddIfKnown(SymbolTable table, ReadOnlySpan<char> word, List<int> into)
    {
        if (table.Find(word) is { } symbol)
        {
            into.Add(symbol);
        }
    }

    /// <summary>Symbols by words. Most words asked for are not there, and most of those are told by their first letter and length alone.</summary>
    private sealed class SymbolTable
    {
        private const int Letters = 128;

        private readonly Dictionary<string, int> _symbols = new(StringComparer.Ordinal);

        /// <summary>By the low bits of the first letter, a bit for each length there is; the last for all that are longer.</summary>
        private readonly ulong[] _lengths = new ulong[Letters];

        public int Add(string word, int symbol)
        {
            _symbols.Add(word, symbol);
            _lengths[word[0] % Letters] |= LengthBit(word.Length);
            return symbol;
        }

        /// <summary>The symbol of a word of at least one letter. Null: it has none.</summary>
        public int? Find(ReadOnlySpan<char> word) =>
            (_lengths[word[0] % Letters] & LengthBit(word.Length)) != 0
                && _symbols.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(word, out var symbol)
                ? symbol
                : null;

        private static ulong LengthBit(int length) => 1UL << Math.Min(length, 63);
    }

    private sealed class Node
    {
        public Dictionary<int, int> Next { get; } = [];

        public int? Phrase { get; set; }
    }
}
