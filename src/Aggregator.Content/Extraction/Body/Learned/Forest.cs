using System.Globalization;
using System.Runtime.InteropServices;

namespace Aggregator.Content.Extraction.Body.Learned;

/// <summary>
/// Boosted decision trees, read from the text that the training program writes: a line "feature NAME" for each feature, then a line "tree"
/// for each tree with its nodes ("feature threshold low high", by commas), a bar and the values of its leaves. A negative child is a leaf.
/// </summary>
internal sealed class Forest
{
    private readonly List<Node> _nodes = [];
    private readonly List<int> _roots = [];

    private Forest(IReadOnlyList<string> features) => Features = features;

    /// <summary>The features that it was grown on, in order.</summary>
    public IReadOnlyList<string> Features { get; }

    /// <exception cref="FormatException">The text is no forest.</exception>
    public static Forest Read(TextReader text)
    {
        var features = new List<string>();
        Forest? forest = null;
        while (text.ReadLine() is { } line)
        {
            if (line.StartsWith("feature ", StringComparison.Ordinal))
            {
                features.Add(line["feature ".Length..]);
            }
            else if (line.StartsWith("tree ", StringComparison.Ordinal))
            {
                (forest ??= new Forest(features)).Plant(line["tree ".Length..]);
            }
            else if (line.Length > 0 && line[0] != '#')
            {
                throw new FormatException($"no line of a forest: {line[..Math.Min(40, line.Length)]}");
            }
        }

        return forest ?? throw new FormatException("the forest has no tree");
    }

    /// <summary>How probable it is, 0 to 1, that what has these features is what the forest was grown to find.</summary>
    public double Probability(ReadOnlySpan<float> features)
    {
        var nodes = CollectionsMarshal.AsSpan(_nodes);
        var sum = 0.0;
        foreach (var root in _roots)
        {
            var at = root;
            while (nodes[at].Feature >= 0)
            {
                at = features[nodes[at].Feature] <= nodes[at].Value ? nodes[at].Low : nodes[at].High;
            }

            sum += nodes[at].Value;
        }

        return 1 / (1 + Math.Exp(-sum));
    }

    /// <summary>All trees lie in one list: what is looked at together lies together.</summary>
    private void Plant(string line)
    {
        if (line.Split('|') is not [var inner, var outer])
        {
            throw new FormatException("a tree is its nodes, a bar and its leaves");
        }

        var forks = inner.Length == 0 ? [] : inner.Split(',');
        var first = _nodes.Count;
        _roots.Add(first);
        foreach (var fork in forks)
        {
            var parts = fork.Split(' ');
            _nodes.Add(new Node(Whole(parts[0]), Number(parts[1]), Place(Whole(parts[2])), Place(Whole(parts[3]))));
        }

        foreach (var leaf in outer.Split(','))
        {
            _nodes.Add(new Node(-1, Number(leaf), 0, 0));
        }

        int Place(int child) => first + (child >= 0 ? child : forks.Length + ~child);
    }

    private static int Whole(string text) => int.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    private static float Number(string text) => float.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);

    /// <summary>A fork, or a leaf (no feature) with its value.</summary>
    private readonly record struct Node(int Feature, float Value, int Low, int High);
}
