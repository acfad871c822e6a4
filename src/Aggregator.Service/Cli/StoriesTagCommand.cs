using System.CommandLine;
using Aggregator.Model.Text;
using Aggregator.Service.Api;
using Aggregator.Service.Hosting;

namespace Aggregator.Service.Cli;

/// <summary>stories tag: the user's word on the topics of a story.</summary>
internal static class StoriesTagCommand
{
    public static Command Create(CommonOptions common)
    {
        var id = new Argument<string>("id") { Description = "The story's id" };
        var topics = new Argument<string[]>("topics")
        {
            Description = "+topic: the story is on it; -topic: it is not; =topic: take back what was said, so that the tagger's finding counts again",
            Arity = ArgumentArity.OneOrMore,
        };
        var tag = new Command("tag", "Correct the topics of a story. It sticks, whatever is found in the story later.") { id, topics };
        tag.SetAction(async (parsed, cancellationToken) =>
        {
            var words = parsed.GetValue(topics)!.Select(Read).ToList();
            await using var service = await ServiceConnection.OpenAsync(common.Paths(parsed), common.Settings(parsed), ServiceMode.Answer, cancellationToken);
            StoryAnswer? story = null;
            foreach (var (method, kind, topic) in words)
            {
                var path = $"/api/stories/{Uri.EscapeDataString(parsed.GetValue(id)!)}/{kind}/{Slug.Of(topic)}";
                story = await service.SendAsync<StoryAnswer>(method, path, cancellationToken);
            }

            Console.WriteLine(story!.Title);
            Reasons.Show(story);
            return ExitCode.Done;
        });
        return tag;
    }

    private static (HttpMethod Method, string Kind, string Topic) Read(string word) => (word[..Math.Min(1, word.Length)], word[Math.Min(1, word.Length)..].Trim()) switch
    {
        ("+", var topic) when IsName(topic) => (HttpMethod.Put, "topics", topic),
        ("-", var topic) when IsName(topic) => (HttpMethod.Delete, "topics", topic),
        ("=", var topic) when IsName(topic) => (HttpMethod.Delete, "corrections", topic),
        _ => throw new StartException($"\"{word}\": write +topic to add it, -topic to remove it, =topic to take back what was said, such as +ip-theft -ai"),
    };

    private static bool IsName(string topic) => Slug.Of(topic).Length > 0;
}
