using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Service.Api;
using Aggregator.Service.Hosting;
using Aggregator.Service.Tests.World;
using Microsoft.Extensions.DependencyInjection;

namespace Aggregator.Service.Tests.EndToEnd;

/// <summary>How the API answers, whatever is asked: its ETags, its errors, its description of itself.</summary>
public sealed class AnswersTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ETag_OfWhatDidNotChange_Costs304()
    {
        using var folder = new TestFolder();
        await using var service = await StartAsync(folder, TestStories.Make(1, null, "AI"));
        var id = TestStories.Make(1).Id.Value;
        foreach (var path in (string[])["/api/stories", $"/api/stories/{id}", $"/api/stories/{id}/versions", "/api/stories/facets", "/api/clusters", $"/api/clusters/{id}", "/api/feeds", "/api/topics", "/api/topics/definitions", "/api/topics/ai/trend?since=2026-11-20&until=2026-11-26"])
        {
            using var first = await AskAsync(service, path, null);
            var tag = first.Headers.ETag;
            Assert.True(first.IsSuccessStatusCode && tag is { IsWeak: false }, path);
            Assert.Equal("application/json", first.Content.Headers.ContentType!.MediaType);
            using var again = await AskAsync(service, path, $"\"other\", W/{tag}");
            using var other = await AskAsync(service, path, "\"other\"");

            Assert.Equal((HttpStatusCode.NotModified, tag), (again.StatusCode, again.Headers.ETag));
            Assert.Empty(await again.Content.ReadAsByteArrayAsync(Token));
            Assert.All([first, again], answer => Assert.Equal("no-cache, private", answer.Headers.CacheControl!.ToString()));
            Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        }
    }

    [Fact]
    public async Task ETag_AfterAChange_IsAnother()
    {
        using var folder = new TestFolder();
        await using var service = await StartAsync(folder, TestStories.Make(1));
        using var before = await AskAsync(service, "/api/stories", null);
        await SaveAsync(service, TestStories.Make(2));

        using var after = await AskAsync(service, "/api/stories", before.Headers.ETag!.ToString());

        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
        Assert.NotEqual(before.Headers.ETag, after.Headers.ETag);
    }

    [Theory]
    [InlineData("GET", "/api/stories?limit=abc", 400, "limit: \"abc\" is no number; expected a whole one. Try: 10, 50.")]
    [InlineData("GET", "/api/stories?limit=99999999999", 400, "limit: \"99999999999\" is no number")]
    [InlineData("GET", "/api/stories?limit=5&whole=perhaps", 400, "whole: \"perhaps\" says neither yes nor no. Try: true, false.")]
    [InlineData("GET", "/api/clusters?minSources=two", 400, "minSources: \"two\" is no number")]
    [InlineData("GET", "/api/stories?cursor=MToxNzc2NTExNDA4MDAwOjNjYWYxZTc3N2VmNmYzZjViYzhkODk1", 400, "this cursor was not made by this service; start again without one")]
    [InlineData("GET", "/api/stories?cursor=%00%ff", 400, "this cursor was not made by this service; start again without one")]
    [InlineData("GET", "/api/storys?limit=5", 404, "There is nothing at /api/storys. /openapi/v1.json lists what there is.")]
    [InlineData("GET", "/api/stories/0123/more/of/it", 404, "There is nothing at /api/stories/0123/more/of/it.")]
    [InlineData("GET", "/api/stories/0123456789abcdef01234567", 404, "There is no story with this id.")]
    [InlineData("PUT", "/api/stories", 405, "/api/stories does not answer PUT. It answers GET.")]
    [InlineData("POST", "/api/poll", 415, "The body is expected as JSON. Send it with Content-Type: application/json.")]
    [InlineData("GET", "/api/discover", 400, "address: it is missing, and there is no answer without it.")]
    public async Task Error_OfAnyKind_IsAProblemThatSaysWhatToDo(string method, string path, int status, string detail)
    {
        using var folder = new TestFolder();
        await using var service = await StartAsync(folder);
        foreach (var accept in (string?[])[null, "text/csv", "application/x-ndjson"])
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path);
            request.Headers.Add(ServiceKey.Header, service.Services.GetRequiredService<ServiceKey>().Value);
            if (accept is not null)
            {
                request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(accept));
            }

            if (method == "POST")
            {
                request.Content = new StringContent("all", MediaTypeHeaderValue.Parse("text/plain"));
            }

            await IsProblemAsync(await service.Client.SendAsync(request, Token), status, detail);
        }
    }

    [Fact]
    public async Task Error_UnknownPath_NamesTheNearest()
    {
        using var folder = new TestFolder();
        await using var service = await StartAsync(folder);
        using var answer = await service.Client.GetAsync(new Uri("/api/storys", UriKind.Relative), Token);

        var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Token))!;

        Assert.Equal("/api/stories", (string)problem["suggestions"]![0]!);
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
    }

    [Fact]
    public async Task Error_QueriesWithoutMeasure_AreToldTheMeasure()
    {
        using var folder = new TestFolder();
        await using var service = await StartAsync(folder);

        await IsProblemAsync(await AskAsync(service, $"/api/stories?q={new string('a', 100 * 1024)}", null), 400, "it has 102400 characters, and 4000 are the most");
        await IsProblemAsync(await AskAsync(service, $"/api/stories?q={new string('(', 10_000)}", null), 400, "it has 10000 characters, and 4000 are the most");
        await IsProblemAsync(await AskAsync(service, $"/api/stories?q={new string('(', 3_000)}a{new string(')', 900)}", null), 400, "q: column 51: ");
        using var longest = await AskAsync(service, $"/api/stories?q={Uri.EscapeDataString(string.Join(' ', Enumerable.Repeat("生成", 1_300)))}", null);
        Assert.Equal(HttpStatusCode.OK, longest.StatusCode);
    }

    [Theory]
    [InlineData("{\"all\": tru", 400, "body: line 1, byte")]
    [InlineData("{\n \"sources\": 7}", 400, "body: line 2, byte")]
    public async Task Error_OfABody_SaysWhere(string body, int status, string detail)
    {
        using var folder = new TestFolder();
        await using var service = await StartAsync(folder);
        using var content = new StringContent(body, MediaTypeHeaderValue.Parse("application/json"));

        await IsProblemAsync(await PostAsOperatorAsync(service, content), status, detail);
    }

    [Fact]
    public async Task Error_OfABodyTooLarge_Is413()
    {
        using var folder = new TestFolder();
        await using var service = await StartAsync(folder);
        using var content = new StringContent("{\"sources\": [\"" + new string('a', 1024 * 1024) + "\"]}", Encoding.UTF8, "application/json");

        await IsProblemAsync(await PostAsOperatorAsync(service, content), 413, "1048576 bytes");
    }

    /// <summary>A stranger's body is not looked at.</summary>
    private static Task<HttpResponseMessage> PostAsOperatorAsync(RunningService service, HttpContent content)
    {
        service.Client.DefaultRequestHeaders.Add(ServiceKey.Header, service.Services.GetRequiredService<ServiceKey>().Value);
        return service.Client.PostAsync(new Uri("/api/poll", UriKind.Relative), content, Token);
    }

    [Fact]
    public async Task OpenApi_EveryOperation_HasASummaryAndADescription()
    {
        using var folder = new TestFolder();
        await using var service = await StartAsync(folder);

        var document = await service.GetJsonAsync("/openapi/v1.json");
        var operations = document["paths"]!.AsObject().Where(path => path.Key.StartsWith("/api/", StringComparison.Ordinal))
            .SelectMany(path => path.Value!.AsObject().Select(method => (Name: $"{method.Key} {path.Key}", Operation: method.Value!))).ToList();
        var withoutWords = operations.Where(one => string.IsNullOrWhiteSpace((string?)one.Operation["summary"]) || string.IsNullOrWhiteSpace((string?)one.Operation["description"]));
        var withExample = operations.Where(one => one.Operation["responses"]!.AsObject().Any(response => response.Value!["content"]?["application/json"]?["example"] is not null)).Select(one => (string)one.Operation["operationId"]!);

        Assert.True(operations.Count > 20);
        Assert.Empty(withoutWords.Select(one => one.Name));
        Assert.Equal(ApiExamples.Operations.Order(StringComparer.Ordinal), withExample.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task OpenApi_ExampleOfAStory_HasTheFieldsOfAStory()
    {
        using var folder = new TestFolder();
        await using var service = await StartAsync(folder, TestStories.Make(1));

        var listing = (await service.GetJsonAsync("/openapi/v1.json"))["paths"]!["/api/stories"]!["get"]!["responses"]!["200"]!["content"]!;
        var story = (await service.GetJsonAsync("/api/stories"))["stories"]![0]!.AsObject();

        Assert.Equal(["application/json", "application/x-ndjson", "text/csv"], listing.AsObject().Select(type => type.Key));
        Assert.Equal(story.Select(field => field.Key), listing["application/json"]!["example"]!["stories"]![0]!.AsObject().Select(field => field.Key));
    }

    private static async Task<RunningService> StartAsync(TestFolder folder, params Story[] stories)
    {
        var service = await RunningService.StartAsync(folder, """{ "feeds": [] }""");
        await SaveAsync(service, stories);
        return service;
    }

    private static async Task SaveAsync(RunningService service, params Story[] stories) =>
        await service.Services.GetRequiredService<IStoryStore>().SaveAsync(new StoryBatch(stories, null), Token);

    private static async Task<HttpResponseMessage> AskAsync(RunningService service, string path, string? ifNoneMatch)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (ifNoneMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", ifNoneMatch);
        }

        return await service.Client.SendAsync(request, Token);
    }

    private static async Task IsProblemAsync(HttpResponseMessage answer, int status, string detail)
    {
        using (answer)
        {
            var text = await answer.Content.ReadAsStringAsync(Token);
            Assert.True((int)answer.StatusCode == status, $"{(int)answer.StatusCode} {text}");
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
            Assert.Contains(detail, (string)JsonNode.Parse(text)!["detail"]!, StringComparison.Ordinal);
        }
    }
}
