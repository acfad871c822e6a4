using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Aggregator.Content.Clustering;
using Aggregator.Model.Stories;

namespace Aggregator.Benchmarks;

/// <summary>
/// Articles a CPU second that the clusterer takes with more and more of them held, and the memory they take:
/// `clustering PATH [COUNT]`, where PATH is a file of JSON lines with "title" and "body". More articles than the file has are made by
/// putting sentences of several together under names of their own, so that the vocabulary is real and few tell one event. Cost must not
/// grow with the articles held.
/// </summary>
internal static class ClusteringThroughput
{
    private const int Seed = 20_261_128;
    private const int SentencesTaken = 12;

    /// <summary>How many articles are timed at each size.</summary>
    private const int Timed = 5_000;

    private static readonly int[] Sizes = [10_000, 100_000, 1_000_000];

    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly string[] Syllables = ["bra", "do", "fen", "gal", "hu", "kor", "li", "mar", "no", "pel", "ri", "sul", "ta", "vex", "zo"];

    public static int Run(string path, int count)
    {
        var articles = File.ReadLines(path).Where(line => line.Length > 0).Select(line => JsonNode.Parse(line)!)
            .Select(line => (Title: (string?)line["title"] ?? "", Sentences: ((string?)line["body"] ?? "").Split(". ", StringSplitOptions.RemoveEmptyEntries)))
            .Where(article => article.Sentences.Length > 2).ToList();
        var clusterer = new StoryClusterer(new ClusteringOptions());
        var random = new Random(Seed);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var clusters = new HashSet<ClusterId>();
        foreach (var size in Sizes.Where(size => size <= count))
        {
            while (clusterer.Count < size - Timed)
            {
                clusters.Add(clusterer.Assign(Make(articles, random, clusterer.Count)).Cluster);
            }

            var seconds = Time(clusterer, [.. Enumerable.Range(clusterer.Count, Timed).Select(number => Make(articles, random, number))], clusters);
            var bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{clusterer.Count,9} held: {Timed / seconds,6:F0} articles a CPU second, {bytes / 1e6 / clusterer.Count * 100_000,5:F0} MB for 100,000, {clusters.Count} clusters"));
        }

        return 0;
    }

    /// <summary>CPU seconds. Apart, so that the texts are gone when memory is measured.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static double Time(StoryClusterer clusterer, List<ClusterableStory> stories, HashSet<ClusterId> clusters)
    {
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        foreach (var story in stories)
        {
            clusters.Add(clusterer.Assign(story).Cluster);
        }

        return (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalSeconds;
    }

    private static ClusterableStory Make(List<(string Title, string[] Sentences)> articles, Random random, int number)
    {
        var (first, second) = (articles[random.Next(articles.Count)], articles[random.Next(articles.Count)]);
        var (name, other) = (Name(random), Name(random));
        var sentences = Enumerable.Range(0, SentencesTaken).Select(i =>
        {
            var from = (i % 2 == 0 ? first : second).Sentences;
            return i % 3 == 0 ? $"The company {name} and its owner {other} said that {from[random.Next(from.Length)]}" : from[random.Next(from.Length)];
        });
        return new ClusterableStory(
            new StoryId(number.ToString(CultureInfo.InvariantCulture)), $"{name}: {first.Title}", string.Join(". ", sentences), "en", Start.AddMilliseconds(500.0 * number), $"outlet {number % 1_000}");
    }

    private static string Name(Random random)
    {
        var name = string.Concat(Enumerable.Range(0, 3).Select(_ => Syllables[random.Next(Syllables.Length)]));
        return char.ToUpperInvariant(name[0]) + name[1..];
    }
}
