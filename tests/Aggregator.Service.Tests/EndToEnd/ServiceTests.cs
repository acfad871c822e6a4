using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Aggregator.Service.Hosting;
using Aggregator.Service.Tests.World;

namespace Aggregator.Service.Tests.EndToEnd;

/// <summary>The service as its users meet it: feeds.json in, tagged stories and merged feeds out.</summary>
public sealed class ServiceTests
{
    private static readonly XNamespace Atom = "http://www.w3.org/2005/Atom";

    [Fact]
    public async Task Service_WorldOfGoodAndBadFeeds_StoresEveryStoryWhole()
    {
        await using var world = await NewsWorld.StartAsync();
        using var folder = new TestFolder();
        await using var service = await RunningService.StartAsync(folder, world.FeedsJson());
        await service.PolledAsync(NewsWorld.GoodFeeds.Count + NewsWorld.BadFeeds.Count);

        var stories = await service.AllStoriesAsync();

        Assert.Equal(NewsWorld.Stories, stories.Count);
        Assert.All(stories, story =>
        {
            Assert.NotEmpty((string)story["title"]!);
            Assert.StartsWith(world.Address.ToString(), (string)story["link"]!, StringComparison.Ordinal);
            Assert.NotNull((string?)story["published"]);
            Assert.True((int)story["wordCount"]! > 0);
        });
        Assert.Equal(stories.Count, stories.Select(story => (string)story["id"]!).Distinct().Count());
    }

    [Fact]
    public async Task Story_PageWithFurniture_IsTheArticleOnly()
    {
        await using var world = await NewsWorld.StartAsync();
        using var folder = new TestFolder();
        await using var service = await RunningService.StartAsync(folder, world.FeedsJson(["wire/feed.rss"]));
        await service.PolledAsync(1);

        var stories = await service.AllStoriesAsync();
        var id = (string)stories.Single(story => ((string)story["title"]!).StartsWith("Engineer charged", StringComparison.Ordinal))["id"]!;
        var story = await service.GetJsonAsync($"/api/stories/{id}");

        var text = (string)story["bodyText"]!;
        Assert.Equal("page", (string)story["bodySource"]!);
        Assert.StartsWith("Prosecutors charged a former engineer", text, StringComparison.Ordinal);
        Assert.EndsWith("they would wait and see.", text, StringComparison.Ordinal);
        Assert.All(
            (string[])["Price calculator", "Tweet", "long walks", "Ten gadgets", "Post comment", "must not appear", "All rights reserved"],
            furniture => Assert.DoesNotContain(furniture, text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Story_TradeSecretCase_IsTaggedWithReasons()
    {
        await using var world = await NewsWorld.StartAsync();
        using var folder = new TestFolder();
        await using var service = await RunningService.StartAsync(folder, world.FeedsJson(["wire/feed.rss"]));
        await service.PolledAsync(1);

        var found = (await service.GetJsonAsync("/api/stories?topic=ip-theft"))["stories"]!.AsArray();
        var story = await service.GetJsonAsync($"/api/stories/{(string)Assert.Single(found)!["id"]!}");

        var tag = story["topics"]!.AsArray().Single(topic => (string)topic!["slug"]! == "ip-theft")!;
        Assert.Contains(tag["evidence"]!.AsArray(), reason => ((string)reason!["feature"]!).Contains("trade secret", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Story_ArticleThatTwoFeedsCarry_IsStoredOnceWithBoth()
    {
        await using var world = await NewsWorld.StartAsync();
        using var folder = new TestFolder();
        await using var service = await RunningService.StartAsync(folder, world.FeedsJson(["wire/feed.rss", "list/feed.rss"]));
        await service.PolledAsync(2);

        var stories = await service.AllStoriesAsync();
        var listed = (await service.GetJsonAsync("/api/stories?source=the-list"))["stories"]!.AsArray();

        Assert.Equal(NewsWorld.GoodFeeds["wire/feed.rss"], stories.Count);
        Assert.Equal(2, listed.Count);
        Assert.All(listed, story => Assert.Equal(["The list", "The wire"], new[] { story!["source"]!["name"]!, story["alsoIn"]![0]!["name"]! }.Select(name => (string)name!).Order(StringComparer.Ordinal)));
        Assert.All(listed, story => Assert.Equal("page", (string)story!["bodySource"]!));
    }

    [Fact]
    public async Task Story_PageForbiddenByRobots_KeepsTheFeedsTextAndSaysSo()
    {
        await using var world = await NewsWorld.StartAsync();
        using var folder = new TestFolder();
        await using var service = await RunningService.StartAsync(folder, world.FeedsJson(["wire/feed.rss"]));
        await service.PolledAsync(1);

        var story = (await service.AllStoriesAsync()).Single(story => ((string)story["title"]!).Contains("robots.txt", StringComparison.Ordinal));

        Assert.Equal("feed", (string)story["bodySource"]!);
        Assert.Contains("robots.txt", (string)story["bodyNote"]!, StringComparison.Ordinal);
        Assert.DoesNotContain(world.Requests, request => request.Path.Contains("private", StringComparison.Ordinal));
    }

    [Fact]
    public async Task BadFeeds_EachWithItsOwnFault_AreExplainedInHealth()
    {
        await using var world = await NewsWorld.StartAsync();
        using var folder = new TestFolder();
        await using var service = await RunningService.StartAsync(folder, world.FeedsJson(NewsWorld.BadFeeds));
        await service.PolledAsync(NewsWorld.BadFeeds.Count);

        var feeds = (await service.GetJsonAsync("/api/feeds"))["feeds"]!.AsArray();

        Assert.All(feeds, feed =>
        {
            Assert.Equal("failing", (string)feed!["health"]!);
            Assert.NotEmpty((string)feed["error"]!);
            Assert.NotNull((string?)feed["failingSince"]);
            Assert.True((DateTimeOffset)feed["nextPoll"]! > (DateTimeOffset)feed["lastPoll"]!);
        });
    }

    [Theory]
    [InlineData("atom", "application/atom+xml")]
    [InlineData("rss", "application/rss+xml")]
    [InlineData("json", "application/feed+json")]
    public async Task MergedFeed_EveryFormat_HoldsTheStoriesAndAnswers304(string format, string mediaType)
    {
        await using var world = await NewsWorld.StartAsync();
        using var folder = new TestFolder();
        await using var service = await RunningService.StartAsync(folder, world.FeedsJson(NewsWorld.GoodFeeds.Keys));
        await service.PolledAsync(NewsWorld.GoodFeeds.Count);

        using var first = await service.Client.GetAsync(new Uri($"/feed.{format}?cluster=off", UriKind.Relative), TestContext.Current.CancellationToken);
        var text = await first.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        using var again = new HttpRequestMessage(HttpMethod.Get, $"/feed.{format}?cluster=off");
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var second = await service.Client.SendAsync(again, TestContext.Current.CancellationToken);

        Assert.Equal(mediaType, first.Content.Headers.ContentType!.MediaType);
        Assert.Equal(NewsWorld.Stories, CountEntries(format, text));
        Assert.DoesNotContain("alert(1)", text, StringComparison.Ordinal);
        Assert.False(first.Headers.ETag!.IsWeak);
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
    }

    [Fact]
    public async Task MergedFeed_SameEventInTwoOutlets_IsOneEntryThatLinksBoth()
    {
        await using var world = await NewsWorld.StartAsync();
        using var folder = new TestFolder();
        await using var service = await RunningService.StartAsync(folder, world.FeedsJson(["wire/feed.rss", "ledger/feed.atom"]));
        await service.PolledAsync(2);

        var feed = XDocument.Parse(await service.GetTextAsync("/topics/ip-theft/feed.atom"));

        var entry = Assert.Single(feed.Root!.Elements(Atom + "entry"));
        var text = entry.ToString();
        Assert.Contains("wire/chip-secrets", text, StringComparison.Ordinal);
        Assert.Contains("ledger/chip-secrets", text, StringComparison.Ordinal);
        Assert.Contains(entry.Elements(Atom + "category"), category => (string?)category.Attribute("label") == "IP theft");
    }

    [Fact]
    public async Task Stories_SmallPages_NeitherSkipNorRepeat()
    {
        await using var world = await NewsWorld.StartAsync();
        using var folder = new TestFolder();
        await using var service = await RunningService.StartAsync(folder, world.FeedsJson(NewsWorld.GoodFeeds.Keys));
        await service.PolledAsync(NewsWorld.GoodFeeds.Count);

        var whole = await service.AllStoriesAsync();
        var paged = await service.AllStoriesAsync(pageSize: 3);

        Assert.Equal(whole.Select(story => (string)story["id"]!), paged.Select(story => (string)story["id"]!));
        Assert.Equal(whole.OrderByDescending(story => (DateTimeOffset)story["date"]!).Select(story => (string)story["id"]!), whole.Select(story => (string)story["id"]!));
    }

    [Theory]
    [InlineData("/api/stories?topic=ip-thefts", "ip-theft")]
    [InlineData("/api/stories?source=nowhere", "source")]
    [InlineData("/api/stories?since=last%20week", "7d")]
    [InlineData("/api/stories?cursor=xyz", "cursor")]
    [InlineData("/api/stories?limit=0", "limit")]
    public async Task Stories_BadQuestion_Is400WithWordsThatHelp(string question, string help)
    {
        using var folder = new TestFolder();
        await using var service = await RunningService.StartAsync(folder, """{"feeds":[]}""");

        using var answer = await service.Client.GetAsync(new Uri(question, UriKind.Relative), TestContext.Current.CancellationToken);
        var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(help, (string)problem["detail"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SecondPoll_NothingNew_AsksConditionallyAndStoresNothing()
    {
        await using var world = await NewsWorld.StartAsync();
        using var folder = new TestFolder();
        await using var service = await RunningService.StartAsync(folder, world.FeedsJson(NewsWorld.GoodFeeds.Keys));
        await service.PolledAsync(NewsWorld.GoodFeeds.Count);
        var before = await service.AllStoriesAsync();
        var asked = world.Requests.Count;

        await PollAllAsync(service);
        await Eventually.HoldsAsync(async () => (bool)(await service.GetJsonAsync("/api/poll"))["idle"]! && world.Requests.Count >= asked + NewsWorld.GoodFeeds.Count);

        var polls = world.Requests.Skip(asked).ToList();
        Assert.Equal(NewsWorld.GoodFeeds.Count, polls.Count);
        Assert.All(polls, poll => Assert.Matches("^\"v1\\+[0-9]+/a\"$", poll.IfNoneMatch));
        Assert.All(polls, poll => Assert.Equal("Tue, 24 Nov 2026 08:00:00 GMT", poll.IfModifiedSince));
        Assert.Equal(before.Count, (await service.AllStoriesAsync()).Count);
    }

    [Fact]
    public async Task FeedsJson_EditedWhileRunning_IsTakenOverAndABrokenEditIsNot()
    {
        await using var world = await NewsWorld.StartAsync();
        using var folder = new TestFolder();
        await using var service = await RunningService.StartAsync(folder, world.FeedsJson(["lab/feed.json"]));
        await service.PolledAsync(1);

        await File.WriteAllTextAsync(folder.Feeds, world.FeedsJson(["lab/feed.json", "alt/feed.rdf"]), TestContext.Current.CancellationToken);
        await service.PolledAsync(2);
        await File.WriteAllTextAsync(folder.Feeds, "{ \"feeds\": [ oops", TestContext.Current.CancellationToken);
        await Eventually.HoldsAsync(async () => (string?)(await service.GetJsonAsync("/api/feeds"))["feedsFileError"] is not null);

        var feeds = await service.GetJsonAsync("/api/feeds");
        Assert.Equal(2, feeds["feeds"]!.AsArray().Count);
        Assert.Equal(5, (await service.AllStoriesAsync()).Count);
    }

    [Fact]
    public async Task Page_ForPeople_ShowsStoriesAndLetsReadersDiscoverTheFeeds()
    {
        await using var world = await NewsWorld.StartAsync();
        using var folder = new TestFolder();
        await using var service = await RunningService.StartAsync(folder, world.FeedsJson(["wire/feed.rss"]));
        await service.PolledAsync(1);

        var page = await service.GetTextAsync("/");
        var topic = await service.GetTextAsync("/topics/ip-theft");

        Assert.Contains("Small rocket reaches orbit", page, StringComparison.Ordinal);
        Assert.Contains("<link rel=\"alternate\" type=\"application/atom+xml\"", page, StringComparison.Ordinal);
        Assert.Contains("href=\"/topics/ip-theft/feed.atom\"", topic, StringComparison.Ordinal);
        Assert.DoesNotContain("Small rocket", topic, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Poll_WithoutTheKey_IsRefused()
    {
        using var folder = new TestFolder();
        await using var service = await RunningService.StartAsync(folder, """{"feeds":[]}""");
        using var content = new StringContent("""{"all":true}""", MediaTypeHeaderValue.Parse("application/json"));

        using var answer = await service.Client.PostAsync(new Uri("/api/poll", UriKind.Relative), content, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task Service_AskedUnderAForeignName_RefusesToAnswer()
    {
        using var folder = new TestFolder();
        await using var service = await RunningService.StartAsync(folder, """{"feeds":[]}""");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/stories");
        request.Headers.Host = "rebound.example";

        using var answer = await service.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task MergedFeed_AskedUnderNoNameOrAnImpossibleOne_LinksToTheAddressListenedOn()
    {
        using var folder = new TestFolder();
        await using var service = await RunningService.StartAsync(folder, """{"feeds":[]}""");

        foreach (var head in (string[])["GET /feed.atom HTTP/1.0\r\n\r\n", "GET /feed.atom HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n", "GET /feed.atom HTTP/1.1\r\nHost: localhost:99999\r\nConnection: close\r\n\r\n"])
        {
            var answer = await AskAsync(service.Client.BaseAddress!, head);
            Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
            Assert.Contains($"href=\"{service.Client.BaseAddress}feed.atom\"", answer, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task MergedFeed_EveryEntry_NamesTheFeedItCameFrom()
    {
        await using var world = await NewsWorld.StartAsync();
        using var folder = new TestFolder();
        await using var service = await RunningService.StartAsync(folder, world.FeedsJson(["lab/feed.json"]));
        await service.PolledAsync(1);

        var atom = XDocument.Parse(await service.GetTextAsync("/feed.atom"));
        var rss = XDocument.Parse(await service.GetTextAsync("/feed.rss"));

        var address = $"{world.Address}lab/feed.json";
        Assert.All(atom.Root!.Elements(Atom + "entry"), entry => Assert.Contains(
            entry.Element(Atom + "source")!.Elements(Atom + "link"), link => (string?)link.Attribute("rel") == "self" && (string?)link.Attribute("href") == address));
        Assert.All(rss.Descendants("item"), item => Assert.Equal(address, (string?)item.Element("source")!.Attribute("url")));
    }

    /// <summary>The answer to a request as no client library would write it.</summary>
    private static async Task<string> AskAsync(Uri address, string head)
    {
        using var connection = new TcpClient();
        await connection.ConnectAsync(address.Host, address.Port, TestContext.Current.CancellationToken);
        await using var stream = connection.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    private static async Task PollAllAsync(RunningService service)
    {
        var key = (ServiceKey)service.Services.GetService(typeof(ServiceKey))!;
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/poll")
        {
            Content = new StringContent("""{"all":true}""", MediaTypeHeaderValue.Parse("application/json")),
        };
        request.Headers.Add(ServiceKey.Header, key.Value);
        using var answer = await service.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
    }

    private static int CountEntries(string format, string text) => format switch
    {
        "atom" => XDocument.Parse(text).Root!.Elements(Atom + "entry").Count(),
        "rss" => XDocument.Parse(text).Root!.Element("channel")!.Elements("item").Count(),
        _ => JsonNode.Parse(text)!["items"]!.AsArray().Count,
    };
}
