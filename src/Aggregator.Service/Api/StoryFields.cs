using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Model.Text;
using Aggregator.Service.Search;

namespace Aggregator.Service.Api;

/// <summary>Which fields of a story an answer holds. Its id is always there.</summary>
public sealed class StoryFields
{
    private const string Id = "id";

    private static readonly string[] OfWholeStories = ["corrections", "overruled", "opinions", "joined", "bodyHtml", "bodyText"];

    private readonly HashSet<string>? _chosen;

    private StoryFields(HashSet<string>? chosen, bool whole)
    {
        _chosen = chosen;
        Whole = whole;
    }

    /// <summary>All fields there are, in the order in which a story is written.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. typeof(StoryAnswer).GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.GetCustomAttribute<JsonIgnoreAttribute>() is not { Condition: JsonIgnoreCondition.Always })
            .Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name))];

    /// <summary>Every field.</summary>
    public static StoryFields All { get; } = new(null, whole: true);

    /// <summary>Whether a story is told whole: with the reasons of its topics and what else only a whole one has.</summary>
    public bool Whole { get; }

    private bool ReadsBody => Whole && (Shows("bodyHtml") || Shows("bodyText"));

    /// <summary>
    /// Reads names that commas part. None: all fields; those of whole stories only where <paramref name="whole"/>. To name one of
    /// those asks for whole stories.
    /// </summary>
    /// <returns>The fields, or what is wrong with a name; exactly one of them.</returns>
    public static (StoryFields? Fields, QuestionError? Error) Read(string? text, bool whole)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return (new StoryFields(null, whole), null);
        }

        var chosen = new HashSet<string>(StringComparer.Ordinal) { Id };
        foreach (var name in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (Names.FirstOrDefault(known => known.Equals(name, StringComparison.OrdinalIgnoreCase)) is not { } field)
            {
                return (null, new QuestionError("fields", $"a story has no field \"{name}\"; it has {string.Join(", ", Names)}", NearNames.Of(name, Names)));
            }

            chosen.Add(field);
        }

        return (new StoryFields(chosen, whole || chosen.Overlaps(OfWholeStories)), null);
    }

    /// <summary>Whether a field is shown.</summary>
    public bool Shows(string name) => _chosen?.Contains(name) ?? (Whole || !OfWholeStories.Contains(name));

    /// <summary>The answer for a story that was found without its body, which is read where it is shown. Null: it is gone meanwhile.</summary>
    public async Task<StoryAnswer?> TellAsync(Story story, IStoryStore store, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(story);
        ArgumentNullException.ThrowIfNull(store);
        var told = ReadsBody ? await store.FindStoryAsync(story.Id, cancellationToken) : story;
        return told is null ? null : StoryAnswer.Of(told, Whole) with { Fields = this };
    }

    /// <summary>Makes the JSON of a story hold its <see cref="StoryAnswer.Fields"/> only.</summary>
    internal static void Apply(JsonTypeInfo type)
    {
        if (type.Type != typeof(StoryAnswer))
        {
            return;
        }

        foreach (var property in type.Properties.Where(property => property.Get is not null))
        {
            var name = property.Name;
            var leavesOutNull = property.AttributeProvider?.IsDefined(typeof(JsonIgnoreAttribute), inherit: false) is true;
            property.ShouldSerialize = (story, value) => (value is not null || !leavesOutNull) && ((StoryAnswer)story).Fields.Shows(name);
        }
    }
}
