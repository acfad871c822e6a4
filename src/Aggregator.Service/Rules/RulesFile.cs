using Aggregator.Content.Querying;
using Aggregator.Content.Rules;
using Aggregator.Model.Feeds;
using Aggregator.Service.Catalog;
using Aggregator.Service.Hosting;
using Aggregator.Service.Topics;

namespace Aggregator.Service.Rules;

/// <summary>rules.json on the disk: read at start, and again whenever it, or the feeds and topics its queries name, change. It need not exist.</summary>
public sealed class RulesFile(
    ServicePaths paths, FeedCatalog catalog, TopicsInForce topics, RulesInForce inForce, TimeProvider clock)
{
    private string? _seen;
    private IReadOnlyDictionary<FeedId, FeedSource>? _seenFeeds;
    private TopicDefinitions? _seenDefinitions;

    /// <summary>The file.</summary>
    public string Path => paths.RulesFile;

    /// <summary>Reads the file for the first time.</summary>
    /// <exception cref="StartException">It cannot be used.</exception>
    public void LoadAtStart()
    {
        if (Refresh() == RulesChange.Broken)
        {
            throw new StartException(inForce.BrokenBecause!);
        }
    }

    /// <summary>Reads the file if it, the feeds or the topics changed since it was last looked at.</summary>
    public RulesChange Refresh()
    {
        var (text, error) = Read(Path);
        var feeds = catalog.Feeds;
        var seen = text ?? error;
        var definitions = topics.Definitions;
        if (_seen is not null && seen == _seen && ReferenceEquals(feeds, _seenFeeds) && ReferenceEquals(definitions, _seenDefinitions))
        {
            return RulesChange.None;
        }

        var result = text is null ? null : Parse(text, Path);
        (_seen, _seenFeeds, _seenDefinitions) = (seen, feeds, definitions); // not before: a fault in parsing is met again, and told
        error ??= result!.Problems.Count > 0 ? string.Join(Environment.NewLine, result.Problems) : null;
        if (error is not null)
        {
            inForce.MarkBroken(error);
            return RulesChange.Broken;
        }

        inForce.Replace(result!.Rules, result.Warnings);
        return RulesChange.Replaced;
    }

    /// <summary>The rules of a text with the topics, entities and feeds there are, its examples run. Nothing is taken over.</summary>
    public RuleFileResult Parse(string text, string fileName)
    {
        var feeds = catalog.Feeds.Values;
        var definitions = topics.Definitions;
        var names = new QueryNames
        {
            Topics = [.. definitions.Topics.Topics.Select(topic => topic.Name).Concat(feeds.SelectMany(feed => feed.Tags)).Distinct()],
            Entities = [.. definitions.Entities.Entities.Select(entity => entity.Name)],
            Feeds = catalog.NamedFeeds,
        };
        return RuleFile.Parse(text, fileName, new RuleFileContext(
            names, story => StoryTagger.Find(story, catalog.SourcesOf(story), definitions), clock.GetUtcNow()));
    }

    /// <summary>The text of a file of rules, or why it cannot be read. A file that is not there has no rules.</summary>
    public static (string? Text, string? Error) Read(string path)
    {
        try
        {
            var file = new FileInfo(path);
            return !file.Exists ? ("{}", null)
                : file.Length > RuleFile.MaxLength * 3L ? (null, $"{path} is too large: expected at most {RuleFile.MaxLength / 1024} KB of rules.")
                : (File.ReadAllText(path), null);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return (null, $"{path} cannot be read: {fault.Message}");
        }
    }
}

/// <summary>What a look at rules.json showed.</summary>
public enum RulesChange
{
    /// <summary>Nothing new.</summary>
    None,

    /// <summary>New rules are in force.</summary>
    Replaced,

    /// <summary>A new text that cannot be used; the last good rules stay.</summary>
    Broken,
}
