using System.CommandLine;

namespace Aggregator.Service.Cli;

/// <summary>What a command line may ask of stories: the words of a query, and the conditions that have options of their own.</summary>
internal sealed class StoryQuestionOptions
{
    private readonly Argument<string[]> _words = new("query") { Description = "A query, for example: topic:ai -source:theverge '\"trade secret*\"' min_sources:2", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<string[]> _topic = new("--topic", "-t") { Description = "Topic slug or name; repeat it for stories that carry several", HelpName = "topic" };
    private readonly Option<string[]> _source = new("--source", "-s") { Description = "Feed id, address, host or name; repeat it for any of several", HelpName = "feed" };
    private readonly Option<string?> _since = new("--since") { Description = "Not older: 2026-11-24, today, 24h, 7d", HelpName = "time" };
    private readonly Option<string?> _until = new("--until") { Description = "Older than", HelpName = "time" };
    private readonly Option<string?> _savedFeed = new("--saved-feed") { Description = "Only stories that a rule puts into this saved feed", HelpName = "name" };
    private readonly Option<string?> _muted = new("--muted") { Description = "include: stories that a rule mutes as well; only: nothing else", HelpName = "include|only" };

    public void AddTo(Command command)
    {
        command.Arguments.Add(_words);
        foreach (var option in (Option[])[_topic, _source, _since, _until, _savedFeed, _muted])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>The address of a question: a path with the conditions given, and with <paramref name="more"/> parameters, those without a value left out.</summary>
    public string Path(string path, ParseResult parsed, params IEnumerable<(string Name, string? Value)> more)
    {
        var words = parsed.GetValue(_words) is { Length: > 0 } given ? string.Join(' ', given) : null;
        IEnumerable<(string Name, string? Value)> conditions =
        [
            ("q", words),
            .. (parsed.GetValue(_topic) ?? []).Select(topic => ("topic", (string?)topic)),
            .. (parsed.GetValue(_source) ?? []).Select(source => ("source", (string?)source)),
            ("since", parsed.GetValue(_since)), ("until", parsed.GetValue(_until)), ("savedFeed", parsed.GetValue(_savedFeed)), ("muted", parsed.GetValue(_muted)),
        ];
        return $"{path}?{string.Join('&', conditions.Concat(more).Where(one => one.Value is not null).Select(one => $"{one.Name}={Uri.EscapeDataString(one.Value!)}"))}";
    }
}
