namespace Aggregator.Content.Tagging;

/// <summary>What a file of entities gave.</summary>
/// <param name="Entities">The entities without a mistake.</param>
/// <param name="Problems">The mistakes, in the order of the file; empty when all is well.</param>
public sealed record EntityFileResult(EntitySet Entities, IReadOnlyList<DefinitionProblem> Problems);

/// <summary>
/// Reads the entities of a definition file (docs/topics.md tells its form). Never throws on what the file holds: an entity with a
/// mistake is left out and the mistake told. Topics in the same file are passed over.
/// </summary>
public static class EntityFile
{
    /// <summary>Reads <paramref name="json"/>; <paramref name="fileName"/> is used in problems only.</summary>
    public static EntityFileResult Parse(string json, string fileName)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(fileName);
        var reader = new DefinitionReader(json, fileName);
        var entities = new List<EntityDefinition>();
        reader.ReadGroups();
        foreach (var (name, value) in reader.Root?.Members ?? [])
        {
            if (name.Text == "entities")
            {
                foreach (var item in reader.Array(value))
                {
                    ReadEntity(reader, item, entities);
                }
            }
            else if (name.Text is not ("topics" or "groups" or "$schema"))
            {
                reader.Expected(name, "\"topics\", \"entities\" or \"groups\"");
            }
        }

        return new EntityFileResult(new EntitySet(entities), reader.Problems);
    }

    private static void ReadEntity(DefinitionReader reader, PositionedJson json, List<EntityDefinition> into)
    {
        var problems = reader.ProblemCount;
        if (!reader.IsObject(json))
        {
            return;
        }

        var entity = new EntityDefinition { Name = "", Kind = "organisation" };
        foreach (var (name, value) in json.Members)
        {
            switch (name.Text)
            {
                case "name":
                    entity = entity with { Name = reader.Text(value) };
                    break;
                case "kind" when value.Text is "organisation" or "product":
                    entity = entity with { Kind = value.Text };
                    break;
                case "kind":
                    reader.Expected(value, "\"organisation\" or \"product\"");
                    break;
                case "aliases":
                    entity = entity with { Aliases = reader.Patterns(value) };
                    break;
                case "ambiguous":
                    entity = entity with { Ambiguous = reader.Patterns(value) };
                    break;
                case "needs":
                    entity = entity with { Needs = reader.Patterns(value) };
                    break;
                case "ignore":
                    entity = entity with { Ignore = reader.Patterns(value) };
                    break;
                default:
                    reader.Expected(name, "name, kind, aliases, ambiguous, needs or ignore");
                    break;
            }
        }

        if (!entity.Name.Any(char.IsLetterOrDigit))
        {
            reader.Expected(json, "an entity to have a \"name\" with a letter or digit");
        }
        else if (into.Any(other => string.Equals(other.Name, entity.Name, StringComparison.OrdinalIgnoreCase)))
        {
            reader.Note(json, $"expected each entity once, found \"{entity.Name}\" again");
        }
        else if (entity.Ambiguous.Count == 0 && Pattern.Parse("=" + entity.Name, reader.Groups, out _) is { } own)
        {
            // Its own name, with its capitals, unless the file says that the name is ambiguous.
            entity = entity with { Aliases = [own, .. entity.Aliases] };
        }

        if (reader.IsCleanSince(problems))
        {
            into.Add(entity);
        }
    }
}
