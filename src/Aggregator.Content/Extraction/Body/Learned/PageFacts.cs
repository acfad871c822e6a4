namespace Aggregator.Content.Extraction.Body.Learned;

/// <summary>What all blocks of a page are compared with: running sums, repeated texts, blocks that are made alike, the words of the likely article.</summary>
internal sealed class PageFacts
{
    /// <summary>Words shorter than this, in characters, say nothing about what a text is about.</summary>
    private const int LongWord = 5;

    /// <summary>Running text of this length, in characters, is a paragraph.</summary>
    public const int Paragraph = 80;

    private readonly int[] _proseBefore;
    private readonly int[] _goodBefore;
    private readonly ulong[][] _words;
    private readonly HashSet<ulong> _titleWords;
    private readonly Dictionary<ulong, int> _vocabulary = [];
    private readonly Dictionary<string, int> _texts = new(StringComparer.Ordinal);
    private readonly string[] _makes;
    private readonly Dictionary<string, Alike> _alike = new(StringComparer.Ordinal);
    private readonly Dictionary<PageNode, (int Before, int After)> _siblings = [];
    private readonly (int Alike, int First)[] _headlines;
    private readonly Passed[] _passed;
    private readonly bool[] _titles;

    public PageFacts(PageTree tree, Witnesses witnesses, Candidates candidates)
    {
        (Tree, Witnesses, Candidates) = (tree, witnesses, candidates);
        Prose = Math.Max(1, tree.Prose(tree.Root));
        Good = Math.Max(1, tree.GoodProse(tree.Root));
        var count = tree.Blocks.Count;
        _proseBefore = new int[count + 1];
        _goodBefore = new int[count + 1];
        _words = new ulong[count][];
        _makes = new string[count];
        _titles = new bool[count];
        _passed = new Passed[count + 1];
        _passed[0] = Passed.Nothing;
        _titleWords = [.. WordHashes.Of(witnesses.Title, LongWord - 1)];
        Densest = [CandidateFinder.Densest(tree, 0.9), CandidateFinder.Densest(tree, 0.75), CandidateFinder.Densest(tree, 0.6)];
        foreach (var block in tree.Blocks)
        {
            See(block);
        }

        _headlines = CountHeadlines(candidates.Headline);
    }

    public PageTree Tree { get; }

    public Witnesses Witnesses { get; }

    public Candidates Candidates { get; }

    /// <summary>Characters of running text on the page, at least 1.</summary>
    public int Prose { get; }

    /// <summary>Characters of running text outside furniture, at least 1.</summary>
    public int Good { get; }

    /// <summary>The deepest elements with 90, 75 and 60 % of the good running text.</summary>
    public IReadOnlyList<PageNode> Densest { get; }

    /// <summary>Share of the page's running text before a block, 0 to 1.</summary>
    public double ProseBefore(int index) => (double)_proseBefore[index] / Prose;

    /// <summary>Characters of good running text before a block.</summary>
    public int GoodBefore(int index) => _goodBefore[index];

    /// <summary>On how many other lines of the page the same text stands.</summary>
    public int Repeats(TextBlock block) => _texts[block.Text] - 1;

    /// <summary>The blocks whose elements have the same names and classes as a block's.</summary>
    public Alike AlikeTo(int index) => _alike[_makes[index]];

    public bool AreAlike(int one, int other) => string.Equals(_makes[one], _makes[other], StringComparison.Ordinal);

    /// <summary>Share of the headline's words that a block has.</summary>
    public double TitleShare(int index) => _titleWords.Count == 0 ? 0 : (double)_words[index].Count(_titleWords.Contains) / _titleWords.Count;

    /// <summary>Share of a block's words that stand elsewhere in the best candidate; -1: it has no long word.</summary>
    public double VocabularyShare(int index)
    {
        var own = Candidates.Keeps(index) ? 1 : 0;
        return _words[index].Length == 0 ? -1 : (double)_words[index].Count(word => _vocabulary.GetValueOrDefault(word) > own) / _words[index].Length;
    }

    /// <summary>Headings since the article's own that are made like it, and of level one: where another article begins.</summary>
    public (int Alike, int First) HeadlinesSince(int index) => _headlines[index];

    /// <summary>How many siblings of a box that hold running text are called the same, before and after it: many cards, or articles one below the other.</summary>
    public (int Before, int After) Siblings(PageNode box)
    {
        if (box.Parent is null)
        {
            return (0, 0);
        }

        if (!_siblings.ContainsKey(box))
        {
            CountSiblings(box.Parent);
        }

        return _siblings[box];
    }

    public bool IsTitle(int index) => _titles[index];

    /// <summary>What stands before a line, counted from the top of the page.</summary>
    public Passed PassedBefore(int index) => _passed[index];

    private void CountSiblings(PageNode parent)
    {
        var children = parent.Children.Where(child => !child.IsText).ToList();
        var all = children.Where(child => Tree.Prose(child) > 0).CountBy(NameOf).ToDictionary();
        var seen = new Dictionary<(string, string?), int>();
        foreach (var child in children)
        {
            var name = NameOf(child);
            var own = Tree.Prose(child) > 0 ? 1 : 0;
            var before = seen.GetValueOrDefault(name);
            _siblings[child] = (before, all.GetValueOrDefault(name) - before - own);
            seen[name] = before + own;
        }

        static (string, string?) NameOf(PageNode node) => (node.Name, node.Element?.ClassName);
    }

    private (int Alike, int First)[] CountHeadlines(int headline)
    {
        var counts = new (int Alike, int First)[Tree.Blocks.Count];
        for (var i = headline + 1; headline >= 0 && i < counts.Length; i++)
        {
            var heading = Tree.Blocks[i].Heading;
            var (alike, first) = counts[i - 1];
            counts[i] = (alike + (heading > 0 && AreAlike(i, headline) ? 1 : 0), first + (heading == 1 ? 1 : 0));
        }

        return counts;
    }

    private void See(TextBlock block)
    {
        var i = block.Index;
        _proseBefore[i + 1] = _proseBefore[i] + block.Prose;
        _goodBefore[i + 1] = _goodBefore[i] + (block.Furniture ? 0 : block.Prose);
        _texts[block.Text] = _texts.GetValueOrDefault(block.Text) + 1;
        _words[i] = WordHashes.Of(block.Key, LongWord);
        if (Candidates.Keeps(i))
        {
            foreach (var word in _words[i])
            {
                _vocabulary[word] = _vocabulary.GetValueOrDefault(word) + 1;
            }
        }

        var make = _makes[i] = MakeOf(block.Owner);
        if (!_alike.TryGetValue(make, out var alike))
        {
            _alike[make] = alike = new Alike();
        }

        alike.Add(block);
        _titles[i] = Witnesses.IsTitle(block);
        _passed[i + 1] = _passed[i].With(block, Witnesses.IsAuthor(block));
    }

    private static string MakeOf(PageNode node)
    {
        var make = node.Name + "." + node.Element?.ClassName;
        return node.Parent is { } parent ? make + "<" + parent.Name + "." + parent.Element?.ClassName : make;
    }

    /// <summary>Blocks made alike, in sum.</summary>
    internal sealed class Alike
    {
        private int _links;

        public int Count { get; private set; }

        public int Prose { get; private set; }

        public int Length { get; private set; }

        public double LinkDensity => (double)_links / Math.Max(1, Length);

        public void Add(TextBlock block)
        {
            Count++;
            Prose += block.Prose;
            Length += block.Length;
            _links += block.LinkLength;
        }
    }

    /// <summary>Running counts of what matters to the lines below.</summary>
    internal readonly record struct Passed(int LastHeading, int LastParagraph, int Meta, int Openings, int Authors, int LinkedHeadings, int LinkLines)
    {
        public static Passed Nothing => new(-1, -1, 0, 0, 0, 0, 0);

        public Passed With(TextBlock block, bool author) => new(
            block.Heading > 0 ? block.Index : LastHeading,
            block.Prose > Paragraph ? block.Index : LastParagraph,
            Meta + ((block.Says & Lines.IsMeta) != 0 ? 1 : 0),
            Openings + ((block.Says & Lines.OpensFurniture) != 0 ? 1 : 0),
            Authors + (author ? 1 : 0),
            LinkedHeadings + (block.Heading is 1 or 2 && block.LinkDensity > 0.8 ? 1 : 0),
            LinkLines + (block.LinkDensity > 0.6 ? 1 : 0));
    }
}
