using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Aggregator.Model.Feeds;
using Aggregator.Model.Storage;
using Aggregator.Service.Hosting;
using Aggregator.Service.Hub;
using Aggregator.Service.Polling;
using Aggregator.Service.Tests.EndToEnd;
using Aggregator.Service.Tests.World;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Aggregator.Service.Tests.Hub;

/// <summary>The whole service against a publisher and its hub on loopback.</summary>
public sealed class HubEndToEndTests
{
    private const string PublicHost = "news.example";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Push_OfAVerifiedSubscription_BecomesStoriesAndForgedOnesDoNot()
    {
        using var folder = new TestFolder();
        await using var hub = await Hub.StartAsync();
        await using var service = await RunningService.StartAsync(folder, hub.FeedsJson, ("Hosting:PublicAddress", $"http://{PublicHost}"));
        var asked = await hub.AskedAsync();
        var callback = new Uri(asked["hub.callback"]).AbsolutePath;
        var topic = Uri.EscapeDataString(asked["hub.topic"]);

        var verified = await SendAsync(service, HttpMethod.Get, $"{callback}?hub.mode=subscribe&hub.topic={topic}&hub.challenge=%3Cx%3E&hub.lease_seconds=600");
        Assert.Equal((HttpStatusCode.OK, "<x>", "text/plain"), (verified.StatusCode, await verified.Content.ReadAsStringAsync(Token), verified.Content.Headers.ContentType!.MediaType));
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(service, HttpMethod.Get, $"{callback}?hub.mode=subscribe&hub.topic={topic}&hub.challenge=again")).StatusCode);

        string good = Hub.Feed("first", "pushed"), forged = Hub.Feed("first", "forged");
        Assert.Equal(HttpStatusCode.Accepted, await PushAsync(service, callback, forged, Sign("sha256", "wrong", good)));
        Assert.Equal(HttpStatusCode.Accepted, await PushAsync(service, callback, forged, Sign("sha256", asked["hub.secret"], good)));
        Assert.Equal(HttpStatusCode.Accepted, await PushAsync(service, callback, forged, null));
        Assert.Equal(HttpStatusCode.Accepted, await PushAsync(service, callback, good, Sign("sha512", asked["hub.secret"], good)));
        Assert.Equal(HttpStatusCode.Accepted, await PushAsync(service, callback, good, Sign("sha384", asked["hub.secret"], good)));
        Assert.Equal(HttpStatusCode.Accepted, await PushAsync(service, callback, good, Sign("sha1", asked["hub.secret"], good)));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await PushAsync(service, callback, new string(' ', PendingPushes.MaxBytes + 1), "sha1=00"));
        Assert.Equal(HttpStatusCode.NotFound, await PushAsync(service, "/hub/unknown", good, null));

        await Eventually.HoldsAsync(async () => (int?)(await FeedAsync(service))["hub"]!["pushes"] == 3);
        Assert.Equal(["first", "pushed"], (await service.AllStoriesAsync()).Select(story => (string)story["title"]!).Order());
        var feed = await FeedAsync(service);
        Assert.Equal((2, "active"), ((int)feed["stories"]!, (string)feed["hub"]!["state"]!));
        Assert.DoesNotContain(asked["hub.secret"], feed.ToJsonString());
        Assert.DoesNotContain(callback["/hub/".Length..], feed.ToJsonString());

        service.Services.GetRequiredService<DueFeeds>().Begin([new FeedId((string)feed["id"]!)], Token);
        await Eventually.HoldsAsync(async () => (string?)(await FeedAsync(service))["nextPollReason"] == "new stories are pushed by 127.0.0.1; polled once a day");
        Assert.Equal(2, (int)(await FeedAsync(service))["stories"]!);
    }

    /// <summary>The hub was told that it was taken and will not push it again.</summary>
    [Fact]
    public async Task Push_StillWaitsWhenTheServiceStops_MakesItsFeedDue()
    {
        using var folder = new TestFolder();
        await using var hub = await Hub.StartAsync();
        await using (var service = await RunningService.StartAsync(folder, hub.FeedsJson, ("Hosting:PublicAddress", $"http://{PublicHost}")))
        {
            var token = new Uri((await hub.AskedAsync())["hub.callback"]).AbsolutePath["/hub/".Length..];
            await service.PolledAsync(1);
            var worker = service.Services.GetServices<Microsoft.Extensions.Hosting.IHostedService>().OfType<PushWorker>().Single();
            await worker.StopAsync(Token);
            service.Services.GetRequiredService<PendingPushes>().TryAdd(new PushedDocument(token, "x"u8.ToArray(), null));
        }

        await using var store = await StorageRegistration.OpenAsync(folder.Data, new StoryRetention(), TimeSpan.Zero, TimeProvider.System, Token);
        var state = Assert.Single(await store.ListFeedStatesAsync(Token));
        Assert.Equal("127.0.0.1 pushed news while the service stopped", state.NextPollReason);
        Assert.True(state.NextPoll <= TimeProvider.System.GetUtcNow());
    }

    [Fact]
    public async Task Door_WithoutPublicAddress_IsClosedAndNoHubIsAsked()
    {
        using var folder = new TestFolder();
        await using var hub = await Hub.StartAsync();
        await using var service = await RunningService.StartAsync(folder, hub.FeedsJson);
        await service.PolledAsync(1);

        Assert.Equal(HttpStatusCode.NotFound, (await service.Client.GetAsync(new Uri("/hub/x?hub.mode=subscribe&hub.challenge=x", UriKind.Relative), Token)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await service.Client.PostAsync(new Uri("/hub/x", UriKind.Relative), null, Token)).StatusCode);
        Assert.Null((await FeedAsync(service))["hub"]);
    }

    private static async Task<JsonNode> FeedAsync(RunningService service) => (await service.GetJsonAsync("/api/feeds"))["feeds"]![0]!;

    private static async Task<HttpResponseMessage> SendAsync(RunningService service, HttpMethod method, string path, Action<HttpRequestMessage>? prepare = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        request.Headers.Host = PublicHost;
        prepare?.Invoke(request);
        return await service.Client.SendAsync(request, Token);
    }

    private static async Task<HttpStatusCode> PushAsync(RunningService service, string path, string body, string? signature) =>
        (await SendAsync(service, HttpMethod.Post, path, request =>
        {
            request.Headers.ExpectContinue = body.Length > 1_000_000; // so that the answer to a body too large is not lost with the connection
            request.Content = new StringContent(body, Encoding.UTF8, "application/rss+xml");
            if (signature is not null)
            {
                request.Headers.TryAddWithoutValidation("X-Hub-Signature", signature);
            }
        })).StatusCode;

    private static string Sign(string method, string secret, string body)
    {
        byte[] key = Encoding.UTF8.GetBytes(secret), bytes = Encoding.UTF8.GetBytes(body);
#pragma warning disable CA5350 // what hubs use
        return method + "=" + Convert.ToHexStringLower(method switch
        {
            "sha1" => HMACSHA1.HashData(key, bytes),
            "sha256" => HMACSHA256.HashData(key, bytes),
            "sha384" => HMACSHA384.HashData(key, bytes),
            _ => HMACSHA512.HashData(key, bytes),
        });
#pragma warning restore CA5350
    }

    /// <summary>A publisher whose feed names a hub, and the hub, which accepts every request and does nothing by itself.</summary>
    private sealed class Hub : IAsyncDisposable
    {
        private readonly LoopbackServer _server;
        private readonly Channel<Dictionary<string, string>> _asked = Channel.CreateUnbounded<Dictionary<string, string>>();

        private Hub() => _server = new LoopbackServer(AnswerAsync);

        public string FeedsJson => $$"""{ "feeds": [ { "url": "{{_server.Address}}feed", "fullText": false } ] }""";

        public static async Task<Hub> StartAsync()
        {
            var hub = new Hub();
            await hub._server.StartAsync();
            return hub;
        }

        public static string Feed(params string[] titles) =>
            $"<rss version=\"2.0\"><channel><title>T</title>{string.Concat(titles.Select(title => $"<item><guid>{title}</guid><title>{title}</title><description>About {title}.</description></item>"))}</channel></rss>";

        public async Task<Dictionary<string, string>> AskedAsync() => await _asked.Reader.ReadAsync(Token);

        public ValueTask DisposeAsync() => _server.DisposeAsync();

        private async Task AnswerAsync(HttpContext context)
        {
            if (context.Request.Path == "/hub")
            {
                var form = await context.Request.ReadFormAsync(Token);
                _asked.Writer.TryWrite(form.ToDictionary(field => field.Key, field => field.Value.ToString()));
                context.Response.StatusCode = 202;
                return;
            }

            context.Response.Headers.Link = $"<{_server.Address}hub>; rel=hub, <{_server.Address}feed>; rel=self";
            context.Response.ContentType = "application/rss+xml";
            await context.Response.WriteAsync(Feed("first"), Token);
        }
    }
}
