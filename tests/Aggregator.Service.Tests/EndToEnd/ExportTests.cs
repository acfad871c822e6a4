using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Model.Topics;
using Aggregator.Service.Tests.World;
using Microsoft.Extensions.DependencyInjection;

namespace Aggregator.Service.Tests.EndToEnd;

/// <summary>A program takes all that a query finds, in lines.</summary>
public sealed class ExportTests
{
    private const int Many = 1_203;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ndjson_OfManyStories_IsEachOnceTheNewestFirst()
    {
        using var folder = new TestFolder();
        await using var service = await StartAsync(folder, [.. Enumerable.Range(1, Many).Select(number => TestStories.Make(number, null, number % 2 == 0 ? ["AI"] : []))]);

        var all = Lines(await service.GetTextAsync("/api/stories?format=ndjson"));
        var some = Lines(await service.GetTextAsync("/api/stories?format=ndjson&limit=700"));
        var even = Lines(await service.GetTextAsync("/api/stories?format=ndjson&q=topic:ai+-title:7"));
        var listed = (await service.GetJsonAsync("/api/stories?limit=1"))["stories"]![0]!;

        Assert.Equal(Enumerable.Range(1, Many).Reverse().Select(number => $"Story {number}"), all.Select(story => (string)story["title"]!));
        Assert.Equal(all.Take(700).Select(story => story.ToJsonString()), some.Select(story => story.ToJsonString()));
        Assert.Equal(Enumerable.Range(1, Many).Reverse().Where(number => number % 2 == 0 && number != 7).Select(number => $"Story {number}"), even.Select(story => (string)story["title"]!));
        Assert.Equal(listed.ToJsonString(), all[0].ToJsonString());
    }

    [Theory]
    [InlineData("application/x-ndjson", "application/x-ndjson")]
    [InlineData("application/json;q=0.5, text/csv", "text/csv")]
    [InlineData("text/html, */*;q=0.8", "application/json")]
    [InlineData("text/csv;q=0", "application/json")]
    public async Task Accept_SaysTheFormat(string accept, string mediaType)
    {
        using var folder = new TestFolder();
        await using var service = await StartAsync(folder, TestStories.Make(1));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/stories");
        request.Headers.TryAddWithoutValidation("Accept", accept);

        using var answer = await service.Client.SendAsync(request, Token);

        Assert.Equal((HttpStatusCode.OK, mediaType), (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
        Assert.Contains("Accept", answer.Headers.Vary);
        Assert.Equal(mediaType == "application/json", answer.Headers.ETag is not null);
    }

    [Fact]
    public async Task Csv_OfStrangersTexts_IsReadBackAsWrittenAndHoldsNoFormula()
    {
        using var folder = new TestFolder();
        var odd = TestStories.Make(1, null, "AI", "Space") with
        {
            Title = "=HYPERLINK(\"http://evil.example\",\"click\")",
            Summary = "One, \"two\"\r\nand three",
            Authors = ["@jo", "Ida"],
            Language = "en",
            Category = "+1",
            Rules = [new RuleEffect("Quiet", RuleAction.Boost, Weight: -2)],
        };
        await using var service = await StartAsync(folder, odd, TestStories.Make(2));

        var text = await service.GetTextAsync("/api/stories?format=csv");
        var records = Records(text);
        var cells = records[0].Zip(records[2]).ToDictionary(pair => pair.First, pair => pair.Second);

        Assert.Equal(
            "id,title,link,source,sourceId,category,alsoIn,authors,published,date,firstSeen,updated,language,image,summary,wordCount,bodySource,bodyNote,topics,retagged,entities,rules,muted,pinned,boost,cluster",
            text[..text.IndexOf("\r\n", StringComparison.Ordinal)]);
        Assert.Equal(3, records.Count);
        Assert.All(records, record => Assert.Equal(records[0].Count, record.Count));
        Assert.Equal("'=HYPERLINK(\"http://evil.example\",\"click\")", cells["title"]);
        Assert.Equal("One, \"two\"\r\nand three", cells["summary"]);
        Assert.Equal(("'@jo; Ida", "'+1", "AI; Space"), (cells["authors"], cells["category"], cells["topics"]));
        Assert.Equal(("2026-11-24T08:01:00Z", "-2", ""), (cells["date"], cells["boost"], cells["published"]));
    }

    [Fact]
    public async Task Whole_BringsBodiesAndReasons_ExceptWhereThePublisherForbids()
    {
        using var folder = new TestFolder();
        await using var service = await StartAsync(
            folder,
            TestStories.Make(1) with { Topics = [new TopicTag("AI", 2, [new Evidence("model*", StoryPart.Body, 2, 2)])] },
            TestStories.Make(2) with { NoArchive = true });

        var lines = Lines(await service.GetTextAsync("/api/stories?format=ndjson&whole=true"));
        var table = Records(await service.GetTextAsync("/api/stories?format=csv&whole=true"));
        var page = (await service.GetJsonAsync("/api/stories?whole=true"))["stories"]!.AsArray();

        Assert.Equal([null, "Body 1"], lines.Select(story => (string?)story["bodyText"]));
        Assert.Equal("model*", (string)lines[1]["topics"]![0]!["evidence"]![0]!["feature"]!);
        Assert.Equal(["bodyText", "", "Body 1"], table.Select(record => record[^1]));
        Assert.Equal(lines.Select(story => story.ToJsonString()), page.Select(story => story!.ToJsonString()));
    }

    [Fact]
    public async Task Fields_OfEveryFormat_AreThoseNamedAndTheId()
    {
        using var folder = new TestFolder();
        await using var service = await StartAsync(folder, TestStories.Make(1, null, "AI"));

        var page = (await service.GetJsonAsync("/api/stories?fields=title,%20LINK"))["stories"]![0]!.AsObject();
        var line = Lines(await service.GetTextAsync("/api/stories?format=ndjson&fields=title,link"))[0].AsObject();
        var body = (await service.GetJsonAsync("/api/stories?fields=bodyText"))["stories"]![0]!;
        var table = Records(await service.GetTextAsync("/api/stories?format=csv&fields=source,title"));

        Assert.Equal(["id", "title", "link"], page.Select(field => field.Key));
        Assert.Equal(page.ToJsonString(), line.ToJsonString());
        Assert.Equal($$"""{"id":"{{TestStories.Make(1).Id}}","bodyText":"Body 1"}""", body.ToJsonString());
        Assert.Equal([["id", "title", "source", "sourceId", "category"], [TestStories.Make(1).Id.Value, "Story 1", "The Test", "0123456789abcdef", ""]], table);
    }

    [Theory]
    [InlineData("fields=titel", "fields: a story has no field \"titel\"; it has id, title, link,", "title")]
    [InlineData("fields=title,body", "no field \"body\"", "bodyText")]
    [InlineData("format=xml", "format: stories are not written as \"xml\"", "ndjson")]
    [InlineData("format=csv&sort=best", "sort: stories cannot be sorted by \"best\"", "relevance")]
    [InlineData("format=ndjson&limit=0", "limit: 0 is no number of stories", null)]
    public async Task WrongWish_OfEveryFormat_IsAProblemWithASuggestion(string wish, string message, string? suggestion)
    {
        using var folder = new TestFolder();
        await using var service = await StartAsync(folder);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/stories?{wish}");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/csv"));

        using var answer = await service.Client.SendAsync(request, Token);
        var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Token))!;

        Assert.Equal((HttpStatusCode.BadRequest, "application/problem+json"), (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
        Assert.Contains(message, (string)problem["detail"]!, StringComparison.Ordinal);
        Assert.True(suggestion is null || problem["suggestions"]!.AsArray().Any(one => (string)one! == suggestion), problem.ToJsonString());
    }

    [Fact]
    public async Task Sorted_ByAnythingElse_IsItsOnePage()
    {
        using var folder = new TestFolder();
        Story[] stories = [.. Enumerable.Range(1, 520).Select(number => TestStories.Make(number) with { Title = number == 3 ? "Plums, plums and plums" : $"Story {number} of plums" })];
        await using var service = await StartAsync(folder, stories);

        var fittest = Lines(await service.GetTextAsync("/api/stories?format=ndjson&q=plums+sort:relevance"));
        var heaviest = Lines(await service.GetTextAsync("/api/stories?format=ndjson&sort=boost&limit=3"));

        Assert.Equal((500, "Plums, plums and plums"), (fittest.Count, (string)fittest[0]["title"]!));
        Assert.Equal(3, heaviest.Count);
    }

    private static async Task<RunningService> StartAsync(TestFolder folder, params Story[] stories)
    {
        var service = await RunningService.StartAsync(folder, """{ "feeds": [] }""");
        await service.Services.GetRequiredService<IStoryStore>().SaveAsync(new StoryBatch(stories, null), Token);
        return service;
    }

    private static List<JsonNode> Lines(string text)
    {
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        return [.. text.TrimEnd('\n').Split('\n').Select(line => JsonNode.Parse(line)!)];
    }

    /// <summary>Reads CSV by the letter of RFC 4180.</summary>
    private static List<List<string>> Records(string text)
    {
        var (records, record, cell, place) = (new List<List<string>>(), new List<string>(), "", 0);
        while (place < text.Length)
        {
            if (text[place] == '"')
            {
                for (place++; text[place] != '"' || (place + 1 < text.Length && text[place + 1] == '"'); place++)
                {
                    cell += text[place];
                    place += text[place] == '"' ? 1 : 0;
                }

                place++;
            }
            else if (text[place] is ',' or '\r')
            {
                record.Add(cell);
                cell = "";
                if (text[place] == '\r')
                {
                    Assert.Equal('\n', text[++place]);
                    records.Add(record);
                    record = [];
                }

                place++;
            }
            else
            {
                cell += text[place++];
            }
        }

        Assert.Empty(record);
        return records;
    }
}
