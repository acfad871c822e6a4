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

    private static async Task<IStoryStore> OpenAsync(string folder) =>
        await LiteDbStoryStore.OpenAsync(new LiteDbStoryStoreOptions { Folder = folder }, TimeProvider.System, Token);
}
