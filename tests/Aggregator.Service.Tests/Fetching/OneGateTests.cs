using System.Net;
using System.Net.Sockets;
using Aggregator.Service.Fetching;
using Aggregator.Service.Hosting;
using Aggregator.Service.Tests.EndToEnd;
using Aggregator.Service.Tests.World;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Tests.Fetching;

/// <summary>
/// Everything that leaves goes through one guard. A listener stands inside; every way there is to make the service ask an address of a stranger's choice is tried with that one, named and
/// as a name that resolves to it, and nothing may knock.
/// </summary>
public sealed class OneGateTests
{
    private const string Name = "looks-public.example";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AddressInside_ByWhateverWay_IsNeverConnectedTo(bool byName)
    {
        using var inside = new TcpListener(IPAddress.Loopback, 0);
        inside.Start();
        var target = $"http://{(byName ? Name : "127.0.0.1")}:{((IPEndPoint)inside.LocalEndpoint).Port}";
        await using var web = await SmallWeb.StartAsync();
        using var folder = new TestFolder();
        web.Put("redirected", context =>
        {
            context.Response.Redirect($"{target}/feed");
            return Task.CompletedTask;
        });
        web.Put("hub", context =>
        {
            context.Response.Headers.Link = $"<{target}/hub>; rel=hub, <{web.Address}hub>; rel=self";
            context.Response.ContentType = "application/rss+xml";
            return context.Response.Body.WriteAsync("<rss version=\"2.0\"><channel><title>t</title></channel></rss>"u8.ToArray()).AsTask();
        });
        web.Put("entries", "application/rss+xml", $"<rss version=\"2.0\"><channel><title>t</title><image><url>{target}/icon.png</url></image><item><guid>1</guid><title>page</title><link>{target}/page</link></item>"
            + $"<item><guid>2</guid><title>page that redirects</title><link>{web.Address}redirected</link></item></channel></rss>");
        web.Put("site", "text/html", $"<link rel=alternate type=application/rss+xml href={target}/feed>");
        var feeds = $$"""{ "feeds": [ {{string.Join(", ", new[] { $"{target}/feed", $"{web.Address}redirected", $"{web.Address}hub", $"{web.Address}entries" }.Select(address => $$"""{ "url": "{{address}}" }"""))}} ] }""";

        // Only the web of the test is allowed, by a name; loopback is not.
        await File.WriteAllTextAsync(folder.Feeds, feeds.Replace("127.0.0.1:" + web.Address.Port, "web.test:" + web.Address.Port, StringComparison.Ordinal), Token);
        var settings = new Dictionary<string, string?>(RunningService.Settings)
        {
            ["Fetching:AllowedNetworks:0"] = "web.test",
            ["Hosting:PublicAddress"] = "https://news.example/",
            ["Images:Proxy"] = "true",
        };
        if (byName)
        {
            settings["Webhooks:Inside:Address"] = $"{target}/webhook";
            settings["Webhooks:Inside:Query"] = "page";
            settings["Webhooks:Inside:Secret"] = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        }

        await using var app = await ServiceStart.PrepareAsync(new ServicePaths(folder.Feeds, folder.Data), ServiceMode.Serve, settings, Token, builder =>
        {
            builder.Logging.ClearProviders();
            builder.Services.AddSingleton(provider => new AddressGuard(provider.GetRequiredService<IOptions<FetchingOptions>>(), Resolve));
        });
        await app.StartAsync(Token);
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        client.DefaultRequestHeaders.Add(ServiceKey.Header, app.Services.GetRequiredService<ServiceKey>().Value);
        await Eventually.HoldsAsync(async () => (await client.GetStringAsync(new Uri("/api/feeds", UriKind.Relative), Token)).Split("\"polls\":1").Length > 4);

        using var discovered = await client.GetAsync(new Uri($"/api/discover?address={Uri.EscapeDataString(target)}", UriKind.Relative), Token);
        using var site = await client.GetAsync(new Uri($"/api/discover?address={Uri.EscapeDataString($"http://web.test:{web.Address.Port}/site")}", UriKind.Relative), Token);
        using var callback = await client.PostAsync(new Uri("/hub", UriKind.Relative), new FormUrlEncodedContent(new Dictionary<string, string> { ["hub.mode"] = "subscribe", ["hub.topic"] = "https://news.example/feed.atom", ["hub.callback"] = $"{target}/callback" }), Token);
        var picture = app.Services.GetRequiredService<Aggregator.Service.Images.ImageLinks>().AddressOf(new Uri($"{target}/i.png"), client.BaseAddress);
        using var image = await client.GetAsync(picture, Token);

        Assert.Equal(HttpStatusCode.OK, site.StatusCode);
        Assert.Equal(HttpStatusCode.BadGateway, image.StatusCode);
        Assert.Equal(byName ? HttpStatusCode.Accepted : HttpStatusCode.BadRequest, callback.StatusCode);
        Assert.Contains(web.Requests, request => request.Path == "redirected");
        await app.StopAsync(Token);
        Assert.False(inside.Pending());
    }

    private static Task<IPAddress[]> Resolve(string host, CancellationToken cancellationToken) => Task.FromResult<IPAddress[]>(host switch
    {
        "web.test" => [IPAddress.Loopback],
        Name => [IPAddress.Parse("93.184.216.34"), IPAddress.Loopback],
        _ => throw new SocketException((int)SocketError.HostNotFound),
    });
}
