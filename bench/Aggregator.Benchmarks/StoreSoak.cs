using System.Diagnostics;
using System.Globalization;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Model.Text;
using Aggregator.Storage.LiteDb;

namespace Aggregator.Benchmarks;

/// <summary>
/// Watches the memory of a process that saves and answers for long: `store-soak FOLDER MINUTES PATH...`. Two hundred stories a second are saved in the store in the
/// folder (made by `store COUNT PATH... --folder FOLDER`), and two readers ask one question after the other.
/// </summary>
internal static class StoreSoak
{
    private const int StoriesASave = 20;

    private static readonly TimeSpan SaveEvery = TimeSpan.FromMilliseconds(100);

    public static async Task<int> RunAsync(string folder, double minutes, IReadOnlyList<string> paths)
    {
        await using var store = await LiteDbStoryStore.OpenAsync(new LiteDbStoryStoreOptions { Folder = folder }, TimeProvider.System, CancellationToken.None);
        using var ending = new CancellationTokenSource(TimeSpan.FromMinutes(minutes));
        var first = (int)(await store.CountAsync(CancellationToken.None)).Stories + 10_000_000;
        var stories = new StoreStories(paths, first);
        var (saved, asked, clock) = (0, 0, Stopwatch.StartNew());
        var readers = Enumerable.Range(0, 2).Select(seed => AskAsync(store, new Random(seed), () => Interlocked.Increment(ref asked), ending.Token)).ToList();
        using var beat = new PeriodicTimer(SaveEvery);
        var told = TimeSpan.Zero;
        try
        {
            while (await beat.WaitForNextTickAsync(ending.Token))
            {
                await store.SaveAsync(new StoryBatch([.. Enumerable.Range(first + saved, StoriesASave).Select(stories.Make)], null), CancellationToken.None);
                saved += StoriesASave;
                if (clock.Elapsed - told >= TimeSpan.FromMinutes(1))
                {
                    told = clock.Elapsed;
                    Say($"{clock.Elapsed.TotalMinutes:F0} min: {saved:N0} stories saved, {asked:N0} questions answered; memory {Process.GetCurrentProcess().WorkingSet64 / 1e6:F0} MB, managed {GC.GetTotalMemory(false) / 1e6:F0} MB");
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The time is over.
        }

        await Task.WhenAll(readers);
        return 0;
    }

    private static async Task AskAsync(LiteDbStoryStore store, Random random, Action done, CancellationToken end)
    {
        await Task.Yield();
        string[] words = ["people", "company", "data", "quibbleforth", "security", "the company"];
        while (!end.IsCancellationRequested)
        {
            var topic = StoreStories.Topic(random.Next(10));
            var phrase = new TextCondition.Phrase(SearchTerms.Asked(SearchWords.Of(words[random.Next(words.Length)]), isPrefix: false), TitleOnly: false);
            await store.QueryAsync(
                random.Next(5) switch
                {
                    0 => new StoryQuery(),
                    1 => new StoryQuery { Topics = [topic], WithBody = true },
                    2 => new StoryQuery { Topics = [topic], Feeds = [StoreStories.Feed(random.Next(20))] },
                    3 => new StoryQuery { Text = phrase, Topics = [topic] },
                    _ => new StoryQuery { Text = phrase, ByRelevance = true },
                },
                CancellationToken.None);
            done();

            // As many questions as people and programs ask, not as many as there can be.
            await Task.Delay(20, CancellationToken.None);
        }
    }

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
