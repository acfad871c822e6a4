using Aggregator.Content.Definitions;

namespace Aggregator.Content.Tagging;

/// <summary>Reads one entity of a definition file.</summary>
internal static class EntityReader
{
    /// <summary>Adds the entity to <paramref name="into"/>, or tells <paramref name="reader"/> what is wrong with it.</summary>
    public static void Read(DefinitionReader reader, PositionedJson json, List<EntityDefinition> into)
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
                case "matches" or "mustNotMatch":
                    reader.Texts(value);
                    break;
                default:
                    reader.Expected(name, "name, kind, aliases, ambiguous, needs, ignore, matches or mustNotMatch");
                    break;
            }
        }

        if (!DefinitionReader.IsName(entity.Name))
        {
            reader.Expected(json, $"an entity to have a \"name\" with a letter or digit, of at most {DefinitionReader.LongestName} characters");
        }
        else if (into.Any(other => string.Equals(other.Name, entity.Name, StringComparison.OrdinalIgnoreCase)))
        {
            reader.Note(json, $"expected each entity once, found \"{entity.Name}\" again");
        }
        else if (entity.Ambiguous.Count == 0)
        {
            // Its own name, with its capitals, unless the file says that the name is ambiguous.
            if (Pattern.Parse("=" + entity.Name, reader.Groups, out var problem) is { } own)
            {
                entity = entity with { Aliases = [own, .. entity.Aliases] };
            }
            else if (entity.Aliases.Count == 0)
            {
                reader.Note(json, $"the name \"{entity.Name}\" cannot be looked for: {problem}; give how it is written in texts as \"ambiguous\"");
            }
        }

        if (reader.IsCleanSince(problems))
        {
            var tagger = new Lazy<TopicTagger>(() => new TopicTagger(TopicSet.Empty, new EntitySet([entity])));
            reader.CheckExamples(json, $"the entity \"{entity.Name}\"", text => tagger.Value.Tag(text).Entities.Count > 0);
        }

        if (reader.IsCleanSince(problems))
        {
            into.Add(entity);
        }
    }
}
