using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Aggregator.Content.Tagging;

namespace Aggregator.Benchmarks;

/// <summary>
/// Articles a CPU second that the tagger takes on one thread, with the topics that ship and with 200 generated topics of more and more
/// phrases: `tagging PATH [COUNT]`, where PATH is a file of JSON lines with "title" and "body", or a folder of text files whose first
/// line is the title. Cost must not grow with the phrases.
/// </summary>
internal static class TaggingThroughput
{
    private const int Topics = 200;

    /// <summary>Long enough for the runtime to have compiled what is used often, and for one busy moment not to matter.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(6);

    public static int Run(string path, int count)
    {
        var articles = (File.Exists(path) ? Lines(path) : Files(path)).Where(article => article.Body.Length > 500).Take(count).ToList();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{articles.Count} articles of {articles.Average(article => article.Body.Length):F0} characters on average"));
        Measure("as shipped, with entities", new TopicTagger(TopicSet.BuiltIn, EntitySet.BuiltIn), articles);
        foreach (var phrases in new[] { 1_000, 5_000, 20_000 })
        {
            Measure($"{Topics} topics, {phrases} phrases", new TopicTagger(GeneratedTopics.Make(articles, Topics, phrases), EntitySet.Empty), articles);
        }

        return 0;
    }

    private static void Measure(string name, TopicTagger tagger, List<TaggableText> articles)
    {
        TagFor(WarmUp, tagger, articles);
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        var (tagged, tags) = TagFor(Measured, tagger, articles);
        var seconds = (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalSeconds;
        var bytes = GC.GetAllocatedBytesForCurrentThread() - allocated;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name,-28} {tagged / seconds,7:F0} articles a CPU second {bytes / 1e3 / tagged,7:F0} kB allocated an article {(double)tags / tagged,6:F1} topics an article"));
    }

    private static (int Tagged, long Tags) TagFor(TimeSpan time, TopicTagger tagger, List<TaggableText> articles)
    {
        var watch = Stopwatch.StartNew();
        var tagged = 0;
        var tags = 0L;
        while (watch.Elapsed < time)
        {
            tags += tagger.Tag(articles[tagged++ % articles.Count]).Topics.Count;
        }

        return (tagged, tags);
    }

    private static IEnumerable<TaggableText> Lines(string path) =>
        File.ReadLines(path).Where(line => line.Length > 0).Select(line => JsonNode.Parse(line)!)
            .Select(line => new TaggableText((string?)line["title"] ?? "", (string?)line["body"] ?? "", null));

    private static IEnumerable<TaggableText> Files(string folder) =>
        Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal).Select(File.ReadAllText).Select(text =>
        {
            var end = text.IndexOf('\n', StringComparison.Ordinal);
            return end < 0 ? new TaggableText("", text, null) : new TaggableText(text[..end], text[(end + 1)..], null);
        });
}
