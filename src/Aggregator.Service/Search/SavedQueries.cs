using Aggregator.Model.Text;
using Aggregator.Service.Hosting;

namespace Aggregator.Service.Search;

/// <summary>
/// Queries that have a name and therefore a feed of a lasting address. Section "SavedQueries" of the configuration: a name with a query each, such as
/// "IP watch": "topic:ai topic:ip-theft".
/// </summary>
public sealed class SavedQueries(IConfiguration configuration, StoryQueryReader reader)
{
    /// <summary>The section's name.</summary>
    public const string Section = "SavedQueries";

    private readonly List<(string Name, string Text)> _queries =
        [.. configuration.GetSection(Section).GetChildren().Where(query => !string.IsNullOrWhiteSpace(query.Value)).Select(query => (query.Key, query.Value!))];

    /// <summary>The names of all.</summary>
    public IReadOnlyList<string> Names => [.. _queries.Select(query => query.Name)];

    /// <summary>The query that is called so, or has this slug. Null: none.</summary>
    public (string Name, string Text)? Find(string text)
    {
        var slug = Slug.Of(text ?? "");
        return _queries.FindIndex(query => Slug.Of(query.Name) == slug) is var at and >= 0 ? _queries[at] : null;
    }

    /// <summary>Reads all, with the topics and feeds there are.</summary>
    /// <exception cref="StartException">One cannot be read, or has a name that cannot be part of an address.</exception>
    public void CheckAtStart()
    {
        foreach (var (name, text) in _queries)
        {
            if (Slug.Of(name).Length == 0)
            {
                throw new StartException($"{Section}:{name}: the name must hold a letter or a digit, since it becomes part of an address");
            }

            if (reader.ReadCondition(text) is { Error: { } error })
            {
                throw new StartException($"{Section}:{name}=\"{text}\" cannot be used: {(error with { Parameter = "the query" }).Sentence}");
            }
        }
    }
}
