using System.Diagnostics;
using System.Globalization;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Model.Text;
using Aggregator.Storage.LiteDb;
using Aggregator.Storage.PostgreSql;

namespace Aggregator.Benchmarks;

/// <summary>
/// The stores with more and more stories: `store COUNT PATH... [--folder FOLDER] [--postgres CONNECTION]`, where each PATH is a file of JSON lines with
/// "title" and "body", from whose sentences the stories are made. Sixteen pollers save twenty stories at a time; then questions are asked alone, and
/// while 200 stories are saved a second. LiteDB's files go to a temporary folder and are deleted, unless a folder is named: then they stay, and a
/// folder that holds the stories already is asked at once. With a connection, the same is done on PostgreSQL, in the schema aggregator_bench.
/// </summary>
internal static class StoreThroughput
{
    private const int Pollers = 16;
    private const int StoriesAPoll = 20;
    private const int SavedASecond = 200;
    private const int Asked = 200;

    private static readonly int[] Sizes = [10_000, 100_000, 1_000_000];

    public static async Task<int> RunAsync(int count, IReadOnlyList<string> arguments)
    {
        var (paths, folder, server) = (new List<string>(), (string?)null, (string?)null);
        for (var at = 0; at < arguments.Count; at++)
        {
            switch (arguments[at])
            {
                case "--folder":
                    folder = arguments[++at];
                    break;
                case "--postgres":
                    server = arguments[++at];
                    break;
                default:
                    paths.Add(arguments[at]);
                    break;
            }
        }

        if (server is not null)
        {
            var options = new PostgreSqlStoryStoreOptions { ConnectionString = server, Schema = "aggregator_bench" };
            await RunAsync(
                "PostgreSQL",
                async () => await PostgreSqlStoryStore.OpenAsync(options, TimeProvider.System, CancellationToken.None),
                count,
                new StoreStories(paths, count),
                async store => new Dictionary<string, long> { ["all tables"] = (await store.CountAsync(CancellationToken.None)).Bytes });
        }

        var own = folder is null ? Directory.CreateTempSubdirectory("aggregator-bench").FullName : Directory.CreateDirectory(folder).FullName;
        try
        {
            await RunAsync(
                "LiteDB",
                () => OpenAsync(own),
                count,
                new StoreStories(paths, count),
                _ => Task.FromResult(Directory.EnumerateFiles(own).ToDictionary(file => Path.GetFileName(file), file => new FileInfo(file).Length)));
        }
        finally
        {
            if (folder is null)
            {
                Directory.Delete(own, recursive: true);
            }
        }

        return 0;
    }

    private static async Task<IStoryStore> OpenAsync(string folder) =>
        await LiteDbStoryStore.OpenAsync(new LiteDbStoryStoreOptions { Folder = folder }, TimeProvider.System, CancellationToken.None);

    private static async Task RunAsync(string name, Func<Task<IStoryStore>> open, int count, StoreStories stories, Func<IStoryStore, Task<Dictionary<string, long>>> measure)
    {
        var store = await open();
        var next = (int)(await store.CountAsync(CancellationToken.None)).Stories;
        Say($"{name}, {next:N0} stories are there; a story has {stories.BytesAStory:F0} bytes of title and text");
        foreach (var size in Sizes.Append(count).Where(size => size <= count && size + (size / 10) >= next).Distinct().Order())
        {
            if (next < size)
            {
                var (from, cpu, clock) = (next, Cpu(), Stopwatch.StartNew());
                var made = await FillAsync(store, stories, size, from);
                next = size;
                Say($"{name}, {size:N0} stories: saved {(next - from) / clock.Elapsed.TotalSeconds:F0} a second, {(next - from) / (Cpu() - cpu).TotalSeconds:F0} a CPU second (of which making them took {made:P0})");
            }

            await AskAllAsync(store, stories, size, saving: false, next);
            next = await AskAllAsync(store, stories, size, saving: true, next);
            var process = Process.GetCurrentProcess();
            var files = await measure(store);
            var raw = stories.BytesAStory * next;
            Say($"  on disk {(double)files.Values.Sum() / raw:F2} of the raw bytes ({string.Join(", ", files.Where(file => file.Value > 1_000_000).Select(file => $"{file.Key} {(double)file.Value / raw:F2}"))}); memory {process.WorkingSet64 / 1e6:F0} MB, managed {GC.GetTotalMemory(false) / 1e6:F0} MB");
        }

        var closing = Stopwatch.StartNew();
        await store.DisposeAsync();
        Say($"  closed in {closing.Elapsed.TotalSeconds:F1} s");
        var opening = Stopwatch.StartNew();
        await using var again = await open();
        Say($"  opened in {opening.Elapsed.TotalSeconds:F2} s with {(await again.CountAsync(CancellationToken.None)).Stories:N0} stories");
    }

    private static async Task<double> FillAsync(IStoryStore store, StoreStories stories, int size, int from)
    {
        var next = from;
        var making = 0L;
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Pollers).Select(_ => Task.Run(async () =>
        {
            for (int first; (first = Interlocked.Add(ref next, StoriesAPoll) - StoriesAPoll) < size;)
            {
                var started = Stopwatch.GetTimestamp();
                var batch = new StoryBatch([.. Enumerable.Range(first, Math.Min(StoriesAPoll, size - first)).Select(stories.Make)], null);
                Interlocked.Add(ref making, Stopwatch.GetTimestamp() - started);
                await store.SaveAsync(batch, CancellationToken.None);
            }
        })));
        return making / (double)Stopwatch.Frequency / (clock.Elapsed.TotalSeconds * Environment.ProcessorCount);
    }

    private static async Task<int> AskAllAsync(IStoryStore store, StoreStories stories, int size, bool saving, int next)
    {
        using var ending = new CancellationTokenSource();
        var saver = saving ? SaveSteadilyAsync(store, stories, next, ending.Token) : Task.FromResult(next);
        var newest = StoreStories.IdOf(size - 1);
        var now = (await store.FindStoryAsync(newest, CancellationToken.None))!.OrderedAt;
        var deep = await DeepCursorAsync(store, size);
        var month = new StoryQuery { Since = now.AddDays(-30) };
        var questions = new (string Name, Func<int, StoryQuery>? Query, Func<int, Task>? Ask)[]
        {
            ("newest 50", _ => new StoryQuery(), null),
            ("of a topic", at => new StoryQuery { Topics = [StoreStories.Topic(at % 10)] }, null),
            ("of two topics", at => new StoryQuery { Topics = [StoreStories.Topic(at % 5), StoreStories.Topic(5 + (at % 5))] }, null),
            ("topic, source, month", at => month with { Topics = [StoreStories.Topic(at % 5)], Feeds = [StoreStories.Feed(at % 20)] }, null),
            ("at page 1,000 by cursor", _ => new StoryQuery { After = deep }, null),
            ("a rare word and a topic, ranked", _ => Words(StoreStories.RareWord) with { Topics = [StoreStories.Topic(0)], ByRelevance = true }, null),
            ("a common word and a topic, newest", at => Words(at % 2 == 0 ? "people" : "company") with { Topics = [StoreStories.Topic(at % 5)] }, null),
            ("a common word, ranked", at => Words(at % 2 == 0 ? "people" : "company") with { ByRelevance = true }, null),
            ("a phrase, newest", at => Words("the company") with { }, null),
            ("facets of a month", null, _ => store.CountFacetsAsync(month, CancellationToken.None)),
        };
        foreach (var (name, query, ask) in questions)
        {
            var times = new List<double>();
            var found = 0;
            var budget = Stopwatch.StartNew();
            for (var at = 0; at < Asked && budget.Elapsed < TimeSpan.FromSeconds(10); at++)
            {
                var started = Stopwatch.GetTimestamp();
                if (query is not null)
                {
                    found += (await store.QueryAsync(query(at), CancellationToken.None)).Stories.Count;
                }
                else
                {
                    await ask!(at);
                }

                times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                if (saving)
                {
                    // Readers do not stand in line: what is measured is a question among saves.
                    await Task.Delay(5);
                }
            }

            times.Sort();
            Say($"  {(saving ? "while saving, " : "")}{name}: p50 {times[times.Count / 2]:F1} ms, p99 {times[(int)(times.Count * 0.99)]:F1} ms ({times.Count} asked, {found / times.Count} found)");
        }

        await ending.CancelAsync();
        return await saver;
    }

    private static StoryQuery Words(string text) =>
        new() { Text = new TextCondition.Phrase(SearchTerms.Asked(SearchWords.Of(text), isPrefix: false), TitleOnly: false) };

    private static async Task<StoryCursor> DeepCursorAsync(IStoryStore store, int size)
    {
        var query = new StoryQuery { Limit = StoryQuery.MaxLimit };
        StoryPage page;
        var passed = 0;
        do
        {
            page = await store.QueryAsync(query, CancellationToken.None);
            query = query with { After = page.Next };
            passed += page.Stories.Count;
        }
        while (page.Next is not null && passed < Math.Min(50_000, size / 2));
        return query.After!;
    }

    private static async Task<int> SaveSteadilyAsync(IStoryStore store, StoreStories stories, int next, CancellationToken end)
    {
        using var beat = new PeriodicTimer(TimeSpan.FromSeconds((double)StoriesAPoll / SavedASecond));
        try
        {
            while (await beat.WaitForNextTickAsync(end))
            {
                await store.SaveAsync(new StoryBatch([.. Enumerable.Range(next, StoriesAPoll).Select(stories.Make)], null), CancellationToken.None);
                next += StoriesAPoll;
            }
        }
        catch (OperationCanceledException)
        {
            // The questions are through.
        }

        return next;
    }

    private static TimeSpan Cpu() => Process.GetCurrentProcess().TotalProcessorTime;

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
