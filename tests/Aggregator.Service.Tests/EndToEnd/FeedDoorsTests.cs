using System.Net;
using System.Text.Json.Nodes;
using Aggregator.Service.Hosting;
using Aggregator.Service.Tests.World;
using Microsoft.Extensions.DependencyInjection;

namespace Aggregator.Service.Tests.EndToEnd;

/// <summary>How feeds come into the list and out of it, and how closed ones are opened.</summary>
public sealed class FeedDoorsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task FeedsDiscoverAndAdd_SitesAddress_FindTheFeedAndSayWhichElseThereIs()
    {
        await using var world = await NewsWorld.StartAsync();
        using var folder = new TestFolder();
        await File.WriteAllTextAsync(folder.Feeds, "{\n  \"feeds\": [\n  ]\n}\n", Token);

        var (discoverExit, discovered) = await AggregatorProcess.RunAsync(folder, "feeds", "discover", $"{world.Address}site/", "--json");
        var (addExit, added) = await AggregatorProcess.RunAsync(folder, "feeds", "add", $"{world.Address}site/", "--category", "general");
        var (exactExit, exact) = await AggregatorProcess.RunAsync(folder, "feeds", "add", "--exact", $"{world.Address}site/");

        Assert.True(discoverExit == 0, discovered);
        var answer = JsonNode.Parse(discovered)!;
        Assert.Equal($"{world.Address}wire/feed.rss", (string)answer["feeds"]![0]!["url"]!);
        Assert.Equal("linkElement", (string)answer["feeds"]![0]!["foundBy"]!);
        Assert.Equal(6, (int)answer["feeds"]![0]!["entries"]!);
        Assert.Equal($"{world.Address}lab/feed.json", (string)answer["notRead"]![0]!["url"]!);
        Assert.True(addExit == 0, added);
        Assert.Contains($"Added {world.Address}wire/feed.rss", added, StringComparison.Ordinal);
        Assert.Contains($"not read: {world.Address}lab/feed.json", added, StringComparison.Ordinal);
        Assert.Contains($$"""{ "url": "{{world.Address}}wire/feed.rss", "title": "The Wire", "category": "general", "site": "{{world.Address}}wire/" }""", await File.ReadAllTextAsync(folder.Feeds, Token), StringComparison.Ordinal);
        Assert.True(exactExit == 3, exact);
    }

    [Fact]
    public async Task FeedsImportAndExport_KeepTheListsLayoutAndLoseNothing()
    {
        using var folder = new TestFolder();
        await File.WriteAllTextAsync(folder.Feeds, "{\n  // mine\n  \"feeds\": [\n    { \"url\": \"http://127.0.0.1/known\" } // the first\n  ]\n}\n", Token);
        var opml = Path.Combine(folder.Path, "in.opml");
        await File.WriteAllTextAsync(
            opml,
            """
            <opml version="2.0"><body>
            <outline text="News"><outline text="Tech & science">
            <outline text="A" xmlUrl="http://127.0.0.1/a" htmlUrl="http://127.0.0.1/" language="en"/>
            <outline text="Known" xmlUrl="https://127.0.0.1/known"/>
            <outline text="Private" xmlUrl="http://10.0.0.1/feed"/>
            <outline text="Secret" xmlUrl="http://me:hidden-word@127.0.0.1/feed"/>
            </outline></outline></body></opml>
            """,
            Token);

        var (dryExit, dry) = await AggregatorProcess.RunAsync(folder, "feeds", "import", opml, "--dry-run");
        var before = await File.ReadAllTextAsync(folder.Feeds, Token);
        var (importExit, imported) = await AggregatorProcess.RunAsync(folder, "feeds", "import", opml);
        var after = await File.ReadAllTextAsync(folder.Feeds, Token);
        var (exportExit, exported) = await AggregatorProcess.RunAsync(folder, "feeds", "export");
        var (againExit, again) = await AggregatorProcess.RunAsync(folder, "feeds", "import", opml);

        Assert.True(dryExit == 3, dry);
        Assert.DoesNotContain("\"http://127.0.0.1/a\"", before, StringComparison.Ordinal);
        Assert.True(importExit == 3, imported);
        Assert.Contains("1 new, 1 already there, 2 refused.", imported, StringComparison.Ordinal);
        Assert.Contains("in.opml:5: Private: 10.0.0.1 is not on the public internet", imported, StringComparison.Ordinal);
        Assert.Contains("in.opml:6: Secret: has user and password", imported, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden-word", imported, StringComparison.Ordinal);
        Assert.Contains("// mine", after, StringComparison.Ordinal);
        Assert.Contains("""{ "url": "http://127.0.0.1/a", "title": "A", "category": "News / Tech & science", "site": "http://127.0.0.1/", "language": "en" }""", after, StringComparison.Ordinal);
        Assert.True(exportExit == 0, exported);
        Assert.Contains("<outline text=\"Tech &amp; science\"", exported, StringComparison.Ordinal);
        Assert.True(againExit == 3, again);
        Assert.Contains("0 new, 2 already there", again, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Discover_OverTheApi_NeedsTheKey()
    {
        await using var world = await NewsWorld.StartAsync();
        using var folder = new TestFolder();
        await using var service = await RunningService.StartAsync(folder, """{"feeds":[]}""");
        var question = new Uri($"/api/discover?address={Uri.EscapeDataString($"{world.Address}site/")}", UriKind.Relative);

        using var refused = await service.Client.GetAsync(question, Token);
        var asked = world.Requests.Count;
        service.Client.DefaultRequestHeaders.Add(ServiceKey.Header, service.Services.GetRequiredService<ServiceKey>().Value);
        var answer = await service.GetJsonAsync(question.OriginalString);
        using var wrong = await service.Client.GetAsync(new Uri("/api/discover?address=file:///etc/passwd", UriKind.Relative), Token);

        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal(0, asked);
        Assert.Equal("The Wire", (string)answer["feeds"]![0]!["title"]!);
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
    }

    [Fact]
    public async Task Service_FeedBehindASecret_IsReadAndTheSecretShownNowhere()
    {
        await using var world = await NewsWorld.StartAsync();
        using var folder = new TestFolder();
        Directory.CreateDirectory(folder.Data);
        await File.WriteAllTextAsync(Path.Combine(folder.Data, "secrets.json"), $$"""{ "vault": { "token": "{{NewsWorld.VaultToken}}" } }""", Token);
        var list = $$"""{ "feeds": [ { "url": "{{world.Address}}vault/feed.json", "auth": "vault" }, { "url": "{{world.Address}}vault/feed.json?token=0123456789", "auth": "nowhere", "title": "Other" } ] }""";

        await using var service = await RunningService.StartAsync(folder, list);
        await service.PolledAsync(2);
        var feeds = (await service.GetJsonAsync("/api/feeds"))["feeds"]!.AsArray();
        var everything = string.Join('\n', await service.GetTextAsync("/api/feeds"), await service.GetTextAsync("/api/feeds.opml"), await service.GetTextAsync("/api/stories"), await service.GetTextAsync("/feed.atom"));

        Assert.Equal("healthy", (string)feeds[0]!["health"]!);
        Assert.Equal(3, (int)feeds[0]!["stories"]!);
        Assert.Equal("failing", (string)feeds[1]!["health"]!);
        Assert.Contains("the secret \"nowhere\" is missing", (string)feeds[1]!["error"]!, StringComparison.Ordinal);
        Assert.DoesNotContain(NewsWorld.VaultToken, everything, StringComparison.Ordinal);
        Assert.DoesNotContain("0123456789", everything, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Service_PagesOfAFeedBehindASecret_SeeItOnlyIfTheListSaysSo(bool authPages)
    {
        await using var world = await NewsWorld.StartAsync();
        using var folder = new TestFolder();
        Directory.CreateDirectory(folder.Data);
        await File.WriteAllTextAsync(Path.Combine(folder.Data, "secrets.json"), $$"""{ "vault": { "token": "{{NewsWorld.VaultToken}}" } }""", Token);

        await using var service = await RunningService.StartAsync(
            folder, $$"""{ "feeds": [ { "url": "{{world.Address}}vault/feed.json", "auth": "vault", "authPages": {{(authPages ? "true" : "false")}} } ] }""");
        await service.PolledAsync(1);

        var pages = world.Requests.Where(request => request.Path.StartsWith("lab/", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(pages);
        Assert.All(pages, page => Assert.Equal(authPages ? $"Bearer {NewsWorld.VaultToken}" : "", page.Authorization));
        Assert.All(world.Requests.Where(request => request.Path == "robots.txt"), request => Assert.Empty(request.Authorization));
    }

    [Fact]
    public async Task FeedsAdd_WithASecret_ChecksAndNamesItInTheList()
    {
        await using var world = await NewsWorld.StartAsync();
        using var folder = new TestFolder();
        await File.WriteAllTextAsync(folder.Feeds, """{"feeds":[]}""", Token);
        Directory.CreateDirectory(folder.Data);
        await File.WriteAllTextAsync(Path.Combine(folder.Data, "secrets.json"), $$"""{ "vault": { "token": "{{NewsWorld.VaultToken}}" } }""", Token);

        var (missingExit, missing) = await AggregatorProcess.RunAsync(folder, "feeds", "add", $"{world.Address}vault/feed.json", "--auth", "valut");
        var (exit, output) = await AggregatorProcess.RunAsync(folder, "feeds", "add", $"{world.Address}vault/feed.json", "--auth", "vault");
        var list = await File.ReadAllTextAsync(folder.Feeds, Token);

        Assert.True(missingExit == 3, missing);
        Assert.Contains("the secret \"valut\" is missing", missing, StringComparison.Ordinal);
        Assert.True(exit == 0, output);
        Assert.Contains("\"auth\": \"vault\"", list, StringComparison.Ordinal);
        Assert.DoesNotContain(NewsWorld.VaultToken, output + list, StringComparison.Ordinal);
    }
}
