using System.Globalization;
using Aggregator.Model.Storage;
using Aggregator.Storage.LiteDb;

namespace Aggregator.Benchmarks;

/// <summary>
/// Watches the files of a store that is to keep within a size while more and more comes: `store-size MEGABYTES COUNT PATH...`. Tells the largest size of
/// all files together that was seen, looked at a hundred times a second, and how many stories are kept.
/// </summary>
internal static class StoreSize
{
    private const int StoriesAPoll = 20;
    private const int Told = 10;

    public static async Task<int> RunAsync(int megabytes, int count, IReadOnlyList<string> paths)
    {
        var folder = Directory.CreateTempSubdirectory("aggregator-size").FullName;
        var stories = new StoreStories(paths, count);
        var options = new LiteDbStoryStoreOptions { Folder = folder, Retention = new StoryRetention { MaxBytes = (long)megabytes << 20 } };
        using var ending = new CancellationTokenSource();
        try
        {
            await using var store = await LiteDbStoryStore.OpenAsync(options, TimeProvider.System, CancellationToken.None);
            var most = 0L;
            var watching = Task.Run(async () =>
            {
                while (!ending.IsCancellationRequested)
                {
                    most = Math.Max(most, Sizes(folder).Sum(file => file.Bytes));
                    await Task.Delay(10);
                }
            });
            for (var first = 0; first < count; first += StoriesAPoll)
            {
                await store.SaveAsync(new StoryBatch([.. Enumerable.Range(first, StoriesAPoll).Select(stories.Make)], null), CancellationToken.None);
                if ((first + StoriesAPoll) % (count / Told) < StoriesAPoll)
                {
                    var kept = (await store.CountAsync(CancellationToken.None)).Stories;
                    var files = string.Join(", ", Sizes(folder).Where(file => file.Bytes > 100_000).Select(file => $"{file.Name} {(file.Bytes / 1048576.0).ToString("F1", CultureInfo.InvariantCulture)}"));
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{first + StoriesAPoll:N0} stored, {kept:N0} kept, {most / 1048576.0:F1} MB at most so far of {megabytes} ({files})"));
                }
            }

            await ending.CancelAsync();
            await watching;
            return most <= options.Retention.MaxBytes ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static IEnumerable<(string Name, long Bytes)> Sizes(string folder) =>
        new DirectoryInfo(folder).EnumerateFiles().Select(file => (file.Name, file.Exists ? file.Length : 0));
}
