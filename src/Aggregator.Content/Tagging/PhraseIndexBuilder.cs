namespace Aggregator.Content.Tagging;

/// <summary>Collects the phrases of all definitions and makes the index of them that finds them.</summary>
internal sealed class PhraseIndexBuilder
{
    private readonly List<PhraseNode> _nodes = [new PhraseNode()];
    private readonly Dictionary<(int Node, PhraseWord Word), int> _next = [];
    private readonly List<PhraseEdge> _edges = [];

    /// <summary>How many different phrases there are; their numbers are below this.</summary>
    public int Count { get; private set; }

    /// <summary>The number of a phrase, added if new.</summary>
    public int Add(Phrase phrase)
    {
        var node = PhraseIndex.Root;
        foreach (var word in phrase.Words)
        {
            node = Child(node, word);
        }

        if (_nodes[node].Phrase == PhraseNode.NoPhrase)
        {
            _nodes[node] = _nodes[node] with { Phrase = Count++ };
        }

        return _nodes[node].Phrase;
    }

    /// <summary>The index of all phrases added.</summary>
    public PhraseIndex Build() => new([.. _nodes], _edges, Count);

    private int Child(int node, PhraseWord word)
    {
        if (_next.TryGetValue((node, word), out var known))
        {
            return known;
        }

        var child = _nodes.Count;
        _nodes.Add(new PhraseNode());
        _next.Add((node, word), child);
        _edges.Add(new PhraseEdge(node, word, child));
        _nodes[node] = _nodes[node].With(word);
        return child;
    }
}
