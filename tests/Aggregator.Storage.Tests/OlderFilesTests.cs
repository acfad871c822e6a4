using Aggregator.Model.Feeds;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Model.Text;
using Aggregator.Storage.LiteDb;

namespace Aggregator.Storage.Tests;

/// <summary>
/// Files that earlier versions of the program wrote, one of the first and the last one before bodies were stored in their present form, each after one poll of
/// the same small feed with three articles.
/// </summary>
public sealed class OlderFilesTests
{
    private static readonly FeedId Harbour = new("44d0a40e7248be18");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("schema-1-first")]
    [InlineData("schema-1-last")]
    public async Task Open_FilesOfAnEarlierVersion_HoldWhatTheyHeldAndTakeMore(string version)
    {
        using var folder = new TemporaryFolder();
        foreach (var file in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Fixtures", version)))
        {
            File.Copy(file, Path.Combine(folder.Path, Path.GetFileName(file)));
        }

        await using (var store = await OpenAsync(folder.Path))
        {
            var stories = (await store.QueryAsync(new StoryQuery { Feeds = [Harbour], WithBody = true }, Token)).Stories;
            Assert.Equal(
                ["Lighthouse keepers learn machine learning", "Ferry line orders two electric ships", "Harbour tests a crane that plans its own upkeep"],
                stories.Select(story => story.Title));
            Assert.All(stories, story => Assert.Contains("pay for itself within six years", story.Body!.Text, StringComparison.Ordinal));
            Assert.All(stories, story => Assert.Contains("<p>", story.Body!.Html, StringComparison.Ordinal));
            Assert.Equal((3, Harbour), ((await store.CountAsync(Token)).Stories, (await store.FindFeedStateAsync(Harbour, Token))!.Id));
            var feed = (await store.FindFeedStateAsync(Harbour, Token))!;
            Assert.Equal((FeedFault.None, null), (feed.LastFault, feed.Days.Sum(DateTimeOffset.UnixEpoch))); // nothing was counted then
            Assert.Equal(3, (await store.FindFingerprintsAsync([.. stories.Select(story => story.Id)], Token)).Count);
            await store.SaveAsync(new StoryBatch([stories[0] with { Title = "Lighthouse keepers go to school", Fingerprint = "another", Updated = stories[0].Updated.AddHours(1) }], null), Token);
            Assert.Equal("Lighthouse keepers learn machine learning", Assert.Single(await store.ListVersionsAsync(stories[0].Id, Token)).Title);
            await store.RebuildTextIndexAsync(null, Token);
        }

        await using var again = await OpenAsync(folder.Path);
        var query = new StoryQuery { Text = new TextCondition.Phrase(SearchTerms.Asked(SearchWords.Of("keepers schools"), isPrefix: false), TitleOnly: false) };
        Assert.Empty((await again.QueryAsync(query, Token)).Stories);
        query = query with { Text = new TextCondition.Phrase(SearchTerms.Asked(SearchWords.Of("keeper"), isPrefix: false), TitleOnly: true) };
        Assert.Equal("Lighthouse keepers go to school", Assert.Single((await again.QueryAsync(query, Token)).Stories).Title);
    }

    [Theory]
    [InlineData("schema-1-first")]
    [InlineData("schema-1-last")]
    public async Task Retain_FilesOfAnEarlierVersion_AreBroughtIntoOrderFirst(string version)
    {
        using var folder = new TemporaryFolder();
        foreach (var file in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Fixtures", version)))
        {
            File.Copy(file, Path.Combine(folder.Path, Path.GetFileName(file)));
        }

        await using var store = await OpenAsync(folder.Path);
        var stories = (await store.QueryAsync(new StoryQuery(), Token)).Stories;
        Assert.Equal(3, (await store.MeasureKeptAsync(Token)).NotYetSorted);
        await store.PinAsync(stories[^1].Id, true, stories[0].FirstSeen, Token);
        store.Keep(new StoryRetention { EachFeed = new KeepLimits { MaxStories = 1 } });

        Assert.Equal(1, await store.RetainAsync(stories[0].FirstSeen, Token));

        var kept = await store.MeasureKeptAsync(Token);
        Assert.Equal((null, 1, 1), (kept.NotYetSorted, kept.Of(KeepRank.Pinned).Stories, kept.ByGroup[KeepGroup.OfFeed(Harbour)].Stories));
        Assert.All(await store.ListKeptAsync(new KeptQuery(), Token), story => Assert.InRange(story.Bytes, 800, 20_000));
        Assert.Contains(stories[^1].Id, (await store.QueryAsync(new StoryQuery(), Token)).Stories.Select(story => story.Id));
    }

    private static async Task<IStoryStore> OpenAsync(string folder) =>
        await LiteDbStoryStore.OpenAsync(new LiteDbStoryStoreOptions { Folder = folder }, TimeProvider.System, Token);
}
