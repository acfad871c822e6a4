namespace Aggregator.Content.Parsing.Text;

/// <summary>
/// How much longer than the document its parts may become together. A relative link grows by the length of its base each time it is
/// made absolute; a long base and many short links would make a small document a huge one.
/// </summary>
internal sealed class GrowthLimit(int chars)
{
    /// <summary>What a feed's links may add to its text: 20,000 links and an address of fifty characters.</summary>
    public const int Allowance = 1_000_000;

    private int _left = chars;

    /// <summary>Whether something was refused already. Nothing more is worth trying then: making an address is what costs.</summary>
    public bool IsSpent { get; private set; }

    /// <summary>Takes <paramref name="growth"/> characters. False: there are not so many left, and nothing is taken, now or later.</summary>
    public bool Take(int growth)
    {
        IsSpent |= growth > _left;
        if (!IsSpent)
        {
            _left -= Math.Max(growth, 0);
        }

        return !IsSpent;
    }
}
