namespace Aggregator.Model.Stories;

/// <summary>What a rule of the operator does to a story. The numbers are stored.</summary>
public enum RuleAction
{
    /// <summary>It is not stored; one that is stored already is hidden as if muted.</summary>
    Drop = 0,

    /// <summary>It is stored, and shown only where muted stories are asked for.</summary>
    Mute = 1,

    /// <summary>It gets a weight, by which answers can be sorted.</summary>
    Boost = 2,

    /// <summary>It gets a topic.</summary>
    Tag = 3,

    /// <summary>It loses a topic.</summary>
    Untag = 4,

    /// <summary>It goes into a saved feed.</summary>
    Feed = 5,

    /// <summary>No rule's doing: it came with too many others at once. It is stored, and shown only where muted stories are asked for.</summary>
    HoldBack = 6,
}

/// <summary>One thing that one rule did to a story.</summary>
/// <param name="Rule">The rule's name.</param>
/// <param name="Action">What it did.</param>
/// <param name="Subject">The topic given or taken, or the saved feed's name. Null: the action has none.</param>
/// <param name="Weight">What a boost adds; may be negative. 0: no boost.</param>
public sealed record RuleEffect(string Rule, RuleAction Action, string? Subject = null, double Weight = 0)
{
    /// <summary>The effect in words: "mute", "boost 2", "tag AI".</summary>
    public string Words => Action switch
    {
        RuleAction.Boost => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"boost {Weight}"),
        RuleAction.HoldBack => "hold back",
        _ when Subject is not null => $"{Action.ToString().ToLowerInvariant()} {Subject}",
        _ => Action.ToString().ToLowerInvariant(),
    };
}
