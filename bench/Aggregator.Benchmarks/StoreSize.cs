using System.Diagnostics;
using System.Globalization;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Storage.LiteDb;

namespace Aggregator.Benchmarks;

/// <summary>
/// Watches the files of a store that is to keep within a size while more and more comes: `store-size MEGABYTES COUNT PATH...`. Tells the largest size of
/// all files together that was seen, looked at a hundred times a second, how many stories are kept, and the longest that a save took. Every second story has no topic, some
/// are pinned at the beginning, one topic and each feed have limits, and retention runs every second beside the saves: whether these held is told, too.
/// </summary>
internal static class StoreSize
{
    private const int StoriesAPoll = 20;
    private const int Told = 10;
    private const int Pinned = 50;
    private const int MostOfATopic = 200;
    private const int MostOfAFeed = 100;

    public static async Task<int> RunAsync(int megabytes, int count, IReadOnlyList<string> paths)
    {
        var folder = Directory.CreateTempSubdirectory("aggregator-size").FullName;
        var stories = new StoreStories(paths, count);
        var retention = new StoryRetention
        {
            MaxBytes = (long)megabytes << 20,
            Topics = new Dictionary<string, KeepLimits> { [StoreStories.Topic(0)] = new() { MaxStories = MostOfATopic } },
            EachFeed = new KeepLimits { MaxStories = MostOfAFeed },
        };
        using var ending = new CancellationTokenSource();
        try
        {
            await using var store = await LiteDbStoryStore.OpenAsync(new LiteDbStoryStoreOptions { Folder = folder, Retention = retention }, TimeProvider.System, CancellationToken.None);
            var most = 0L;
            var watching = Task.Run(async () =>
            {
                while (!ending.IsCancellationRequested)
                {
                    most = Math.Max(most, Sizes(folder).Sum(file => file.Bytes));
                    await Task.Delay(10);
                }
            });
            var retaining = Task.Run(async () =>
            {
                var dropped = 0L;
                while (!ending.IsCancellationRequested)
                {
                    dropped += await store.RetainAsync(TimeProvider.System.GetUtcNow(), CancellationToken.None);
                    await Task.Delay(1000);
                }

                return dropped;
            });
            var times = new List<double>(count / StoriesAPoll);
            for (var first = 0; first < count; first += StoriesAPoll)
            {
                var batch = new StoryBatch([.. Enumerable.Range(first, StoriesAPoll).Select(number => Make(stories, number))], null);
                var began = Stopwatch.GetTimestamp();
                await store.SaveAsync(batch, CancellationToken.None);
                times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
                foreach (var story in first < Pinned ? batch.Stories : [])
                {
                    await store.PinAsync(story.Id, true, story.Updated, CancellationToken.None);
                }

                if ((first + StoriesAPoll) % (count / Told) < StoriesAPoll)
                {
                    var kept = await store.MeasureKeptAsync(CancellationToken.None);
                    var files = string.Join(", ", Sizes(folder).Where(file => file.Bytes > 100_000).Select(file => $"{file.Name} {(file.Bytes / 1048576.0).ToString("F1", CultureInfo.InvariantCulture)}"));
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{first + StoriesAPoll:N0} stored, {kept.Of(KeepRank.Untagged).Stories:N0} untagged, {kept.Of(KeepRank.Tagged).Stories:N0} tagged and {kept.Of(KeepRank.Pinned).Stories:N0} pinned kept, {most / 1048576.0:F1} MB at most so far of {megabytes} ({files})"));
                }
            }

            await ending.CancelAsync();
            await watching;
            var byLimits = await retaining + await store.RetainAsync(TimeProvider.System.GetUtcNow(), CancellationToken.None);
            var groups = (await store.MeasureKeptAsync(CancellationToken.None)).ByGroup;
            times.Sort();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"a save of {StoriesAPoll} stories took {times[times.Count / 2]:F0} ms in the middle, {times[(int)(times.Count * 0.99)]:F0} ms in 99 of 100, {times[^1]:F0} ms at most; {byLimits:N0} stories were dropped for limits of feeds and the topic"));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"the topic holds {groups.GetValueOrDefault(KeepGroup.OfTopic(StoreStories.Topic(0))).Stories} of {MostOfATopic}, the fullest feed {groups.Where(group => group.Key.Feed is not null).Max(group => group.Value.Stories)} of {MostOfAFeed}"));
            return most <= retention.MaxBytes ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Story Make(StoreStories stories, int number) => stories.Make(number) is var story && number % 2 == 0 ? story with { Topics = [] } : story;

    private static IEnumerable<(string Name, long Bytes)> Sizes(string folder) =>
        new DirectoryInfo(folder).EnumerateFiles().Select(file => (file.Name, file.Exists ? file.Length : 0));
}
