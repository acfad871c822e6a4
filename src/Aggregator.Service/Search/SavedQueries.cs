using System.Text.Json;
using Aggregator.Model.Text;
using Aggregator.Service.Hosting;

namespace Aggregator.Service.Search;

/// <summary>A query that has a name, and therefore a feed of a lasting address.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Text">The query.</param>
/// <param name="IsConfigured">Whether the configuration names it, where alone it can be changed.</param>
public sealed record SavedQuery(string Name, string Text, bool IsConfigured)
{
    /// <summary>Whether its feed, and that there is one, is told to nobody without a key.</summary>
    public bool IsPrivate { get; init; }
}

/// <summary>
/// The queries that have a name. Section "SavedQueries" of the configuration: a name with a query each, such as "IP watch": "topic:ai topic:ip-theft", or with "Query" and
/// "Private"; and those that were saved by a running service, which lie in a file of the data folder, written likewise. Safe for concurrent use.
/// </summary>
public sealed class SavedQueries
{
    /// <summary>The section's name.</summary>
    public const string Section = "SavedQueries";

    /// <summary>What a query may be made of, where it is not a text alone.</summary>
    public static IReadOnlyList<string> Parts { get; } = ["Query", "Private"];

    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonSerializerOptions Strict = new() { PropertyNameCaseInsensitive = true, UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow };

    private readonly Lock _gate = new();
    private readonly string _path;
    private readonly StoryQueryReader _reader;
    private volatile IReadOnlyList<SavedQuery> _queries;

    /// <summary>Reads all.</summary>
    /// <exception cref="StartException">The file cannot be read.</exception>
    public SavedQueries(IConfiguration configuration, ServicePaths paths, StoryQueryReader reader)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(paths);
        (_path, _reader) = (paths.QueriesFile, reader);
        _queries = WithFile([.. configuration.GetSection(Section).GetChildren().Select(Configured).OfType<SavedQuery>()]);
    }

    /// <summary>All, those of the configuration first.</summary>
    public IReadOnlyList<SavedQuery> All => _queries;

    /// <summary>The query that is called so, or has this slug. Null: none.</summary>
    public SavedQuery? Find(string text)
    {
        var slug = Slug.Of(text ?? "");
        return _queries.FirstOrDefault(query => Slug.Of(query.Name) == slug);
    }

    /// <summary>Reads those that were saved again, since their file was replaced.</summary>
    /// <exception cref="StartException">The file cannot be read; the queries are as they were.</exception>
    public void ReadAnew()
    {
        lock (_gate)
        {
            _queries = WithFile([.. _queries.Where(query => query.IsConfigured)]);
        }
    }

    /// <summary>Saves a query under a name, in place of one that was saved under it.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="text">The query.</param>
    /// <param name="isPrivate">Whether nobody without a key is told of it. Null: as before; a new one is not private.</param>
    /// <returns>What is wrong with it. Null: it is saved.</returns>
    /// <exception cref="IOException">The file cannot be written; the queries are as they were.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public QuestionError? Save(string name, string text, bool? isPrivate)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (FindFault(name, text) is { } fault)
        {
            return fault;
        }

        lock (_gate)
        {
            var known = Find(name);
            if (known is { IsConfigured: true } configured)
            {
                return new QuestionError("name", $"{Section}:{configured.Name} of the configuration is called so; change it there", []);
            }

            Write([.. _queries.Where(query => Slug.Of(query.Name) != Slug.Of(name)), new SavedQuery(name.Trim(), text.Trim(), IsConfigured: false) { IsPrivate = isPrivate ?? known?.IsPrivate ?? false }]);
            return null;
        }
    }

    /// <summary>Forgets a query that was saved.</summary>
    /// <returns>Whether there was one that the configuration does not name.</returns>
    /// <exception cref="IOException">The file cannot be written; the queries are as they were.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public bool Remove(string name)
    {
        lock (_gate)
        {
            if (Find(name) is not { IsConfigured: false } query)
            {
                return false;
            }

            Write([.. _queries.Where(other => other != query)]);
            return true;
        }
    }

    /// <summary>Reads those of the configuration, with the topics and feeds there are. One that was saved and has lost its topic since is told where it is asked for.</summary>
    /// <exception cref="StartException">One cannot be read, or has a name that cannot be part of an address.</exception>
    public void CheckAtStart()
    {
        foreach (var (name, text, _) in _queries.Where(query => query.IsConfigured))
        {
            if (FindFault(name, text) is { } fault)
            {
                throw new StartException($"{Section}:{name}=\"{text}\" cannot be used: {(fault with { Parameter = fault.Parameter == "q" ? "the query" : fault.Parameter }).Sentence}");
            }
        }
    }

    private QuestionError? FindFault(string name, string text)
    {
        if (Slug.Of(name).Length == 0)
        {
            return new QuestionError("name", "it must hold a letter or a digit, since it becomes part of an address", []);
        }

        if (_reader.FindSavedFeed(name) is { } filled)
        {
            return new QuestionError("name", $"a rule fills a saved feed \"{filled}\", which has that address", []);
        }

        var (condition, error) = _reader.ReadCondition(text);
        return error ?? (condition is null ? new QuestionError("q", "it asks for nothing", ["topic:ai"]) : null);
    }

    /// <summary>Null: the setting is empty.</summary>
    private static SavedQuery? Configured(IConfigurationSection setting)
    {
        if (setting.Value is not null || !setting.GetChildren().Any())
        {
            return string.IsNullOrWhiteSpace(setting.Value) ? null : new SavedQuery(setting.Key, setting.Value, IsConfigured: true);
        }

        if (setting.GetChildren().FirstOrDefault(part => !Parts.Contains(part.Key, StringComparer.OrdinalIgnoreCase)) is { } unknown)
        {
            throw new StartException($"{unknown.Path} is no setting of a saved query; there are {string.Join(", ", Parts)}");
        }

        return bool.TryParse(setting["Private"] ?? "false", out var isPrivate)
            ? new SavedQuery(setting.Key, setting["Query"] ?? "", IsConfigured: true) { IsPrivate = isPrivate }
            : throw new StartException($"{setting.Path}:Private=\"{setting["Private"]}\" cannot be used: expected true or false");
    }

    private IReadOnlyList<SavedQuery> WithFile(List<SavedQuery> configured) =>
        [.. configured, .. ReadFile().Where(saved => !configured.Exists(query => Slug.Of(query.Name) == Slug.Of(saved.Name)))];

    private IEnumerable<SavedQuery> ReadFile()
    {
        try
        {
            return File.Exists(_path)
                ? [.. (JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(File.ReadAllText(_path)) ?? []).Select(query => Saved(query.Key, query.Value))]
                : [];
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            throw new StartException($"{_path}: this is no list of saved queries: {fault.Message} Put it right, or move it away to begin anew");
        }
    }

    private void Write(IReadOnlyList<SavedQuery> queries)
    {
        PrivateFiles.Replace(_path, JsonSerializer.SerializeToUtf8Bytes(queries.Where(query => !query.IsConfigured).ToDictionary(
            query => query.Name, object (query) => query.IsPrivate ? new { query = query.Text, @private = true } : query.Text), Json));
        _queries = queries;
    }

    /// <summary>One of the file: its query alone, or that it is private with it. What is not understood is refused: it might be meant to keep something from others.</summary>
    private static SavedQuery Saved(string name, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            return new SavedQuery(name, value.Deserialize<string?>() ?? "", IsConfigured: false);
        }

        var query = value.Deserialize<QueryInFile>(Strict)!;
        return new SavedQuery(name, query.Query ?? "", IsConfigured: false) { IsPrivate = query.Private };
    }

    private sealed record QueryInFile(string? Query, bool Private);
}
