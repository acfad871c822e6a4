using Aggregator.Model.Topics;

namespace Aggregator.Content.Tagging;

/// <summary>An entity ready to be found in texts.</summary>
internal sealed class CompiledEntity(EntityDefinition entity, PhraseIndexBuilder index)
{
    private readonly CompiledPattern[] _aliases = CompiledPattern.All(entity.Aliases, index);
    private readonly CompiledPattern[] _ambiguous = CompiledPattern.All(entity.Ambiguous, index);
    private readonly CompiledPattern[] _needs = CompiledPattern.All(entity.Needs, index);
    private readonly CompiledPattern[] _ignore = CompiledPattern.All(entity.Ignore, index);

    /// <summary>The phrases without one of which the entity is not in a text.</summary>
    public IEnumerable<int> Keys => _aliases.Concat(_ambiguous).SelectMany(pattern => pattern.Parts[0].Phrases);

    /// <summary>The tag. Null: the text does not name it.</summary>
    public EntityTag? Find(PatternMatches matches)
    {
        var spans = matches.FindEvery(_aliases);
        if (_ambiguous.Length > 0 && (spans.Count > 0 || matches.Any(_needs)))
        {
            spans = [.. spans, .. matches.FindEvery(_ambiguous)];
        }

        if (spans.Count == 0)
        {
            return null;
        }

        // Two aliases that overlap ("Google", "Google LLC") name it once.
        spans = [.. spans];
        spans.Sort(static (a, b) => a.First.CompareTo(b.First));
        var counts = MentionCounts.Of(spans, _ignore.Length == 0 ? [] : matches.FindEvery(_ignore));
        var mentions = counts.Title + counts.Lead + counts.Body;
        return mentions == 0 ? null : new EntityTag(entity.Name, entity.Kind, mentions, counts.Title > 0);
    }
}
