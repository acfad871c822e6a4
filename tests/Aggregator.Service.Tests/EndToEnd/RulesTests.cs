using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Aggregator.Service.Hosting;
using Aggregator.Service.Tests.World;
using Microsoft.Extensions.DependencyInjection;

namespace Aggregator.Service.Tests.EndToEnd;

/// <summary>Rules as their operator meets them: rules.json in, stories muted, dropped, boosted, tagged and routed.</summary>
public sealed class RulesTests
{
    private const string Rules = """
        { "rules": [
            { "name": "No phones", "when": "title:phone", "mute": true, "matches": ["A slim phone"] },
            { "name": "No ransom", "when": "topic:cybersecurity title:ransomware", "drop": true },
            { "name": "Secrets", "when": "topic:ip-theft", "boost": 5, "tag": "Espionage", "feed": "To read" },
            { "name": "Not space", "when": "\"rocket reaches orbit\"", "untag": "Space", "boost": -1 }
        ] }
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Poll_WithRules_EachDoesWhatItSays()
    {
        await using var world = await NewsWorld.StartAsync();
        using var folder = new TestFolder();
        await using var service = await StartAsync(folder, world, Rules);

        var titles = (await service.AllStoriesAsync()).Select(Title).ToList();
        var muted = (await service.GetJsonAsync("/api/stories?muted=only"))["stories"]!.AsArray();
        var saved = (await service.GetJsonAsync("/api/stories?savedFeed=to-read"))["stories"]!.AsArray();
        var boosted = (await service.GetJsonAsync("/api/stories?sort=boost"))["stories"]!.AsArray();

        Assert.DoesNotContain(titles, title => title.Contains("Ransomware", StringComparison.Ordinal) || title.Contains("phone", StringComparison.Ordinal));
        Assert.Equal("A slim phone with a week of battery", Title(Assert.Single(muted)));
        Assert.Equal("mute", (string)Assert.Single(muted[0]!["rules"]!.AsArray())!["action"]!);
        Assert.StartsWith("Engineer charged", Title(Assert.Single(saved)), StringComparison.Ordinal);
        Assert.Contains(saved[0]!["topics"]!.AsArray(), topic => (string)topic!["slug"]! == "espionage");
        Assert.StartsWith("Engineer charged", Title(boosted[0]), StringComparison.Ordinal);
        Assert.StartsWith("Small rocket", Title(boosted[^1]), StringComparison.Ordinal);
        Assert.DoesNotContain(boosted[^1]!["topics"]!.AsArray(), topic => (string)topic!["slug"]! == "space");
    }

    [Fact]
    public async Task Feeds_WithRules_HoldWhatWasPutThereAndNothingMuted()
    {
        await using var world = await NewsWorld.StartAsync();
        using var folder = new TestFolder();
        await using var service = await StartAsync(folder, world, Rules);

        var all = await service.GetTextAsync("/feed.atom");
        var page = await service.GetTextAsync("/feeds/to-read");
        foreach (var format in (string[])["atom", "rss", "json"])
        {
            Assert.Contains("Engineer charged", await service.GetTextAsync($"/feeds/to-read/feed.{format}"), StringComparison.Ordinal);
            Assert.Contains("Engineer charged", await service.GetTextAsync($"/topics/espionage/feed.{format}"), StringComparison.Ordinal);
        }

        Assert.DoesNotContain("slim phone", all, StringComparison.Ordinal);
        Assert.DoesNotContain("Small rocket", await service.GetTextAsync("/feeds/to-read/feed.atom"), StringComparison.Ordinal);
        Assert.Contains("href=\"/feeds/to-read/feed.atom\"", page, StringComparison.Ordinal);
        Assert.Contains("boost +5", page, StringComparison.Ordinal);
        using var unknown = await service.Client.GetAsync(new Uri("/feeds/to-rea/feed.atom", UriKind.Relative), Token);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        Assert.Contains("to-read", await unknown.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Try_OnHistory_TellsWhatThenHappens()
    {
        await using var world = await NewsWorld.StartAsync();
        using var before = new TestFolder();
        using var after = new TestFolder();
        await using var without = await StartAsync(before, world, rules: null);

        var trial = await PostAsync(without, "/api/rules/try", new { rules = Rules });

        var foretold = trial["lines"]!.AsArray().ToDictionary(line => $"{line!["effect"]!["rule"]} {line["effect"]!["action"]}", line => (long)line!["stories"]!);
        Assert.All(trial["lines"]!.AsArray(), line => Assert.Equal((long)line!["stories"]!, (long)line["gained"]!));
        Assert.Contains(trial["lines"]!.AsArray(), line => line!["gainedSample"]!.AsArray().Any(story => Title(story).Contains("slim phone", StringComparison.Ordinal)));
        Assert.Equal(6, (await without.AllStoriesAsync()).Count);

        await using var with = await StartAsync(after, world, Rules);
        var happened = (await with.GetJsonAsync("/api/stories?muted=include"))["stories"]!.AsArray()
            .SelectMany(story => story!["rules"]!.AsArray())
            .GroupBy(effect => $"{effect!["rule"]} {effect["action"]}")
            .ToDictionary(group => group.Key, group => (long)group.Count());
        happened["No ransom drop"] = 6 - (await with.GetJsonAsync("/api/stories?muted=include"))["stories"]!.AsArray().Count;
        Assert.Equal(foretold.OrderBy(pair => pair.Key), happened.OrderBy(pair => pair.Key));

        var withdrawn = await PostAsync(with, "/api/rules/try", new { rules = """{ "rules": [] }""" });
        Assert.All(withdrawn["lines"]!.AsArray(), line => Assert.Equal(0, (long)line!["stories"]!));
        Assert.Contains(withdrawn["lines"]!.AsArray(), line => (long)line!["lost"]! == 1);
    }

    [Fact]
    public async Task Rules_Asked_AnswersInWordsAndOnlyThoseWithTheKey()
    {
        await using var world = await NewsWorld.StartAsync();
        using var folder = new TestFolder();
        await using var service = await StartAsync(folder, world, Rules);

        using var wrong = await SendAsync(service, "/api/rules/test", new { rules = """{ "rules": [ { "name": "A", "when": "topic:spase", "mute": true } ] }""", fileName = "draft.json" });
        using var stranger = await service.Client.GetAsync(new Uri("/api/rules", UriKind.Relative), Token);
        using var noFeed = await service.Client.GetAsync(new Uri("/api/stories?savedFeed=later", UriKind.Relative), Token);
        var problem = JsonNode.Parse(await wrong.Content.ReadAsStringAsync(Token))!;
        var good = await PostAsync(service, "/api/rules/test", new { rules = Rules });
        service.Client.DefaultRequestHeaders.Add(ServiceKey.Header, service.Services.GetRequiredService<ServiceKey>().Value);
        var listed = await service.GetJsonAsync("/api/rules");

        Assert.Equal((HttpStatusCode.BadRequest, "application/problem+json"), (wrong.StatusCode, wrong.Content.Headers.ContentType?.MediaType));
        Assert.Equal("draft.json:1:37: column 7 of the query: there is no topic \"spase\"; try space", ((string)problem["detail"]!).Split(", ")[0]);
        Assert.Equal(1, (int)problem["problems"]![0]!["line"]!);
        Assert.Equal(HttpStatusCode.Unauthorized, stranger.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, noFeed.StatusCode);
        Assert.Equal((4, 1), ((int)good["rules"]!, (int)good["examples"]!));
        Assert.Equal([1, 1, 1, 1], listed["rules"]!.AsArray().Select(rule => (int)rule!["stories"]!));
        Assert.Equal("/feeds/to-read/feed.atom", (string)listed["savedFeeds"]![0]!["feed"]!);
    }

    [Fact]
    public async Task Verbs_TestAndTry_SayWhatIsWrongOrWouldChange()
    {
        await using var world = await NewsWorld.StartAsync();
        using var folder = new TestFolder();
        await File.WriteAllTextAsync(folder.Feeds, world.FeedsJson(["wire/feed.rss"]), Token);
        await File.WriteAllTextAsync(RulesFileOf(folder), Rules, Token);
        var draft = Path.Combine(folder.Path, "draft.json");
        await File.WriteAllTextAsync(draft, Rules.Replace("A slim phone", "A slim laptop", StringComparison.Ordinal), Token);

        var (pollExit, poll) = await AggregatorProcess.RunAsync(folder, "poll");
        var (goodExit, good) = await AggregatorProcess.RunAsync(folder, "rules", "test");
        var (badExit, bad) = await AggregatorProcess.RunAsync(folder, "rules", "test", draft);
        await File.WriteAllTextAsync(draft, Rules.Replace("\"title:phone\"", "\"phone OR chip\"", StringComparison.Ordinal), Token);
        var (tryExit, tried) = await AggregatorProcess.RunAsync(folder, "rules", "try", draft);
        var (listExit, list) = await AggregatorProcess.RunAsync(folder, "rules", "list");

        Assert.True(pollExit == 0, poll);
        Assert.True(goodExit == 0, good);
        Assert.Contains("4 rules, all 1 examples come out right", good, StringComparison.Ordinal);
        Assert.True(badExit == 2, bad);
        Assert.Contains("draft.json:2:", bad, StringComparison.Ordinal);
        Assert.Contains("expected the rule \"No phones\" to match this story", bad, StringComparison.Ordinal);
        Assert.True(tryExit == 0, tried);
        Assert.Contains("new: mute by \"No phones\"", tried, StringComparison.Ordinal);
        Assert.Contains("Engineer charged", tried, StringComparison.Ordinal);
        Assert.True(listExit == 0, list);
        Assert.Contains("No ransom", list, StringComparison.Ordinal);
    }

    private static async Task<RunningService> StartAsync(TestFolder folder, NewsWorld world, string? rules)
    {
        if (rules is not null)
        {
            await File.WriteAllTextAsync(RulesFileOf(folder), rules, Token);
        }

        var service = await RunningService.StartAsync(folder, world.FeedsJson(["wire/feed.rss"]));
        await service.PolledAsync(1);
        return service;
    }

    private static string RulesFileOf(TestFolder folder) => new ServicePaths(folder.Feeds, folder.Data).RulesFile;

    private static string Title(JsonNode? story) => (string)story!["title"]!;

    private static async Task<JsonObject> PostAsync(RunningService service, string path, object body)
    {
        using var response = await SendAsync(service, path, body);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(Token));
        return (await response.Content.ReadFromJsonAsync<JsonObject>(Token))!;
    }

    private static async Task<HttpResponseMessage> SendAsync(RunningService service, string path, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative)) { Content = JsonContent.Create(body) };
        request.Headers.Add(ServiceKey.Header, service.Services.GetRequiredService<ServiceKey>().Value);
        return await service.Client.SendAsync(request, Token);
    }
}
