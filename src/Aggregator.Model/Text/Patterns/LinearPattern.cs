using System.Text.RegularExpressions;

namespace Aggregator.Model.Text.Patterns;

/// <summary>
/// A pattern in the syntax of .NET's regular expressions, matched in time that grows with the text and never with what stands in it: by an automaton whose states are
/// made when a text first leads to them (Thompson's construction, made deterministic lazily). What needs a memory of the text has no place in it: groups that are
/// referred to, looking ahead or behind, atomic groups. Only tells whether, and how often, there is a match; lazy and greedy are the same for that.
/// </summary>
/// <remarks>
/// The runtime has such automata too (<see cref="RegexOptions.NonBacktracking"/>); each of them keeps the tables by which its sets of characters were reckoned, 1.5 to
/// 11 MB, and 36 lists of wordings came to 162 MB and seconds of processor time at every start. These take some hundred KB together.
/// Safe for concurrent use.
/// </remarks>
public sealed class LinearPattern
{
    /// <summary>When there are so many states, they are forgotten and made anew: memory is bounded whatever the texts.</summary>
    private const int MostStates = 2000;

    private readonly PatternProgram _program;
    private readonly CharacterClasses _classes;
    private readonly Lock _gate = new();
    private readonly bool _startsAtBeginningOnly;
    private Dictionary<StateKey, State> _states = [];
    private State[] _starts;

    /// <summary>Reads a pattern.</summary>
    /// <param name="pattern">Literals, classes, groups, alternatives, repetitions, <c>^ $ \b \w \W \s \S \d \D \p{..} .</c></param>
    /// <param name="options">Ignoring case (by the simple mappings of the invariant culture) and white space in the pattern; others say nothing here.</param>
    /// <exception cref="ArgumentException">The pattern is malformed, or has something that cannot be matched so; says what and where.</exception>
    public LinearPattern(string pattern, RegexOptions options)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        _program = PatternProgram.Of(PatternParser.Parse(pattern, options));
        _classes = new CharacterClasses(_program.Tests);
        _startsAtBeginningOnly = _program.MatchesOnlyFromBeginning;
        _starts = MakeStarts();
    }

    /// <summary>Whether the pattern is found anywhere in a text.</summary>
    public bool IsMatch(ReadOnlySpan<char> text) => FindEnd(text, 0) >= 0;

    /// <summary>How often the pattern is found: each match is looked for behind the earliest end of the one before.</summary>
    public int Count(ReadOnlySpan<char> text)
    {
        var count = 0;
        for (var position = 0; position <= text.Length;)
        {
            var end = FindEnd(text, position);
            if (end < 0)
            {
                break;
            }

            count++;
            position = Math.Max(end, position + 1);
        }

        return count;
    }

    /// <summary>Where the first match that begins at or behind a position may end at the earliest; -1: there is none.</summary>
    private int FindEnd(ReadOnlySpan<char> text, int from)
    {
        var state = Volatile.Read(ref _starts)[(int)(from == 0 ? Neighbour.None : CharacterClasses.KindOf(text[from - 1]))];
        for (var position = from; position < text.Length; position++)
        {
            // "$" is also before a line break that ends the text.
            if (position == text.Length - 1 && text[position] == '\n' && state.MatchesAtEnd(this))
            {
                return position;
            }

            var character = _classes.Of(text[position]);
            var next = state.Next;
            state = (character < next.Length ? Volatile.Read(ref next[character]) : null) ?? Step(state, character);
            if (state.IsMatch)
            {
                return position;
            }

            if (state.IsDead)
            {
                return -1;
            }
        }

        return state.MatchesAtEnd(this) ? text.Length : -1;
    }

    /// <summary>The state after one more character: reckoned and written down.</summary>
    private State Step(State state, int character)
    {
        lock (_gate)
        {
            if (_states.Count >= MostStates)
            {
                _states = [];
                Volatile.Write(ref _starts, MakeStarts());
            }

            var (places, isMatch) = _program.Follow(state.Places, state.Before, _classes.KindOfClass(character));
            var next = isMatch ? State.Match : FindState(_program.Take(places, _classes.TestsOf(character), !_startsAtBeginningOnly), _classes.KindOfClass(character));
            state.Lead(character, _classes.Count, next);
            return next;
        }
    }

    private State[] MakeStarts() => [.. Enum.GetValues<Neighbour>().Select(before => FindState(before == Neighbour.None || !_startsAtBeginningOnly ? [0] : [], before))];

    private State FindState(int[] places, Neighbour before)
    {
        var key = new StateKey(places, before);
        if (!_states.TryGetValue(key, out var state))
        {
            _states.Add(key, state = new State(places, before));
        }

        return state;
    }

    /// <summary>Where the program may be, and what stands before the next character.</summary>
    private sealed class State(int[] places, Neighbour before)
    {
        public static readonly State Match = new([], Neighbour.None);

        private State?[] _next = [];
        /// <summary>1: the pattern matches if the text ends here; -1: it does not; 0: nobody asked yet.</summary>
        private int _matchesAtEnd;

        public int[] Places { get; } = places;

        public Neighbour Before { get; } = before;

        public State?[] Next => Volatile.Read(ref _next);

        public bool IsMatch => ReferenceEquals(this, Match);

        public bool IsDead => Places.Length == 0;

        public bool MatchesAtEnd(LinearPattern pattern)
        {
            if (_matchesAtEnd == 0)
            {
                _matchesAtEnd = pattern._program.Follow(Places, Before, Neighbour.None).IsMatch ? 1 : -1;
            }

            return _matchesAtEnd > 0;
        }

        /// <summary>Under the lock of the pattern.</summary>
        public void Lead(int character, int classes, State next)
        {
            var all = _next;
            if (character >= all.Length)
            {
                Array.Resize(ref all, classes);
            }

            Volatile.Write(ref all[character], next);
            Volatile.Write(ref _next, all);
        }
    }

    private readonly struct StateKey(int[] places, Neighbour before) : IEquatable<StateKey>
    {
        private readonly int[] _places = places;
        private readonly Neighbour _before = before;

        public bool Equals(StateKey other) => _before == other._before && _places.AsSpan().SequenceEqual(other._places);

        public override bool Equals(object? obj) => obj is StateKey other && Equals(other);

        public override int GetHashCode()
        {
            var hash = new HashCode();
            hash.Add(_before);
            foreach (var place in _places)
            {
                hash.Add(place);
            }

            return hash.ToHashCode();
        }
    }
}
