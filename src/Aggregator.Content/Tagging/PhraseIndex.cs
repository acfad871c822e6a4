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
/// At each word of the text the walk goes down the tree as far as the words that follow agree. The cost is the text's length times the
/// depth actually reached, however many phrases there are: nearly every word ends at a small filter (<see cref="KeyFilter"/>), which
/// stays in the nearest cache where a table of all words would not. Words are told apart by 64 bits of hash, so all that a step looks
/// at is a few numbers. Immutable.
/// </summary>
internal sealed class PhraseIndex
{
    /// <summary>The node from which every walk begins.</summary>
    public const int Root = 0;

    /// <summary>What is written onto a number is at most so long, in characters: "km", "billion".</summary>
    private const int LongestUnit = 32;

    /// <summary>Words up to this length, in characters, are folded without allocating.</summary>
    private const int UsualWord = 64;

    private readonly PhraseNode[] _nodes;

    /// <summary>By key, the number of the node a word leads to; where that is a leaf, the complement of its phrase's.</summary>
    private readonly Dictionary<ulong, int> _next;

    private readonly KeyFilter _filter;
    private readonly FirstBeginnings _beginnings = new();
    private readonly FirstBeginnings _exactBeginnings = new();
    private readonly int _longestWord;
    private readonly ulong _seed;

    /// <summary>An index of the tree that <paramref name="nodes"/> and <paramref name="edges"/> make.</summary>
    public PhraseIndex(PhraseNode[] nodes, IReadOnlyList<PhraseEdge> edges, int count)
    {
        (_nodes, Count) = (nodes, count);
        _next = new Dictionary<ulong, int>(edges.Count);
        while (!edges.All(edge => _next.TryAdd(KeyOf(edge), nodes[edge.To].IsLeaf ? ~nodes[edge.To].Phrase : edge.To)))
        {
            _seed++; // two of them share a key: once in a billion sets
            _next.Clear();
        }

        _filter = new KeyFilter(edges.Count);
        foreach (var edge in edges)
        {
            _filter.Add(KeyOf(edge));
            _longestWord = Math.Max(_longestWord, edge.Word.Text.Length);
            if (edge is { From: Root, Word.AnyEnding: true })
            {
                (edge.Word.ExactCase ? _exactBeginnings : _beginnings).Add(edge.Word.Text);
            }
        }
    }

    /// <summary>How many different phrases there are; their numbers are below this.</summary>
    public int Count { get; }

    /// <summary>Finds every phrase of the story.</summary>
    public PatternMatches Find(StoryTokens story)
    {
        var found = new PatternMatches(Count);
        for (var i = 0; i < story.Tokens.Count; i++)
        {
            Follow(new Walk(story, found, Root, i, i));
        }

        return found;
    }

    /// <summary>Takes the next step of a walk, by every way that its word agrees with.</summary>
    private void Follow(Walk walk)
    {
        var text = walk.Story.TextOf(walk.Story.Tokens[walk.At]);
        if (text.Length == 0)
        {
            return; // no phrase crosses a line break
        }

        // Beyond the longest known word only beginnings can agree, so a "word" of a megabyte costs no more than its start.
        var whole = text.Length <= _longestWord;
        var word = whole ? text : text[.._longestWord];
        ref readonly var node = ref _nodes[walk.Node];
        if (node.HasWords || node.Beginnings != 0)
        {
            Span<char> folded = word.Length <= UsualWord ? stackalloc char[word.Length] : new char[word.Length];
            TextTokens.Fold(word, folded);
            Follow(walk, folded, whole && node.HasWords, walk.Node == Root ? _beginnings.Lengths(folded) : node.Beginnings, exactCase: false);
        }

        if (node.HasWords)
        {
            FollowNumber(walk, text);
        }

        if (node.HasExactWords || node.ExactBeginnings != 0)
        {
            Follow(walk, word, whole && node.HasExactWords, walk.Node == Root ? _exactBeginnings.Lengths(word) : node.ExactBeginnings, exactCase: true);
        }
    }

    private void Follow(Walk walk, ReadOnlySpan<char> word, bool whole, ulong beginnings, bool exactCase)
    {
        var hash = Fnv.Start;
        for (var i = 0; i < word.Length; i++)
        {
            hash = Fnv.Add(hash, word[i]);
            if ((beginnings & PhraseNode.LengthBit(i + 1)) != 0)
            {
                Step(walk, Key(walk.Node, exactCase, anyEnding: true, hash));
            }
        }

        if (whole)
        {
            Step(walk, Key(walk.Node, exactCase, anyEnding: false, hash));
        }
    }

    /// <summary>A number answers to "#", whatever its length; with what is written onto it ("20bn") to "#bn".</summary>
    private void FollowNumber(Walk walk, ReadOnlySpan<char> word)
    {
        var digits = 0;
        while (digits < word.Length && TextTokens.IsDigit(word[digits]))
        {
            digits++;
        }

        var rest = word[digits..];
        if (digits == 0 || rest.Length >= LongestUnit)
        {
            return;
        }

        Span<char> number = stackalloc char[1 + rest.Length];
        number[0] = Pattern.AnyNumber;
        TextTokens.Fold(rest, number[1..]);
        Step(walk, Key(walk.Node, exactCase: false, anyEnding: false, Fnv.Add(Fnv.Start, number)));
    }

    /// <summary>Goes where a key leads, if it leads anywhere, notes the phrase that ends there, and walks on.</summary>
    private void Step(Walk walk, ulong key)
    {
        if (!_filter.MayHold(key) || !_next.TryGetValue(key, out var next))
        {
            return;
        }

        var tokens = walk.Story.Tokens;
        var phrase = next < 0 ? ~next : _nodes[next].Phrase;
        if (phrase != PhraseNode.NoPhrase)
        {
            walk.Found.Add(phrase, new Span(walk.First, walk.At, tokens[walk.First].Part));
        }

        if (next >= 0 && walk.At + 1 < tokens.Count)
        {
            Follow(walk with { Node = next, At = walk.At + 1 });
        }
    }

    private ulong KeyOf(PhraseEdge edge) => Key(edge.From, edge.Word.ExactCase, edge.Word.AnyEnding, Fnv.Add(Fnv.Start, edge.Word.Text));

    /// <summary>What tells a way from a node apart from all others: the node, the word that must follow, and how it must agree.</summary>
    private ulong Key(int from, bool exactCase, bool anyEnding, ulong word) =>
        unchecked((word ^ _seed ^ (((ulong)from << 2) | (exactCase ? 2UL : 0) | (anyEnding ? 1UL : 0))) * 0x9E3779B97F4A7C15);

    /// <summary>A walk down the tree: where it stands, the word it began at, and the word that is to be looked at now.</summary>
    private readonly record struct Walk(StoryTokens Story, PatternMatches Found, int Node, int First, int At);
}
