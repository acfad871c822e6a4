using Aggregator.Model.Feeds;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Model.Text;
using Aggregator.Storage.LiteDb;

namespace Aggregator.Storage.Tests;

/// <summary>
/// Files that earlier versions of the program wrote (<see cref="OlderFiles"/>).
/// </summary>
public sealed class OlderFilesTests
{
    private static readonly FeedId Harbour = new("44d0a40e7248be18");

    /// <summary>After the last poll of the files of schema 2.</summary>
    private static readonly DateTimeOffset Evening = new(2026, 11, 29, 20, 0, 0, TimeSpan.Zero);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(OlderFiles.FirstOfSchema1)]
    [InlineData(OlderFiles.LastOfSchema1)]
    public async Task Open_FilesOfAnEarlierVersion_HoldWhatTheyHeldAndTakeMore(string version)
    {
        using var folder = OlderFiles.Copy(version);
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
        var query = Texts("keepers schools");
        Assert.Empty((await again.QueryAsync(query, Token)).Stories);
        query = query with { Text = new TextCondition.Phrase(SearchTerms.Asked(SearchWords.Of("keeper"), isPrefix: false), TitleOnly: true) };
        Assert.Equal("Lighthouse keepers go to school", Assert.Single((await again.QueryAsync(query, Token)).Stories).Title);
    }

    [Theory]
    [InlineData(OlderFiles.FirstOfSchema1)]
    [InlineData(OlderFiles.LastOfSchema1)]
    public async Task Retain_FilesOfAnEarlierVersion_AreBroughtIntoOrderFirst(string version)
    {
        using var folder = OlderFiles.Copy(version);
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

    [Fact]
    public async Task Open_FilesOfSchema2_ShowWhatTheVersionShowedThatWroteThem()
    {
        using var folder = OlderFiles.Copy(OlderFiles.LastOfSchema2);
        var told = await OlderFiles.ReadToldAsync(Token);
        await using (var store = await OpenAsync(folder.Path))
        using (var push = LiteDbPushStore.Open(folder.Path))
        {
            Assert.Equal(told, (await OlderFiles.ListAsync(store, Token)).Concat(StoreListing.Of(push)));
            Assert.Empty((await store.QueryAsync(new StoryQuery { Pinned = true }, Token)).Stories);
            Assert.Equal(0, await store.RetainAsync(Evening, Token));
        }

        await using var again = await OpenAsync(folder.Path);
        using var pushAgain = LiteDbPushStore.Open(folder.Path);
        Assert.Null((await again.MeasureKeptAsync(Token)).NotYetSorted);
        Assert.Equal(told, (await OlderFiles.ListAsync(again, Token)).Concat(StoreListing.Of(pushAgain)));
        await again.RebuildTextIndexAsync(null, Token);
        Assert.Equal(told.Where(line => line.StartsWith("text ", StringComparison.Ordinal)), (await OlderFiles.ListAsync(again, Token)).Where(line => line.StartsWith("text ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Retain_FilesOfSchema2_GoByGroupsAndPins()
    {
        using var folder = OlderFiles.Copy(OlderFiles.LastOfSchema2);
        await using (var store = await OpenAsync(folder.Path))
        {
            Assert.Equal(OlderFiles.Stories, (await store.MeasureKeptAsync(Token)).NotYetSorted);
            Assert.True(await store.PinAsync(await FindAsync(store, "Ferry line orders two electric ships"), true, Evening, Token));
            store.Keep(new StoryRetention
            {
                MaxAge = TimeSpan.FromDays(20),
                Feeds = new Dictionary<FeedId, KeepLimits> { [OlderFiles.Harbour] = new() { MaxStories = 5 } },
                Topics = new Dictionary<string, KeepLimits> { ["ai"] = new() { MaxAge = StoryRetention.ForEver }, ["chips-semiconductors"] = new() { MaxStories = 3 } },
            });

            Assert.Equal(9, await store.RetainAsync(Evening, Token));
        }

        await using var again = await OpenAsync(folder.Path);
        var left = (await again.QueryAsync(new StoryQuery { Feeds = [OlderFiles.Harbour], Limit = StoryQuery.MaxLimit }, Token)).Stories.Select(story => story.Title);
        Assert.Equal(
            [
                "Tugboat fleet tries a machine learning autopilot", "Harbour opens its night market again", "Norrbridge chip plant halts after an earth tremor",
                "Tide tables are wrong by nine minutes", "Council argues about the colour of the new bridge", "Harbour museum shows engines of a century",
                "Old customs house becomes a data centre", "Ferry line orders two electric ships", "Harbour tests a crane that plans its own upkeep",
            ],
            left);
        var kept = await again.MeasureKeptAsync(Token);
        Assert.Equal((3, 3, 5, 14), (In(KeepGroup.OfTopic("ai")), In(KeepGroup.OfTopic("chips-semiconductors")), In(KeepGroup.OfFeed(OlderFiles.Harbour)), In(KeepGroup.Rest)));
        Assert.Equal(1, kept.Of(KeepRank.Pinned).Stories);
        Assert.Equal("Ferry line orders two electric ships", Assert.Single((await again.QueryAsync(Texts("battery"), Token)).Stories).Title);
        Assert.Equal(26, (await again.CountAsync(Token)).Stories);

        long In(KeepGroup group) => kept.ByGroup[group].Stories;
    }

    /// <summary>A backup of an earlier version, put in place of a store of today.</summary>
    [Fact]
    public async Task Replace_ByFilesOfSchema2_ShowsThemAndKeepsThemInOrder()
    {
        using var folder = new TemporaryFolder();
        using var backup = OlderFiles.Copy(OlderFiles.LastOfSchema2);
        await using var store = await OpenAsync(folder.Path);
        store.Keep(new StoryRetention { EachFeed = new KeepLimits { MaxStories = 100 } });
        Assert.Equal(0, await store.RetainAsync(Evening, Token));

        await store.ReplaceAsync(backup.Path, "aside", Token);
        await store.RebuildTextIndexAsync(null, Token);

        Assert.Equal(await OlderFiles.ReadToldOfStoriesAsync(Token), await OlderFiles.ListAsync(store, Token));
        Assert.Equal(OlderFiles.Stories, (await store.MeasureKeptAsync(Token)).NotYetSorted);
        Assert.Equal(0, await store.RetainAsync(Evening, Token));
        Assert.Equal(OlderFiles.Stories, (await store.MeasureKeptAsync(Token)).ByGroup.Values.Sum(amount => amount.Stories));
    }

    private static async Task<StoryId> FindAsync(IStoryStore store, string title) =>
        (await store.QueryAsync(new StoryQuery { Limit = StoryQuery.MaxLimit }, Token)).Stories.Single(story => story.Title == title).Id;

    private static StoryQuery Texts(string words) => new() { Text = new TextCondition.Phrase(SearchTerms.Asked(SearchWords.Of(words), isPrefix: false), TitleOnly: false) };

    private static async Task<IStoryStore> OpenAsync(string folder) =>
        await LiteDbStoryStore.OpenAsync(new LiteDbStoryStoreOptions { Folder = folder }, TimeProvider.System, Token);
}
