using Aggregator.Content.Querying;
using Aggregator.Model.Stories;

namespace Aggregator.Content.Rules;

/// <summary>A rule of the operator: what is done to the stories that a query matches. Made by <see cref="RuleFile"/>.</summary>
public sealed record StoryRule
{
    /// <summary>The name, unique as a slug, for example "No deals".</summary>
    public required string Name { get; init; }

    /// <summary>The query as written.</summary>
    public required string When { get; init; }

    /// <summary>What the query means.</summary>
    public required QueryNode Query { get; init; }

    /// <summary>What is done; at least one thing.</summary>
    public required IReadOnlyList<RuleEffect> Effects { get; init; }

    /// <summary>How many examples the file gives for it.</summary>
    public int Examples { get; init; }

    /// <summary>Whether it drops stories; it does nothing else then.</summary>
    public bool Drops => Effects.Any(effect => effect.Action == RuleAction.Drop);

    /// <summary>Whether it takes stories out of sight.</summary>
    public bool Hides => Effects.Any(effect => effect.Action is RuleAction.Drop or RuleAction.Mute);

    /// <summary>Names the rule as it is: one of another name or query has another key.</summary>
    public string Key => Model.Text.ContentHash.Of(8, Name, When);
}
