using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Aggregator.Service.Images;
using Aggregator.Service.Tests.World;
using Microsoft.Extensions.DependencyInjection;

namespace Aggregator.Service.Tests.EndToEnd;

/// <summary>Pictures that go to readers through the service.</summary>
public sealed partial class ImagesTests
{
    private static readonly byte[] Png = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, 1, 2, 3, 4];
    private static readonly (string, string) On = ("Images:Proxy", "true");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("atom")]
    [InlineData("rss")]
    [InlineData("json")]
    [InlineData("rdf")]
    public async Task MergedFeed_EveryPicture_IsHadHere(string format)
    {
        await using var web = await SmallWeb.StartAsync();
        using var folder = new TestFolder();
        web.Put("feed", "application/rss+xml", Feed(web));
        await using var service = await RunningService.StartAsync(folder, web.FeedsJson("feed"), On, ("Hosting:FeedContent", "Full"), ("Hosting:PublicAddress", "https://news.example/base/"));
        await service.PolledAsync(1);

        var feed = await service.GetTextAsync($"/feed.{format}");

        // What is left of the publisher's addresses are the link, the film and the sound.
        var here = Addresses().Matches(feed).Select(match => match.Value).ToList();
        Assert.All(here, address => Assert.StartsWith("https://news.example/base/images/", address, StringComparison.Ordinal));
        var links = service.Services.GetRequiredService<ImageLinks>();
        var pictures = here.Select(address => address.Split('/')[^2..]).Select(parts => links.Read(parts[0], parts[1])!.AbsolutePath).Distinct().Order().ToList();
        Assert.Equal(["/a.png", "/b.png", "/c.webp", "/enclosed.png", "/lead.png", "/poster.jpg", "/wide.png"], pictures);
        foreach (var gone in pictures)
        {
            Assert.DoesNotContain(web.Address.AbsoluteUri.TrimEnd('/') + gone, feed, StringComparison.Ordinal);
        }

        Assert.Contains($"{web.Address}film.mp4", feed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MergedFeed_SettingChanged_KeepsIdsAndDates()
    {
        await using var web = await SmallWeb.StartAsync();
        using var folder = new TestFolder();
        web.Put("feed", "application/rss+xml", Feed(web));
        var facts = new List<string>();
        var documents = new List<string>();
        foreach (var setting in (string[])["false", "true", "false"])
        {
            await using var service = await RunningService.StartAsync(folder, web.FeedsJson("feed"), ("Images:Proxy", setting));
            await service.PolledAsync(1);
            documents.Add(await service.GetTextAsync("/feed.atom"));
            var entry = XDocument.Parse(documents[^1]).Root!.Elements().Single(element => element.Name.LocalName == "entry");
            facts.Add(string.Join(' ', entry.Elements().Where(element => element.Name.LocalName is "id" or "updated" or "published").Select(element => element.Value)));
        }

        Assert.Single(facts.Distinct());
        Assert.DoesNotContain("/images/", documents[0], StringComparison.Ordinal);
        Assert.Contains("/images/", documents[1], StringComparison.Ordinal);
        Assert.DoesNotContain("/images/", documents[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Picture_AskedForOften_IsFetchedOnceAndSaysNothingOfTheReader()
    {
        await using var web = await SmallWeb.StartAsync();
        using var folder = new TestFolder();
        using var traces = new ActivityListener { ShouldListenTo = source => source.Name == "Microsoft.AspNetCore", Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.PropagationData };
        ActivitySource.AddActivityListener(traces);
        web.Put("i.png", "image/png", Png);
        var feeds = web.FeedsJson();
        string path;
        await using (var service = await RunningService.StartAsync(folder, feeds, On))
        {
            path = PathOf(service, new Uri(web.Address, "i.png"));
            using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Referrer = new Uri("https://reader.example/"), } };
            request.Headers.Add("Cookie", "a=b");
            request.Headers.Add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
            request.Headers.Add("tracestate", "reader=1");
            request.Headers.Add("baggage", "reader=1");
            request.Headers.Add("Accept-Language", "tlh");
            request.Headers.Add("X-Forwarded-For", "192.0.2.1");
            using var first = await service.Client.SendAsync(request, Token);

            Assert.Equal(HttpStatusCode.OK, first.StatusCode);
            Assert.Equal("image/png", first.Content.Headers.ContentType!.ToString());
            Assert.Equal("default-src 'none'; frame-ancestors 'none'; sandbox", first.Headers.GetValues("Content-Security-Policy").Single());
            Assert.Equal("nosniff", first.Headers.GetValues("X-Content-Type-Options").Single());
            Assert.Equal("public, max-age=604800", first.Headers.CacheControl!.ToString());
            Assert.False(first.Headers.Contains("Set-Cookie"));
            Assert.Equal(Png, await first.Content.ReadAsByteArrayAsync(Token));
            using var again = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { IfNoneMatch = { first.Headers.ETag! } } };
            using var unchanged = await service.Client.SendAsync(again, Token);
            Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
        }

        // Another process has it, too, and the same address is still good.
        await using (var service = await RunningService.StartAsync(folder, feeds, On))
        {
            Assert.Equal(Png, await service.Client.GetByteArrayAsync(new Uri(path, UriKind.Relative), Token));
        }

        var seen = Assert.Single(web.Requests, request => request.Path == "i.png");
        Assert.Equal(["Accept", "Accept-Encoding", "Host", "User-Agent"], seen.Headers.Keys.Order(StringComparer.Ordinal));
        Assert.DoesNotContain(web.Requests, request => request.Path == "robots.txt");
        Assert.All(Directory.EnumerateFiles(Path.Combine(folder.Data, "images")), file => Assert.Matches("^[0-9a-f]{32}-[0-9a-f]{24}[.]png$", Path.GetFileName(file)));
    }

    [Fact]
    public async Task Pictures_ManyReadersAtOnce_AreOneRequest()
    {
        await using var web = await SmallWeb.StartAsync();
        using var folder = new TestFolder();
        var go = new TaskCompletionSource();
        web.Put("slow.png", async context =>
        {
            await go.Task;
            context.Response.ContentType = "image/png";
            await context.Response.Body.WriteAsync(Png);
        });
        await using var service = await RunningService.StartAsync(folder, web.FeedsJson(), On);
        var path = new Uri(PathOf(service, new Uri(web.Address, "slow.png")), UriKind.Relative);

        var readers = Enumerable.Range(0, 20).Select(_ => service.Client.GetByteArrayAsync(path, Token)).ToList();
        await Eventually.HoldsAsync(() => Task.FromResult(web.Requests.Any(request => request.Path == "slow.png")));
        go.SetResult();

        Assert.All(await Task.WhenAll(readers), picture => Assert.Equal(Png, picture));
        Assert.Single(web.Requests, request => request.Path == "slow.png");
    }

    /// <summary>A picture goes out from the disk, whole, also when there is no room for it any more before its reader has it; who has it already or asks for its size gets no bytes.</summary>
    [Fact]
    public async Task Picture_LetGoOfWhileItIsSent_ArrivesWhole()
    {
        await using var web = await SmallWeb.StartAsync();
        using var folder = new TestFolder();
        byte[] large = [.. Png, .. new byte[45_000_000]];
        web.Put("large.png", "image/png", large);
        await using var service = await RunningService.StartAsync(folder, web.FeedsJson(), On, ("Images:MaxBytes", "50000000"));
        var path = new Uri(PathOf(service, new Uri(web.Address, "large.png")), UriKind.Relative);
        using var reader = await service.Client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, Token);
        using var head = await service.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, path), Token);
        using var unchanged = await service.Client.SendAsync(new HttpRequestMessage(HttpMethod.Get, path) { Headers = { IfNoneMatch = { reader.Headers.ETag! } } }, Token);

        Assert.Equal((HttpStatusCode.OK, large.Length), (head.StatusCode, head.Content.Headers.ContentLength));
        Assert.Equal((HttpStatusCode.NotModified, reader.Headers.ETag), (unchanged.StatusCode, unchanged.Headers.ETag));
        foreach (var file in Directory.EnumerateFiles(Path.Combine(folder.Data, "images")))
        {
            File.Delete(file);
        }

        Assert.Equal(large.Length, reader.Content.Headers.ContentLength);
        var read = await reader.Content.ReadAsByteArrayAsync(Token);
        Assert.True(large.AsSpan().SequenceEqual(read));
    }

    /// <summary>A host that answers nothing has a few turns and a queue of its own. Others do not wait for it, and what was never asked for there has not failed.</summary>
    [Fact]
    public async Task Host_ThatIsSlow_HoldsUpNobodyElse()
    {
        await using var web = await SmallWeb.StartAsync();
        using var folder = new TestFolder();
        var go = new TaskCompletionSource();
        for (var i = 0; i <= ImageTurns.MostOfAHost; i++)
        {
            web.Put($"slow/{i}.png", async context =>
            {
                await go.Task;
                context.Response.ContentType = "image/png";
                await context.Response.Body.WriteAsync(Png);
            });
        }

        web.Put("quick.png", "image/png", Png);
        await using var service = await RunningService.StartAsync(folder, web.FeedsJson(), On, ("Fetching:Proxy", web.Address.AbsoluteUri));
        var paths = Enumerable.Range(0, ImageTurns.MostOfAHost + 1).Select(i => new Uri(PathOf(service, new Uri($"http://slow.example/slow/{i}.png")), UriKind.Relative)).ToList();

        var readers = paths.Select(async path =>
        {
            using var answer = await service.Client.GetAsync(path, Token);
            return (Path: path, Status: answer.StatusCode);
        }).ToList();
        var tooMany = await await Task.WhenAny(readers);
        Assert.Equal(HttpStatusCode.BadGateway, tooMany.Status);
        Assert.InRange(web.Requests.Count, 0, ImageTurns.AtOnceOfAHost);
        Assert.Equal(Png, await service.Client.GetByteArrayAsync(new Uri(PathOf(service, new Uri("http://quick.example/quick.png")), UriKind.Relative), Token));

        go.SetResult();
        var answers = await Task.WhenAll(readers);
        Assert.Equal(ImageTurns.MostOfAHost, answers.Count(answer => answer.Status == HttpStatusCode.OK));
        Assert.Equal(Png, await service.Client.GetByteArrayAsync(tooMany.Path, Token));
    }

    /// <summary>Readers get their pictures also where the disk takes none.</summary>
    [Fact]
    public async Task Picture_ThatTheDiskDoesNotTake_IsHadAllTheSame()
    {
        await using var web = await SmallWeb.StartAsync();
        using var folder = new TestFolder();
        web.Put("i.png", "image/png", Png);
        Directory.CreateDirectory(folder.Data);
        await File.WriteAllTextAsync(Path.Combine(folder.Data, "images"), "in the way", Token);
        await using var service = await RunningService.StartAsync(folder, web.FeedsJson(), On);

        Assert.Equal(Png, await service.Client.GetByteArrayAsync(new Uri(PathOf(service, new Uri(web.Address, "i.png")), UriKind.Relative), Token));
    }

    [Theory]
    [InlineData("image/svg+xml", "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>")]
    [InlineData("image/png", "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>")]
    [InlineData("image/png", "<!DOCTYPE html><script>alert(1)</script>")]
    [InlineData("text/html", "GIF89a<script>alert(1)</script>")]
    [InlineData("image/svg+xml", "GIF89a")]
    [InlineData("image/bmp", "BM1234")]
    [InlineData("image/png", "")]
    public async Task NoPicture_WhateverItCallsItself_IsNotPassedOn(string type, string body)
    {
        await using var web = await SmallWeb.StartAsync();
        using var folder = new TestFolder();
        web.Put("x", type, body);
        await using var service = await RunningService.StartAsync(folder, web.FeedsJson(), On);

        await AssertNotHadAsync(service, new Uri(web.Address, "x"));
        await AssertNotHadAsync(service, new Uri(web.Address, "x"));

        Assert.Single(web.Requests, request => request.Path == "x");
        Assert.False(Directory.Exists(Path.Combine(folder.Data, "images")) && Directory.EnumerateFiles(Path.Combine(folder.Data, "images")).Any());
    }

    [Fact]
    public async Task Picture_RefusedMissingOrTooLarge_IsOneAnswer()
    {
        await using var web = await SmallWeb.StartAsync();
        using var folder = new TestFolder();
        web.Put("large.png", "image/png", [.. Png, .. new byte[20_000]]);
        web.Put("inside", context =>
        {
            context.Response.Redirect("http://10.0.0.1/x.png");
            return Task.CompletedTask;
        });
        web.Put("file", context =>
        {
            context.Response.Redirect("file:///etc/passwd");
            return Task.CompletedTask;
        });
        await using var service = await RunningService.StartAsync(folder, web.FeedsJson(), On, ("Images:MaxBytes", "10000"));

        var answers = new List<string>();
        foreach (var address in (Uri[])[new(web.Address, "large.png"), new(web.Address, "inside"), new(web.Address, "file"), new(web.Address, "missing.png"), new("http://10.0.0.1/x.png"), new("http://metadata.google.internal/x.png"), new("http://127.0.0.1:1/x.png"), new("http://127.0.0.1:22/x.png")])
        {
            answers.Add(await AssertNotHadAsync(service, address));
        }

        Assert.Single(answers.Distinct());
    }

    [Fact]
    public async Task Address_NotMadeHere_IsNotAskedFor()
    {
        await using var web = await SmallWeb.StartAsync();
        using var folder = new TestFolder();
        web.Put("i.png", "image/png", Png);
        await using var service = await RunningService.StartAsync(folder, web.FeedsJson(), On);
        var good = PathOf(service, new Uri(web.Address, "i.png")).Split('/');
        var other = PathOf(service, new Uri(web.Address, "other.png")).Split('/');

        foreach (var path in (string[])[$"/images/{good[^2]}/{other[^1]}", $"/images/{good[^2][..^1]}/{good[^1]}", $"/images/AAAA/{good[^1]}", $"/images/x/{good[^1]}", $"/images/{good[^2]}/..", "/images/", $"/images/{good[^1]}", $"/images/{good[^2]}/{good[^1]}/x"])
        {
            using var answer = await service.Client.GetAsync(new Uri(path, UriKind.Relative), Token);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }

        Assert.DoesNotContain(web.Requests, request => request.Path.EndsWith(".png", StringComparison.Ordinal));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(folder.Data, "images.key")));
        }
    }

    [Fact]
    public async Task Proxy_Off_HasNoAddress()
    {
        await using var web = await SmallWeb.StartAsync();
        using var folder = new TestFolder();
        await using var service = await RunningService.StartAsync(folder, web.FeedsJson());
        Assert.False(File.Exists(Path.Combine(folder.Data, "images.key")));

        using var answer = await service.Client.GetAsync(new Uri("/images/a/b", UriKind.Relative), Token);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    private static async Task<string> AssertNotHadAsync(RunningService service, Uri picture)
    {
        using var answer = await service.Client.GetAsync(new Uri(PathOf(service, picture), UriKind.Relative), Token);
        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        var said = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Token))!.AsObject();
        said.Remove("traceId");
        return said.ToJsonString();
    }

    private static string PathOf(RunningService service, Uri picture) => service.Services.GetRequiredService<ImageLinks>().AddressOf(picture, service.Client.BaseAddress!).AbsolutePath;

    private static string Feed(SmallWeb web) => string.Create(CultureInfo.InvariantCulture, $"""
        <rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>t</title><item><guid>1</guid><title>One</title><link>{web.Address}1</link>
        <pubDate>Mon, 02 Nov 2026 08:00:00 GMT</pubDate>
        <content:encoded><![CDATA[<p>Words <img src="/a.png" srcset="/a.png 1x, /wide.png 2x" alt="x" width=5> more</p><picture><source srcset="/c.webp"><img src="/b.png"></picture>
        <video src="/film.mp4" poster="/poster.jpg"></video>]]></content:encoded>
        <media:thumbnail url="{web.Address}lead.png"/><enclosure url="{web.Address}enclosed.png" type="image/png" length="9"/></item></channel></rss>
        """);

    [GeneratedRegex("https?://[^\"<>, ]*/images/[^\"<>, &\\\\]*")]
    private static partial Regex Addresses();
}
