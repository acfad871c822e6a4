using System.Text.Json;
using Aggregator.Content.Definitions;

namespace Aggregator.Content.Tagging;

/// <summary>Reads the values of files of topics and entities; see <see cref="DefinitionJson"/>.</summary>
internal sealed class DefinitionReader : DefinitionJson
{
    /// <summary>The longest name of a topic or entity, in characters: it becomes an address, and a key in the store.</summary>
    public const int LongestName = 100;

    /// <summary>A reader of <paramref name="json"/> whose patterns may name the groups of <paramref name="baseGroups"/>.</summary>
    public DefinitionReader(string json, string fileName, IReadOnlyDictionary<string, IReadOnlyList<Phrase>> baseGroups)
        : base(json, fileName, "{\"topics\": [...], \"entities\": [...]}")
    {
        Groups = new Dictionary<string, IReadOnlyList<Phrase>>(baseGroups);
    }

    /// <summary>How many example titles were tried so far.</summary>
    public int Examples { get; private set; }

    /// <summary>Phrases that can be named in patterns as "@name".</summary>
    public Dictionary<string, IReadOnlyList<Phrase>> Groups { get; }

    /// <summary>Whether it can name a topic or an entity.</summary>
    public static bool IsName(string text) => text.Length <= LongestName && text.Any(char.IsLetterOrDigit);

    /// <summary>A list of BCP 47 languages.</summary>
    public List<string> Languages(PositionedJson value)
    {
        foreach (var item in Array(value).Where(item => !Tagging.Languages.IsOne(item.Text)))
        {
            Expected(item, $"a BCP 47 language such as \"en\" or \"pt-BR\", found \"{item.Text}\"");
        }

        return [.. value.Items.Select(item => item.Text)];
    }

    public List<Pattern> Patterns(PositionedJson value) => [.. Array(value).Select(Pattern).OfType<Pattern>()];

    public Pattern? Pattern(PositionedJson value)
    {
        if (value.Kind != JsonValueKind.String)
        {
            Expected(value, "a phrase in quotes");
            return null;
        }

        var pattern = Tagging.Pattern.Parse(value.Text, Groups, out var problem);
        if (problem is not null)
        {
            Note(value, problem);
        }

        return pattern;
    }

    /// <summary>Reads the file's "groups"; a group may use those before it.</summary>
    public void ReadGroups()
    {
        var groups = Root?.Members.FirstOrDefault(member => member.Name.Text == "groups").Value;
        if (groups is null || !IsObject(groups))
        {
            return;
        }

        foreach (var (name, value) in groups.Members)
        {
            var phrases = Patterns(value);
            if (phrases.FirstOrDefault(pattern => pattern.Parts.Count > 1) is { } near)
            {
                Expected(value, $"phrases without distances in a group, found \"{near}\"");
            }

            Groups[name.Text] = [.. phrases.SelectMany(pattern => pattern.Parts[0].Phrases)];
        }
    }

    /// <summary>Tries the example titles of a definition, "matches" and "mustNotMatch", and notes those that come out wrong.</summary>
    public void CheckExamples(PositionedJson definition, string what, Func<TaggableText, bool> finds)
    {
        foreach (var (name, examples) in definition.Members)
        {
            foreach (var example in name.Text is "matches" or "mustNotMatch" ? examples.Items : [])
            {
                Examples++;
                var found = finds(new TaggableText(example.Text, "", null));
                if (found != (name.Text == "matches"))
                {
                    Expected(example, found
                        ? $"the title not to get {what}, but its phrases find it"
                        : $"the title to get {what}, but its phrases do not find it");
                }
            }
        }
    }
}
