using System.Reflection;
using Aggregator.Model.Text;

namespace Aggregator.Content.Tagging;

/// <summary>The topics a tagger knows, in order. Immutable.</summary>
public sealed class TopicSet
{
    private static readonly Lazy<TopicSet> LazyBuiltIn = new(() => LearnedWords.AddTo(Rules, BuiltInData.Read("topics.learned")));
    private static readonly Lazy<TopicSet> LazyRules = new(() => BuiltInData.Parse("topics.json").Topics);

    internal TopicSet(IReadOnlyList<TopicDefinition> topics, IReadOnlyDictionary<string, IReadOnlyList<Phrase>> groups)
    {
        Topics = topics;
        Groups = groups;
    }

    /// <summary>No topics.</summary>
    public static TopicSet Empty { get; } = new([], new Dictionary<string, IReadOnlyList<Phrase>>());

    /// <summary>The 24 topics that ship with the service.</summary>
    public static TopicSet BuiltIn => LazyBuiltIn.Value;

    /// <summary>The topics that ship without what was learned: what is learned adds to them.</summary>
    internal static TopicSet Rules => LazyRules.Value;

    /// <summary>The topics, in the order of their file.</summary>
    public IReadOnlyList<TopicDefinition> Topics { get; }

    /// <summary>The groups of phrases the file named; built-in ones may be used by user files.</summary>
    internal IReadOnlyDictionary<string, IReadOnlyList<Phrase>> Groups { get; }

    /// <summary>These topics with the user's: one of the same name in addresses ("IP-theft" for "IP theft") takes the place of ours, others follow at the end.</summary>
    public TopicSet With(TopicSet user)
    {
        ArgumentNullException.ThrowIfNull(user);
        var bySlug = user.Topics.ToDictionary(topic => Slug.Of(topic.Name));
        var kept = Topics.Select(topic => bySlug.Remove(Slug.Of(topic.Name), out var replaced) ? replaced : topic).ToList();
        return new TopicSet([.. kept, .. user.Topics.Where(topic => bySlug.ContainsKey(Slug.Of(topic.Name)))], Groups);
    }
}

/// <summary>The organisations and products a tagger knows, in order. Immutable.</summary>
public sealed class EntitySet
{
    private static readonly Lazy<EntitySet> LazyBuiltIn = new(() => BuiltInData.Parse("entities.json").Entities);

    internal EntitySet(IReadOnlyList<EntityDefinition> entities) => Entities = entities;

    /// <summary>No entities.</summary>
    public static EntitySet Empty { get; } = new([]);

    /// <summary>The entities that ship with the service.</summary>
    public static EntitySet BuiltIn => LazyBuiltIn.Value;

    /// <summary>The entities, in the order of their file.</summary>
    public IReadOnlyList<EntityDefinition> Entities { get; }

    /// <summary>These entities with the user's: one of the same name (in any case) takes the place of ours, others follow at the end.</summary>
    public EntitySet With(EntitySet user)
    {
        ArgumentNullException.ThrowIfNull(user);
        var byName = user.Entities.ToDictionary(entity => entity.Name, StringComparer.OrdinalIgnoreCase);
        var kept = Entities.Select(entity => byName.Remove(entity.Name, out var replaced) ? replaced : entity).ToList();
        return new EntitySet([.. kept, .. user.Entities.Where(entity => byName.ContainsKey(entity.Name))]);
    }
}

/// <summary>The definition files inside this assembly.</summary>
internal static class BuiltInData
{
    /// <summary>Reads "topics.json" or "entities.json"; each defines the groups it uses.</summary>
    public static DefinitionFileResult Parse(string fileName) => DefinitionFile.Parse(Read(fileName), fileName, TopicSet.Empty);

    /// <summary>A file's text.</summary>
    public static string Read(string fileName)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"Aggregator.Content.Tagging.Data.{fileName}")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
