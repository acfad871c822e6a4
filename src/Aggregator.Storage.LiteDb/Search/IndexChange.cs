using Aggregator.Model.Stories;

namespace Aggregator.Storage.LiteDb.Search;

/// <summary>What a commit did to a story, for the index of texts.</summary>
/// <param name="Sequence">The story's number.</param>
/// <param name="Before">The story as it was, its body not needed. Null: it was not there.</param>
/// <param name="After">The story as it is. Null: it is gone.</param>
/// <param name="TextChanged">Whether title or body are others; the story after it has its body then.</param>
internal sealed record IndexChange(long Sequence, Story? Before, Story? After, bool TextChanged);
