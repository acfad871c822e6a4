using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Aggregator.Content.Tagging;

/// <summary>Reads the values of definition files and collects what is wrong with them, each with its place.</summary>
internal sealed class DefinitionReader
{
    private readonly string _fileName;
    private readonly byte[] _utf8;
    private readonly List<DefinitionProblem> _problems = [];

    /// <summary>A reader of <paramref name="json"/> whose patterns may name the groups of <paramref name="baseGroups"/>.</summary>
    public DefinitionReader(string json, string fileName, IReadOnlyDictionary<string, IReadOnlyList<Phrase>> baseGroups)
    {
        Groups = new Dictionary<string, IReadOnlyList<Phrase>>(baseGroups);
        _fileName = fileName;
        _utf8 = Encoding.UTF8.GetBytes(json.TrimStart('\uFEFF'));
        try
        {
            Root = PositionedJson.Parse(_utf8);
            if (Root.Kind != JsonValueKind.Object)
            {
                Expected(Root, "an object: {\"topics\": [...], \"entities\": [...]}");
                Root = null;
            }
        }
        catch (JsonException fault)
        {
            var line = (int)(fault.LineNumber ?? 0);
            var reason = fault.Message.Split(" LineNumber:")[0];
            _problems.Add(new DefinitionProblem(_fileName, line + 1, (int)(fault.BytePositionInLine ?? 0) + 1, $"expected JSON: {reason}"));
        }
    }

    /// <summary>The file's outermost object. Null when there is none.</summary>
    public PositionedJson? Root { get; }

    /// <summary>How many example titles were tried so far.</summary>
    public int Examples { get; private set; }

    /// <summary>What was found wrong so far, in the order of the file.</summary>
    public IReadOnlyList<DefinitionProblem> Problems => [.. _problems.OrderBy(problem => problem.Line).ThenBy(problem => problem.Column)];

    /// <summary>Phrases that can be named in patterns as "@name".</summary>
    public Dictionary<string, IReadOnlyList<Phrase>> Groups { get; }

    /// <summary>Notes that something else was expected where <paramref name="at"/> stands.</summary>
    public void Expected(PositionedJson at, string what) => Note(at, $"expected {what}");

    /// <summary>Notes a problem where <paramref name="at"/> stands.</summary>
    public void Note(PositionedJson at, string message)
    {
        var (line, column) = PositionedJson.Locate(_utf8, at.Offset);
        _problems.Add(new DefinitionProblem(_fileName, line, column, message));
    }

    /// <summary>Whether nothing was noted since there were <paramref name="before"/> problems.</summary>
    public bool IsCleanSince(int before) => _problems.Count == before;

    /// <summary>How many problems there are so far.</summary>
    public int ProblemCount => _problems.Count;

    public string Text(PositionedJson value)
    {
        if (value.Kind != JsonValueKind.String || string.IsNullOrWhiteSpace(value.Text))
        {
            Expected(value, "a text in quotes, not empty");
        }

        return value.Text.Trim();
    }

    public double Number(PositionedJson value, double from, double to)
    {
        if (value.Kind == JsonValueKind.Number
            && double.TryParse(value.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && number >= from && number <= to)
        {
            return number;
        }

        Expected(value, string.Create(CultureInfo.InvariantCulture, $"a number from {from} to {to}"));
        return 1;
    }

    public List<string> Texts(PositionedJson value) => [.. Array(value).Select(Text)];

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

    public IReadOnlyList<PositionedJson> Array(PositionedJson value)
    {
        if (value.Kind == JsonValueKind.Array)
        {
            return value.Items;
        }

        Expected(value, "a list in [ ]");
        return [];
    }

    public bool IsObject(PositionedJson value)
    {
        if (value.Kind == JsonValueKind.Object)
        {
            return true;
        }

        Expected(value, "an object in { }");
        return false;
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
