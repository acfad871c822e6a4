namespace Aggregator.Model.Text.Patterns;

/// <summary>What stands beside a place in a text, as far as <c>^ $ \b</c> ask.</summary>
internal enum Neighbour
{
    /// <summary>Nothing: the text begins or ends here.</summary>
    None,

    /// <summary>A character of a word.</summary>
    Word,

    /// <summary>Another character.</summary>
    Other,
}
