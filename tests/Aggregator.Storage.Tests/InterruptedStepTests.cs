using Aggregator.Model.Storage;
using Aggregator.Storage.LiteDb;

namespace Aggregator.Storage.Tests;

/// <summary>
/// A process that ends while files of schema 2 are brought to the present one: while they are opened, between two commits that sort their stories into the order in which they go, or in the
/// middle of one. What it leaves opens again, shows all that was there, and comes to the same end.
/// </summary>
public sealed class InterruptedStepTests
{
    private const int PageBytes = 8192;

    private static readonly DateTimeOffset Evening = new(2026, 11, 29, 20, 0, 0, TimeSpan.Zero);

    /// <summary>Every story is of a group, and none goes.</summary>
    private static readonly StoryRetention Roomy = new()
    {
        EachFeed = new KeepLimits { MaxStories = 100 },
        Topics = new Dictionary<string, KeepLimits> { ["chips-semiconductors"] = new() { MaxAge = StoryRetention.ForEver } },
    };

    /// <summary>Likewise, and some go. With the least size, a commit sorts eight stories and drops eight.</summary>
    private static readonly StoryRetention Tight = Roomy with { MaxAge = TimeSpan.FromDays(20), EachFeed = new KeepLimits { MaxStories = 3 }, MaxBytes = LiteDbStoryStoreOptions.LeastBytes };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Retain_EndsBetweenTwoCommits_GoesOnWhereItWas()
    {
        using var folder = OlderFiles.Copy(OlderFiles.LastOfSchema2);
        using var moments = new Moments(folder.Path);
        var told = await OlderFiles.ReadToldOfStoriesAsync(Token);
        var end = await RetainAsync(folder.Path, Tight, moments);

        var sorted = new List<long>();
        foreach (var left in moments.All)
        {
            await using (var store = await OpenAsync(left.Path, Tight))
            {
                var kept = await MeasureWholeAsync(store);
                if (kept.NotYetSorted is not null)
                {
                    sorted.Add(kept.ByRank.Values.Sum(amount => amount.Stories));
                    Assert.Equal(told, await OlderFiles.ListAsync(store, Token));
                }

                Assert.InRange((await store.CountAsync(Token)).Stories, 15, OlderFiles.Stories);
            }

            Assert.Equal(end, await RetainAsync(left.Path, Tight));
        }

        Assert.Equal([0, 8, 16, 24, 32], sorted);
        Assert.True(moments.All.Count > sorted.Count + 2);
    }

    /// <summary>A log that ends at any of the pages that opening and sorting wrote, or within one.</summary>
    [Fact]
    public async Task OpenAndRetain_EndWithinACommit_GoOnAsIfItHadNotBegun()
    {
        using var folder = OlderFiles.Copy(OlderFiles.LastOfSchema2);
        using var moments = new Moments(folder.Path);
        var told = await OlderFiles.ReadToldOfStoriesAsync(Token);
        var log = new FileInfo(Path.Combine(folder.Path, "stories-log.db"));
        var before = log.Length;
        var end = await RetainAsync(folder.Path, Roomy, moments);
        var written = await File.ReadAllBytesAsync(Path.Combine(moments.All[^1].Path, log.Name), Token);

        var sorted = new HashSet<long>();
        for (var length = before; length <= written.Length; length += PageBytes)
        {
            using var left = OlderFiles.Copy(OlderFiles.LastOfSchema2);
            await File.WriteAllBytesAsync(Path.Combine(left.Path, log.Name), written[..(int)Math.Min(length + (PageBytes / 3), written.Length)], Token);
            await using (var store = await OpenAsync(left.Path, Roomy))
            {
                sorted.Add((await MeasureWholeAsync(store)).ByRank.Values.Sum(amount => amount.Stories));
                Assert.Equal(told, await OlderFiles.ListAsync(store, Token));
            }

            Assert.Equal(end, await RetainAsync(left.Path, Roomy));
        }

        Assert.Equal([0, OlderFiles.Stories], sorted);
    }

    /// <summary>Has a store drop what is not to be kept.</summary>
    /// <returns>What is there then: the stories in the order in which they go, and how much there is by rank and group.</returns>
    private static async Task<string> RetainAsync(string folder, StoryRetention limits, TimeProvider? clock = null)
    {
        await using var store = await OpenAsync(folder, limits, clock);
        await store.RetainAsync(Evening, Token);
        var kept = await MeasureWholeAsync(store);
        Assert.Null(kept.NotYetSorted);
        Assert.Equal((await store.CountAsync(Token)).Stories, kept.ByRank.Values.Sum(amount => amount.Stories));
        return string.Join('\n', (await ListKeptAsync(store, new KeptQuery())).Select(story => $"{story.Rank} {story.Story.Id} {story.Bytes}")
            .Concat(kept.ByRank.Select(amount => $"{amount.Key} {amount.Value}"))
            .Concat(kept.ByGroup.OrderBy(amount => amount.Key.Name, StringComparer.Ordinal).Select(amount => $"{amount.Key} {amount.Value}")));
    }

    /// <summary>How much is kept; what the lists hold is that and no more, and each story once.</summary>
    private static async Task<KeptAmounts> MeasureWholeAsync(IStoryStore store)
    {
        var kept = await store.MeasureKeptAsync(Token);
        foreach (var (rank, amount) in kept.ByRank)
        {
            AssertHolds(amount, await ListKeptAsync(store, new KeptQuery { Rank = rank }));
        }

        foreach (var (group, amount) in kept.ByGroup)
        {
            AssertHolds(amount, await ListKeptAsync(store, new KeptQuery { Group = group }));
        }

        return kept;
    }

    private static void AssertHolds(KeptAmount amount, IReadOnlyList<KeptStory> stories)
    {
        Assert.Equal(amount, new KeptAmount(stories.Count, stories.Sum(story => story.Bytes)));
        Assert.Equal(stories.Count, stories.Select(story => story.Story.Id).Distinct().Count());
    }

    private static Task<IReadOnlyList<KeptStory>> ListKeptAsync(IStoryStore store, KeptQuery query) => store.ListKeptAsync(query with { Limit = 100 }, Token);

    private static async Task<IStoryStore> OpenAsync(string folder, StoryRetention limits, TimeProvider? clock = null) => await LiteDbStoryStore.OpenAsync(
        new LiteDbStoryStoreOptions { Folder = folder, Retention = limits, StoriesPerCommit = 1 }, clock ?? TimeProvider.System, Token);

    /// <summary>
    /// Takes a copy of a store's files after it was opened and after each commit, which is when the writer looks at its clock: what a process leaves that ends then. The index of texts is
    /// as it was at first, for its own thread is at work on it.
    /// </summary>
    private sealed class Moments(string folder) : TimeProvider, IDisposable
    {
        public List<TemporaryFolder> All { get; } = [];

        public override long GetTimestamp()
        {
            var copy = OlderFiles.Copy(OlderFiles.LastOfSchema2);
            All.Add(copy);
            foreach (var name in StoreFiles.All)
            {
                File.Copy(Path.Combine(folder, name), Path.Combine(copy.Path, name), overwrite: true);
            }

            return base.GetTimestamp();
        }

        public void Dispose() => All.ForEach(copy => copy.Dispose());
    }
}
