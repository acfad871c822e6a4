namespace Aggregator.Model.Text.Patterns;

/// <summary>
/// A pattern as a program for a machine that is in many places at once (Ken Thompson, "Regular Expression Search Algorithm", 1968): a place takes a character, parts
/// into two, or asks where it stands. Safe for concurrent use.
/// </summary>
internal sealed class PatternProgram
{
    /// <summary>More than any list of wordings: a slip of the pen in a repetition is told at once.</summary>
    private const int LongestProgram = 50_000;

    private readonly List<Instruction> _instructions = [];
    private readonly Dictionary<CharacterTest, int> _tests = [];

    private PatternProgram()
    {
    }

    /// <summary>All that is asked of characters, each once.</summary>
    public IReadOnlyList<CharacterTest> Tests => [.. _tests.Keys];

    /// <summary>Whether no match begins behind the beginning of a text.</summary>
    public bool MatchesOnlyFromBeginning { get; private set; }

    public static PatternProgram Of(PatternNode pattern)
    {
        var program = new PatternProgram();
        program.Write(pattern);
        program.Add(new Instruction(Does.Match, 0, 0));
        Neighbour[] anything = [Neighbour.None, Neighbour.Word, Neighbour.Other];
        program.MatchesOnlyFromBeginning = anything.Skip(1).All(before => anything.All(behind => program.Follow([0], before, behind) is ([], false)));
        return program;
    }

    /// <summary>From some places to those that take a character next, and whether the match is complete, between two neighbours.</summary>
    public (int[] Places, bool IsMatch) Follow(IReadOnlyList<int> from, Neighbour before, Neighbour behind)
    {
        var (seen, open, places) = (new HashSet<int>(), new Stack<int>(from.Reverse()), new List<int>());
        while (open.TryPop(out var place))
        {
            if (!seen.Add(place))
            {
                continue;
            }

            var instruction = _instructions[place];
            switch (instruction.Does)
            {
                case Does.Match:
                    return ([], true);
                case Does.Take:
                    places.Add(place);
                    break;
                case Does.Part:
                    open.Push(instruction.Second);
                    open.Push(instruction.First);
                    break;
                case Does.Ask when Holds((PlaceKind)instruction.First, before, behind):
                    open.Push(place + 1);
                    break;
            }
        }

        places.Sort();
        return ([.. places], false);
    }

    /// <summary>From places that take a character to those behind it; with the beginning of the program, where a match may begin here.</summary>
    public int[] Take(int[] places, bool[] passed, bool startsHereToo)
    {
        var next = new List<int>(places.Length + 1);
        if (startsHereToo)
        {
            next.Add(0);
        }

        foreach (var place in places)
        {
            if (passed[_instructions[place].First])
            {
                next.Add(place + 1);
            }
        }

        return [.. next];
    }

    private static bool Holds(PlaceKind kind, Neighbour before, Neighbour behind) => kind switch
    {
        PlaceKind.Beginning => before == Neighbour.None,
        PlaceKind.End => behind == Neighbour.None,
        _ => (before == Neighbour.Word != (behind == Neighbour.Word)) == (kind == PlaceKind.WordBoundary),
    };

    private void Write(PatternNode node)
    {
        switch (node)
        {
            case PatternNode.One { Test: var test }:
                Add(new Instruction(Does.Take, IndexOf(test), 0));
                break;
            case PatternNode.Place { Kind: var kind }:
                Add(new Instruction(Does.Ask, (int)kind, 0));
                break;
            case PatternNode.Sequence { Parts: var parts }:
                foreach (var part in parts)
                {
                    Write(part);
                }

                break;
            case PatternNode.Either { Parts: var parts }:
                WriteEither(parts);
                break;
            case PatternNode.Repeated repeated:
                WriteRepeated(repeated);
                break;
        }
    }

    private void WriteEither(IReadOnlyList<PatternNode> parts)
    {
        var ends = new List<int>();
        foreach (var part in parts.SkipLast(1))
        {
            var fork = Add(default);
            Write(part);
            ends.Add(Add(default));
            _instructions[fork] = new Instruction(Does.Part, fork + 1, _instructions.Count);
        }

        Write(parts[^1]);
        foreach (var end in ends)
        {
            _instructions[end] = new Instruction(Does.Part, _instructions.Count, _instructions.Count);
        }
    }

    private void WriteRepeated(PatternNode.Repeated repeated)
    {
        for (var time = 0; time < repeated.Least; time++)
        {
            Write(repeated.Part);
        }

        if (repeated.Most is null)
        {
            var fork = Add(default);
            Write(repeated.Part);
            Add(new Instruction(Does.Part, fork, fork));
            _instructions[fork] = new Instruction(Does.Part, fork + 1, _instructions.Count);
            return;
        }

        var forks = new List<int>();
        for (var time = repeated.Least; time < repeated.Most; time++)
        {
            forks.Add(Add(default));
            Write(repeated.Part);
        }

        foreach (var fork in forks)
        {
            _instructions[fork] = new Instruction(Does.Part, fork + 1, _instructions.Count);
        }
    }

    private int IndexOf(CharacterTest test)
    {
        if (!_tests.TryGetValue(test, out var index))
        {
            _tests.Add(test, index = _tests.Count);
        }

        return index;
    }

    private int Add(Instruction instruction)
    {
        _instructions.Add(instruction);
        return _instructions.Count <= LongestProgram ? _instructions.Count - 1 : throw new ArgumentException($"A pattern that is longer than {LongestProgram} steps when written out");
    }

    private enum Does
    {
        /// <summary>Go on at the first and at the second place.</summary>
        Part,

        /// <summary>Take a character that passes the first.</summary>
        Take,

        /// <summary>Go on if the place is as the first says.</summary>
        Ask,

        /// <summary>The match is complete.</summary>
        Match,
    }

    private readonly record struct Instruction(Does Does, int First, int Second);
}
