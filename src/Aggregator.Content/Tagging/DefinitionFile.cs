using Aggregator.Content.Definitions;

namespace Aggregator.Content.Tagging;

/// <summary>What a definition file gave.</summary>
/// <param name="Topics">The topics without a mistake.</param>
/// <param name="Entities">The entities without a mistake.</param>
/// <param name="Problems">The mistakes, in the order of the file; empty when all is well.</param>
public sealed record DefinitionFileResult(TopicSet Topics, EntitySet Entities, IReadOnlyList<DefinitionProblem> Problems)
{
    /// <summary>How many example titles were tried; none of a definition that has another mistake.</summary>
    public int Examples { get; init; }
}

/// <summary>
/// Reads a file of topics and entities; docs/topics.md tells its form. Never throws on what the file holds: a definition with a
/// mistake is left out and the mistake told.
/// </summary>
public static class DefinitionFile
{
    /// <summary>
    /// Reads <paramref name="json"/>. Its patterns may name the groups of <paramref name="basis"/>, and its own groups take the place
    /// of those of the same name. <paramref name="fileName"/> is used in problems only.
    /// </summary>
    public static DefinitionFileResult Parse(string json, string fileName, TopicSet basis)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(fileName);
        ArgumentNullException.ThrowIfNull(basis);
        var reader = new DefinitionReader(json, fileName, basis.Groups);
        reader.ReadGroups();
        var topics = new List<TopicDefinition>();
        var entities = new List<EntityDefinition>();
        foreach (var (name, value) in reader.Root?.Members ?? [])
        {
            switch (name.Text)
            {
                case "topics":
                    foreach (var item in reader.Array(value))
                    {
                        TopicReader.Read(reader, item, topics);
                    }

                    break;
                case "entities":
                    foreach (var item in reader.Array(value))
                    {
                        EntityReader.Read(reader, item, entities);
                    }

                    break;
                case "groups" or "$schema":
                    break;
                default:
                    reader.Expected(name, "\"topics\", \"entities\" or \"groups\"");
                    break;
            }
        }

        return new DefinitionFileResult(new TopicSet(topics, reader.Groups), new EntitySet(entities), reader.Problems) { Examples = reader.Examples };
    }
}
