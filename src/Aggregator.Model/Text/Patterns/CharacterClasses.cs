namespace Aggregator.Model.Text.Patterns;

/// <summary>
/// The characters as a pattern sees them: those that pass the same of its tests are one class. Classes are found when their first character is met. Safe for
/// concurrent use.
/// </summary>
internal sealed class CharacterClasses(IReadOnlyList<CharacterTest> tests)
{
    private const int PageSize = 256;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _bySignature = [];

    /// <summary>The class of each character, plus one; 0: not met yet.</summary>
    private readonly ushort[]?[] _pages = new ushort[]?[char.MaxValue / PageSize + 1];

    private (bool[] Passed, Neighbour Kind)[] _classes = [];

    /// <summary>How many have been found.</summary>
    public int Count => Volatile.Read(ref _classes).Length;

    /// <summary>What a character is to those beside it.</summary>
    public static Neighbour KindOf(char character) =>
        CharacterTest.Word.Passes(character) || character is '\u200C' or '\u200D' ? Neighbour.Word : Neighbour.Other; // joiners belong to words, says Unicode TS 18

    /// <summary>A character's class.</summary>
    public int Of(char character)
    {
        var page = Volatile.Read(ref _pages[character / PageSize]);
        var known = page is null ? 0 : Volatile.Read(ref page[character % PageSize]);
        return known > 0 ? known - 1 : Find(character);
    }

    /// <summary>Which tests the characters of a class pass.</summary>
    public bool[] TestsOf(int index) => Volatile.Read(ref _classes)[index].Passed;

    /// <summary>What the characters of a class are to those beside them.</summary>
    public Neighbour KindOfClass(int index) => Volatile.Read(ref _classes)[index].Kind;

    private int Find(char character)
    {
        lock (_gate)
        {
            var (passed, kind) = (tests.Select(test => test.Passes(character)).ToArray(), KindOf(character));
            var signature = string.Concat(passed.Select(pass => pass ? '1' : '0')) + kind;
            if (!_bySignature.TryGetValue(signature, out var index))
            {
                _bySignature.Add(signature, index = _classes.Length);
                Volatile.Write(ref _classes, [.. _classes, (passed, kind)]);
            }

            var page = _pages[character / PageSize] ?? new ushort[PageSize];
            Volatile.Write(ref page[character % PageSize], (ushort)(index + 1));
            Volatile.Write(ref _pages[character / PageSize], page);
            return index;
        }
    }
}
