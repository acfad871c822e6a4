using System.Diagnostics;
using System.Globalization;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Storage.LiteDb;

namespace Aggregator.Benchmarks;

/// <summary>
/// Kills a process in the middle of saving, again and again: `store-kill FOLDER TIMES PATH...`. Sixteen pollers save in a process of their own, which
/// tells each save that was announced as stored; it is killed (SIGKILL) at a random moment; the store is opened again, and must hold every story told of, and none
/// twice. A folder that holds stories already (`store COUNT PATH... --folder FOLDER`) is gone on with.
/// </summary>
internal static class StoreCrashes
{
    private const int Pollers = 16;
    private const int StoriesAPoll = 20;

    /// <summary>More numbers than are ever under way beyond the last announced one.</summary>
    private const int Ahead = Pollers * StoriesAPoll * 2;

    /// <summary>Numbers that no other story has, those of the benchmark's own begin at 0; and years later than any of those.</summary>
    private const int FirstNumber = 1_000_000_000, LastOfOthers = 900_000_000;

    public static async Task<int> RunAsync(string folder, int times, IReadOnlyList<string> paths)
    {
        var (random, stories) = (new Random(1), new StoreStories(paths, LastOfOthers));
        var (next, lost, twice, opened) = (FirstNumber, 0, 0, new List<double>());
        StoreCounts held;
        await using (var store = await OpenAsync(folder))
        {
            held = await store.CountAsync(CancellationToken.None);
            while ((await store.FindFingerprintsAsync([.. Enumerable.Range(next, Ahead * 2).Select(StoreStories.IdOf)], CancellationToken.None)).Count > 0)
            {
                next += Ahead; // an earlier run's
            }
        }

        var first = held.Stories;
        for (var time = 1; time <= times; time++)
        {
            var announced = await SaveAndKillAsync(folder, next, paths, TimeSpan.FromMilliseconds(random.Next(1000, 3000)));
            var clock = Stopwatch.StartNew();
            await using var store = await OpenAsync(folder);
            var after = await store.CountAsync(CancellationToken.None);
            opened.Add(clock.Elapsed.TotalMilliseconds);

            // What was under way when the process was killed may be there or not, but whole.
            var tried = announced.DefaultIfEmpty(next).Max() + Ahead;
            var ids = Enumerable.Range(next, tried - next).ToDictionary(StoreStories.IdOf);
            var found = await store.FindFingerprintsAsync(ids.Keys, CancellationToken.None);
            var missing = announced.SelectMany(start => Enumerable.Range(start, StoriesAPoll)).Count(number => !found.ContainsKey(StoreStories.IdOf(number)));
            var listed = await ListAsync(store, stories.Make(next).OrderedAt);
            lost += missing;
            twice += listed.Count - listed.Distinct().Count() + (int)Math.Abs(after.Stories - held.Stories - found.Count) + Math.Abs(listed.Count - found.Count);
            if (missing > 0 || time % 20 == 0 || time == times)
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{time} kills: {after.Stories - first:N0} stories stored, {lost} announced ones lost, {twice} twice or counted wrongly; opened in {opened.Order().ElementAt(opened.Count / 2):F0} ms, at most {opened.Max():F0} ms"));
            }

            (held, next) = (after, tried);
        }

        return lost + twice == 0 ? 0 : 1;
    }

    /// <summary>The process that is killed: `store-saver FOLDER FIRST PATH...`.</summary>
    public static async Task<int> SaveAsync(string folder, int first, IReadOnlyList<string> paths)
    {
        var stories = new StoreStories(paths, LastOfOthers);
        await using var store = await OpenAsync(folder);
        Console.WriteLine("open");
        var next = first;
        await Task.WhenAll(Enumerable.Range(0, Pollers).Select(_ => Task.Run(async () =>
        {
            while (true)
            {
                var start = Interlocked.Add(ref next, StoriesAPoll) - StoriesAPoll;
                await store.SaveAsync(new StoryBatch([.. Enumerable.Range(start, StoriesAPoll).Select(stories.Make)], null), CancellationToken.None);
                Console.WriteLine(start.ToString(CultureInfo.InvariantCulture));
            }
        })));
        return 0;
    }

    private static async Task<List<int>> SaveAndKillAsync(string folder, int first, IReadOnlyList<string> paths, TimeSpan after)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        foreach (var argument in new[] { typeof(StoreCrashes).Assembly.Location, "store-saver", folder, first.ToString(CultureInfo.InvariantCulture) }.Concat(paths))
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var announced = new List<int>();
        while (await process.StandardOutput.ReadLineAsync() is not ("open" or null))
        {
            // Until it is open.
        }

        var killing = Task.Run(async () =>
        {
            await Task.Delay(after);
            process.Kill();
        });
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                announced.Add(number);
            }
        }

        await killing;
        await process.WaitForExitAsync();
        return announced;
    }

    private static async Task<List<StoryId>> ListAsync(IStoryStore store, DateTimeOffset since)
    {
        var (ids, query) = (new List<StoryId>(), new StoryQuery { Since = since, Limit = StoryQuery.MaxLimit });
        while (true)
        {
            var page = await store.QueryAsync(query, CancellationToken.None);
            ids.AddRange(page.Stories.Select(story => story.Id));
            if (page.Next is null)
            {
                return ids;
            }

            query = query with { After = page.Next };
        }
    }

    private static async Task<IStoryStore> OpenAsync(string folder) =>
        await LiteDbStoryStore.OpenAsync(new LiteDbStoryStoreOptions { Folder = folder }, TimeProvider.System, CancellationToken.None);
}
