using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Aggregator.Content.Definitions;

/// <summary>Reads the values of a file that people write (topics, rules) and collects what is wrong with them, each with its place.</summary>
internal class DefinitionJson
{
    /// <summary>More are of no use to who mends the file, and each costs a walk through it.</summary>
    private const int MostProblems = 100;

    private readonly string _fileName;
    private readonly byte[] _utf8;
    private readonly List<DefinitionProblem> _problems = [];
    private int _count;

    /// <summary>A reader of <paramref name="json"/>, whose outermost value is to be an object, <paramref name="form"/>.</summary>
    public DefinitionJson(string json, string fileName, string form)
    {
        _fileName = fileName;
        _utf8 = Encoding.UTF8.GetBytes(json.TrimStart('\uFEFF'));
        try
        {
            Root = PositionedJson.Parse(_utf8);
            if (Root.Kind != JsonValueKind.Object)
            {
                Expected(Root, $"an object: {form}");
                Root = null;
            }
        }
        catch (JsonException fault)
        {
            var line = (int)(fault.LineNumber ?? 0);
            var reason = fault.Message.Split(" LineNumber:")[0];
            _count++;
            _problems.Add(new DefinitionProblem(_fileName, line + 1, (int)(fault.BytePositionInLine ?? 0) + 1, $"expected JSON: {reason}"));
        }
    }

    /// <summary>The file's outermost object. Null when there is none.</summary>
    public PositionedJson? Root { get; }

    /// <summary>What was found wrong so far, in the order of the file; of a file with more mistakes than that, the first hundred.</summary>
    public IReadOnlyList<DefinitionProblem> Problems => [.. _problems.OrderBy(problem => problem.Line).ThenBy(problem => problem.Column)];

    /// <summary>How many problems there are so far.</summary>
    public int ProblemCount => _count;

    /// <summary>Whether nothing was noted since there were <paramref name="before"/> problems.</summary>
    public bool IsCleanSince(int before) => _count == before;

    /// <summary>Notes that something else was expected where <paramref name="at"/> stands.</summary>
    public void Expected(PositionedJson at, string what) => Note(at, $"expected {what}");

    /// <summary>Notes a problem where <paramref name="at"/> stands.</summary>
    public void Note(PositionedJson at, string message)
    {
        if (_count++ < MostProblems)
        {
            _problems.Add(Problem(at, message));
        }
    }

    /// <summary>A problem where <paramref name="at"/> stands; not noted.</summary>
    public DefinitionProblem Problem(PositionedJson at, string message)
    {
        var (line, column) = PositionedJson.Locate(_utf8, at.Offset);
        return new DefinitionProblem(_fileName, line, column, message);
    }

    /// <summary>A text that is not empty, trimmed.</summary>
    public string Text(PositionedJson value)
    {
        if (value.Kind != JsonValueKind.String || string.IsNullOrWhiteSpace(value.Text))
        {
            Expected(value, "a text in quotes, not empty");
        }

        return value.Text.Trim();
    }

    /// <summary>A number from <paramref name="from"/> to <paramref name="to"/>; 1 where there is none.</summary>
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

    /// <summary>A list of texts.</summary>
    public List<string> Texts(PositionedJson value) => [.. Array(value).Select(Text)];

    /// <summary>The values of a list; none where it is no list.</summary>
    public IReadOnlyList<PositionedJson> Array(PositionedJson value)
    {
        if (value.Kind == JsonValueKind.Array)
        {
            return value.Items;
        }

        Expected(value, "a list in [ ]");
        return [];
    }

    /// <summary>Whether it is an object; that it is none is noted.</summary>
    public bool IsObject(PositionedJson value)
    {
        if (value.Kind == JsonValueKind.Object)
        {
            return true;
        }

        Expected(value, "an object in { }");
        return false;
    }
}
