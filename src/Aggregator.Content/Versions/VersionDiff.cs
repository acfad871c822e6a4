using DiffPlex;
using DiffPlex.Chunkers;

namespace Aggregator.Content.Versions;

/// <summary>What became of a piece of text.</summary>
public enum DiffKind
{
    /// <summary>It stayed.</summary>
    Same,

    /// <summary>It was taken out.</summary>
    Removed,

    /// <summary>It was put in.</summary>
    Added,

    /// <summary>It stayed, and is too long to be shown.</summary>
    LeftOut,
}

/// <summary>A piece of text and what became of it.</summary>
/// <param name="Kind">What became of it.</param>
/// <param name="Text">The words; empty where it is left out.</param>
public sealed record DiffPiece(DiffKind Kind, string Text);

/// <summary>Tells in words how a text was changed.</summary>
public static class VersionDiff
{
    /// <summary>Words shown on each side of a change.</summary>
    private const int Context = 12;

    /// <summary>Longer texts are compared up to here; in characters.</summary>
    private const int MaxLength = 100_000;

    /// <summary>The change from one text to another, word by word, with a few words around each place. Empty: there is none.</summary>
    public static IReadOnlyList<DiffPiece> Of(string before, string after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        var diff = Differ.Instance.CreateDiffs(Begin(before), Begin(after), ignoreWhiteSpace: false, ignoreCase: false, new DelimiterChunker([' ', '\n']));
        var pieces = new List<DiffPiece>();
        var shown = 0;
        foreach (var block in diff.DiffBlocks)
        {
            AddSame(pieces, diff.PiecesOld, shown, block.DeleteStartA, isFirst: pieces.Count == 0, isLast: false);
            Add(pieces, DiffKind.Removed, diff.PiecesOld, block.DeleteStartA, block.DeleteStartA + block.DeleteCountA);
            Add(pieces, DiffKind.Added, diff.PiecesNew, block.InsertStartB, block.InsertStartB + block.InsertCountB);
            shown = block.DeleteStartA + block.DeleteCountA;
        }

        if (pieces.Count > 0)
        {
            AddSame(pieces, diff.PiecesOld, shown, diff.PiecesOld.Count, isFirst: false, isLast: true);
        }

        return pieces;
    }

    private static string Begin(string text) => text.Length <= MaxLength ? text : text[..MaxLength];

    /// <summary>What stayed between two changes: the words next to each. Words and what parts them are pieces of their own.</summary>
    private static void AddSame(List<DiffPiece> pieces, IReadOnlyList<string> words, int from, int to, bool isFirst, bool isLast)
    {
        const int Shown = Context * 2;
        var head = isFirst ? from : Math.Min(to, from + Shown);
        var tail = isLast ? to : Math.Max(head, to - Shown);
        Add(pieces, DiffKind.Same, words, from, head);
        if (head < tail)
        {
            pieces.Add(new DiffPiece(DiffKind.LeftOut, ""));
        }

        Add(pieces, DiffKind.Same, words, tail, to);
    }

    private static void Add(List<DiffPiece> pieces, DiffKind kind, IReadOnlyList<string> words, int from, int to)
    {
        if (from < to)
        {
            pieces.Add(new DiffPiece(kind, string.Concat(words.Skip(from).Take(to - from))));
        }
    }
}
