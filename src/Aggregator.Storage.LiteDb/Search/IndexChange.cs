using Aggregator.Model.Stories;

namespace Aggregator.Storage.LiteDb.Search;

/// <summary>What a commit did to a story, for the index of texts.</summary>
/// <param name="Sequence">The story's number.</param>
/// <param name="Story">The story as it is. Null: it is gone.</param>
/// <param name="IsNew">Whether it was not there before.</param>
/// <param name="TextChanged">Whether title or body are others; the story has its body then.</param>
internal sealed record IndexChange(long Sequence, Story? Story, bool IsNew, bool TextChanged);
