using System.Diagnostics;
using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using Aggregator.Content.Parsing;
using CodeHollow.FeedReader;

namespace Aggregator.Benchmarks;

/// <summary>
/// MB a second of our feed parser, of CodeHollow.FeedReader alone, of XDocument and of XmlReader, on one thread, documents in memory, in
/// turns so that a busy machine slows all alike: `feeds [FOLDER]`. Without a folder, feeds of our own making; from a folder, those that
/// every contestant can read.
/// </summary>
internal static class FeedThroughput
{
    private const int Rounds = 12;

    /// <summary>Until then the runtime compiles what it runs a second time, better; a service that runs for years is past that.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(20);

    private static readonly FeedDocument Context = new(new Uri("https://outlet.example/feed"), null);

    private static readonly (string Name, Action<byte[]> Work)[] Contestants =
    [
        ("XmlReader", ReadThrough),
        ("XDocument", feed => XDocument.Load(new MemoryStream(feed))),
        ("CodeHollow", feed => FeedReader.ReadFromByteArray(feed)),
        ("Aggregator", feed => FeedParser.Parse(feed, Context)),
    ];

    public static int Run(string? folder)
    {
        var feeds = folder is null
            ? LargeFeeds.All
            : Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToDictionary(path => Path.GetFileName(path), File.ReadAllBytes);
        var readable = feeds.Where(feed => AllCanRead(feed.Value)).ToList();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{readable.Count} of {feeds.Count} feeds, {readable.Sum(feed => feed.Value.Length) / 1e6:0.0} MB; MB a second:"));
        Console.WriteLine(Row("", [.. Contestants.Select(contestant => contestant.Name)], "Aggregator : XDocument"));

        for (var start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < WarmUp;)
        {
            readable.ForEach(feed => Array.ForEach(Contestants, contestant => contestant.Work(feed.Value)));
        }

        var total = new double[Contestants.Length];
        foreach (var (name, feed) in readable)
        {
            var seconds = Measure(feed);
            for (var i = 0; i < total.Length; i++)
            {
                total[i] += seconds[i];
            }

            Console.WriteLine(Row(name, Speeds(feed.Length, seconds), Ratio(seconds)));
        }

        Console.WriteLine(Row("all", Speeds(readable.Sum(feed => (long)feed.Value.Length), total), Ratio(total)));
        return 0;
    }

    /// <summary>The best of several rounds for each contestant: noise only ever adds.</summary>
    private static double[] Measure(byte[] feed)
    {
        var best = Enumerable.Repeat(double.MaxValue, Contestants.Length).ToArray();
        var repeats = Math.Max(1, 2_000_000 / feed.Length);
        for (var round = 0; round < Rounds; round++)
        {
            for (var i = 0; i < Contestants.Length; i++)
            {
                var start = Stopwatch.GetTimestamp();
                for (var repeat = 0; repeat < repeats; repeat++)
                {
                    Contestants[i].Work(feed);
                }

                best[i] = Math.Min(best[i], Stopwatch.GetElapsedTime(start).TotalSeconds / repeats);
            }
        }

        return best;
    }

    private static bool AllCanRead(byte[] feed)
    {
        try
        {
            Array.ForEach(Contestants, contestant => contestant.Work(feed));
            return true;
        }
        catch (Exception)
        {
            return false; // a parser that throws cannot be timed
        }
    }

    private static void ReadThrough(byte[] feed)
    {
        using var reader = XmlReader.Create(new MemoryStream(feed));
        while (reader.Read())
        {
            _ = reader.NodeType is XmlNodeType.Text or XmlNodeType.CDATA ? reader.Value.Length : 0;
        }
    }

    private static string[] Speeds(long bytes, double[] seconds) => [.. seconds.Select(time => (bytes / 1e6 / time).ToString("0.0", CultureInfo.InvariantCulture))];

    private static string Ratio(double[] seconds) => (seconds[1] / seconds[3]).ToString("0.00", CultureInfo.InvariantCulture);

    private static string Row(string name, string[] cells, string last) => $"{name,-28}{string.Concat(cells.Select(cell => $"{cell,12}"))}{last,26}";
}
