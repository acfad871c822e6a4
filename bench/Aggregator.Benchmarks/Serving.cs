using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Aggregator.Model.Storage;
using Aggregator.Service.Hosting;
using Aggregator.Service.Polling;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Aggregator.Benchmarks;

/// <summary>
/// Serves merged feeds from a store of made-up news: requests a second beside nginx with the same bytes as a static file, both asked by wrk in one run; how long readers wait
/// while stories are saved as fast as that goes; query feeds that nobody asked for before; and how long a new story takes to be in the feed.
/// </summary>
internal static partial class Serving
{
    private const int RequestsASecond = 1_000;
    private const int SavedAtOnce = 20;
    private const int Seconds = 5;

    public static async Task<int> RunAsync(string folder, int count, IReadOnlyList<string> paths)
    {
        var stories = new StoreStories(paths, count);
        var feeds = Path.Combine(folder, "feeds.json");
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(feeds, """{"feeds":[]}""");
        var settings = new Dictionary<string, string?> { ["Hosting:Listen"] = "http://127.0.0.1:0" };
        await using var app = await ServiceStart.PrepareAsync(new ServicePaths(feeds, folder), ServiceMode.Serve, settings, CancellationToken.None, builder => builder.Logging.ClearProviders());
        var store = app.Services.GetRequiredService<IStoryStore>();
        for (var next = (int)(await store.CountAsync(CancellationToken.None)).Stories; next < count; next += 500)
        {
            await store.SaveAsync(new StoryBatch([.. Enumerable.Range(next, Math.Min(500, count - next)).Select(stories.Make)], null), CancellationToken.None);
        }

        await ServiceStart.StartAsync(app, CancellationToken.None);
        var home = new Uri(app.Urls.First());
        Say($"{(await store.CountAsync(CancellationToken.None)).Stories:N0} stories, {Environment.ProcessorCount} processors");
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = 256 }) { BaseAddress = home };
        await CompareAsync(client, home, folder);
        await AskQueriesAsync(client);
        await AskWhileSavingAsync(app, client, stories, count);
        await AwaitStoriesAsync(app, client, stories, count + 10_000_000);
        await app.StopAsync();
        return 0;
    }

    /// <summary>Beside nginx, in turns.</summary>
    private static async Task CompareAsync(HttpClient client, Uri home, string folder)
    {
        using var plain = await client.GetAsync(new Uri("/feed.atom", UriKind.Relative));
        using var asking = new HttpRequestMessage(HttpMethod.Get, "/feed.atom");
        asking.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("gzip"));
        using var coded = await client.SendAsync(asking);
        var (bytes, compressed, tag) = (await plain.Content.ReadAsByteArrayAsync(), await coded.Content.ReadAsByteArrayAsync(), coded.Headers.ETag!.ToString());
        Say($"/feed.atom: {bytes.Length:N0} bytes, {compressed.Length:N0} with gzip");
        if (!await IsThereAsync("wrk") || !await IsThereAsync("nginx"))
        {
            Say($"wrk or nginx is not installed: nothing is compared");
            return;
        }

        using var nginx = await Nginx.StartAsync(Path.Combine(folder, "nginx"), bytes, compressed);
        using var head = new HttpRequestMessage(HttpMethod.Get, new Uri(nginx.Address, "/feed.atom"));
        head.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("gzip"));
        using var served = await client.SendAsync(head);
        foreach (var round in Enumerable.Range(1, 3))
        {
            var theirs304 = await WrkAsync(new Uri(nginx.Address, "/feed.atom"), served.Headers.ETag!.ToString());
            var before = GC.GetTotalAllocatedBytes();
            var ours304 = await WrkAsync(new Uri(home, "/feed.atom"), tag);
            var each304 = (GC.GetTotalAllocatedBytes() - before) / (ours304 * Seconds);
            var theirs200 = await WrkAsync(new Uri(nginx.Address, "/feed.atom"), null);
            before = GC.GetTotalAllocatedBytes();
            var ours200 = await WrkAsync(new Uri(home, "/feed.atom"), null);
            var each200 = (GC.GetTotalAllocatedBytes() - before) / (ours200 * Seconds);
            Say($"round {round}: 304 {ours304:N0}/s beside nginx's {theirs304:N0} ({ours304 / theirs304:F2}), {each304:N0} bytes allocated a request; 200 with gzip {ours200:N0}/s beside {theirs200:N0} ({ours200 / theirs200:F2}), {each200:N0} bytes");
        }
    }

    /// <summary>Query feeds that were never asked for.</summary>
    private static async Task AskQueriesAsync(HttpClient client)
    {
        // Those that the service knows, of those that the stories have.
        var topics = new List<string>();
        foreach (var topic in Enumerable.Range(0, StoreStories.Topics).Select(StoreStories.Topic))
        {
            using var answer = await client.GetAsync(new Uri($"/topics/{topic}/feed.json?limit=1", UriKind.Relative));
            if (answer.IsSuccessStatusCode)
            {
                topics.Add(topic);
            }
        }

        var times = new List<double>();
        var slowest = (Time: 0.0, Query: "");
        for (var i = 0; i < 200; i++)
        {
            var query = $"topic:{topics[i % topics.Count]}{(i % 3 == 0 ? $" topic:{topics[(i + 3) % topics.Count]}" : "")}{(i % 5 == 0 ? " company" : "")}{(i % 5 == 1 ? " -deal" : "")} since:{200 + i}d";
            var time = await TimeAsync(client, $"/feed.atom?q={Uri.EscapeDataString(query)}");
            slowest = time > slowest.Time ? (time, query) : slowest;
            times.Add(time);
        }

        Say($"query feeds, each for the first time: {Quantiles(times)} ms; the slowest {slowest.Query}");
    }

    /// <summary>Requests at an even pace, alone and while stories are saved as fast as that goes.</summary>
    private static async Task AskWhileSavingAsync(WebApplication app, HttpClient client, StoreStories stories, int count)
    {
        foreach (var saving in new[] { false, true })
        {
            using var ending = new CancellationTokenSource();
            var saved = 0;
            var writer = saving ? Task.Run(async () =>
            {
                for (var next = count; !ending.IsCancellationRequested; next += SavedAtOnce)
                {
                    await app.Services.GetRequiredService<IStoryStore>().SaveAsync(new StoryBatch([.. Enumerable.Range(next, SavedAtOnce).Select(stories.Make)], null), CancellationToken.None);
                    app.Services.GetRequiredService<StoreChanges>().Happened();
                    saved += SavedAtOnce;
                }
            }) : Task.CompletedTask;
            var quantiles = await RunAsync(Environment.ProcessPath!, [typeof(Serving).Assembly.Location, "serving-ask", client.BaseAddress!.AbsoluteUri]);
            var rate = saved / (Seconds * 2.0);
            await ending.CancelAsync();
            await writer;
            Say($"{RequestsASecond:N0} requests a second{(saving ? $" while some {rate:N0} stories a second are saved" : "")}: {quantiles.Trim()} ms");
        }
    }

    /// <summary>Asks at an even pace from a process of its own; each request is counted from when it was due.</summary>
    public static async Task<int> AskAsync(Uri home)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = 256 }) { BaseAddress = home };
        var times = new List<double>();
        for (var warm = 0; warm < 200; warm++)
        {
            await client.GetByteArrayAsync(new Uri("/feed.atom", UriKind.Relative));
        }

        var tag = (await client.GetAsync(new Uri("/feed.atom", UriKind.Relative))).Headers.ETag!;
        var asked = new List<Task>();
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < RequestsASecond * Seconds * 2; i++)
        {
            var due = TimeSpan.FromSeconds(i / (double)RequestsASecond);
            while (clock.Elapsed < due)
            {
                await Task.Delay(1);
            }

            asked.Add(AskOnceAsync(i, due));
        }

        await Task.WhenAll(asked);
        Console.WriteLine(Quantiles(times));
        return 0;

        async Task AskOnceAsync(int number, TimeSpan due)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, number % 4 == 0 ? "/topics/ai/feed.rss" : "/feed.atom");
            request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("gzip"));
            if (number % 2 == 0)
            {
                request.Headers.IfNoneMatch.Add(tag);
            }

            using var answer = await client.SendAsync(request);
            await answer.Content.ReadAsByteArrayAsync();
            lock (times)
            {
                times.Add((clock.Elapsed - due).TotalMilliseconds);
            }
        }
    }

    /// <summary>From a story's being saved to its being in the feed, asked all the time.</summary>
    private static async Task AwaitStoriesAsync(WebApplication app, HttpClient client, StoreStories stories, int first)
    {
        var times = new List<double>();
        for (var i = 0; i < 20; i++)
        {
            var story = stories.Make(first + i) with { Published = null, FirstSeen = DateTimeOffset.UtcNow, Title = $"Story number {first + i}" };
            await app.Services.GetRequiredService<IStoryStore>().SaveAsync(new StoryBatch([story], null), CancellationToken.None);
            var clock = Stopwatch.StartNew();
            app.Services.GetRequiredService<StoreChanges>().Happened();
            while (!(await client.GetStringAsync(new Uri("/feed.atom", UriKind.Relative))).Contains(story.Title, StringComparison.Ordinal))
            {
                await Task.Delay(5);
            }

            times.Add(clock.Elapsed.TotalMilliseconds);
        }

        Say($"a story saved is in /feed.atom after: {Quantiles(times)} ms");
    }

    private static async Task<double> TimeAsync(HttpClient client, string path)
    {
        var clock = Stopwatch.StartNew();
        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative));
        answer.EnsureSuccessStatusCode();
        await answer.Content.ReadAsByteArrayAsync();
        return clock.Elapsed.TotalMilliseconds;
    }

    private static async Task<double> WrkAsync(Uri address, string? tag)
    {
        string[] condition = tag is null ? [] : ["-H", $"If-None-Match: {tag}"];
        var text = await RunAsync("wrk", ["-t1", "-c32", $"-d{Seconds}s", "-H", "Accept-Encoding: gzip", .. condition, address.AbsoluteUri]);
        return double.Parse(Rate().Match(text).Groups[1].Value, CultureInfo.InvariantCulture);
    }

    private static async Task<bool> IsThereAsync(string program)
    {
        try
        {
            await RunAsync(program, ["-v"]);
            return true;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static async Task<string> RunAsync(string program, IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        _ = process.StandardError.ReadToEndAsync();
        var text = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return text;
    }

    private static string Quantiles(List<double> times)
    {
        times.Sort();
        return string.Create(CultureInfo.InvariantCulture, $"half within {times[times.Count / 2]:F1}, 99 % within {times[(int)(times.Count * 0.99)]:F1}, all within {times[^1]:F1}");
    }

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    [GeneratedRegex(@"Requests/sec:\s+([0-9.]+)")]
    private static partial Regex Rate();

    /// <summary>nginx with one file, plain and compressed beforehand.</summary>
    private sealed class Nginx(Process process, Uri address) : IDisposable
    {
        public Uri Address { get; } = address;

        public static async Task<Nginx> StartAsync(string folder, byte[] plain, byte[] compressed)
        {
            var files = Directory.CreateDirectory(Path.Combine(folder, "www")).FullName;
            await File.WriteAllBytesAsync(Path.Combine(files, "feed.atom"), plain);
            await File.WriteAllBytesAsync(Path.Combine(files, "feed.atom.gz"), compressed);
            using var probe = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
            probe.Start();
            var port = ((IPEndPoint)probe.LocalEndpoint).Port;
            probe.Stop();
            var configuration = Path.Combine(folder, "nginx.conf");
            await File.WriteAllTextAsync(configuration, $$"""
                worker_processes auto; pid {{folder}}/pid; error_log {{folder}}/errors; daemon off;
                events { worker_connections 1024; }
                http {
                  access_log off; types { application/atom+xml atom; } gzip_static on; etag on; sendfile on; keepalive_requests 100000000;
                  client_body_temp_path {{folder}}/a; proxy_temp_path {{folder}}/b; fastcgi_temp_path {{folder}}/c; uwsgi_temp_path {{folder}}/d; scgi_temp_path {{folder}}/e;
                  server { listen 127.0.0.1:{{port}}; root {{files}}; }
                }
                """);
            var process = Process.Start(new ProcessStartInfo("nginx", ["-c", Path.GetFullPath(configuration)]))!;
            await Task.Delay(TimeSpan.FromSeconds(1));
            return new Nginx(process, new Uri($"http://127.0.0.1:{port}/"));
        }

        public void Dispose()
        {
            // The master ends its workers when it is asked to, and leaves them when it is killed.
            using var quit = Process.Start("kill", ["-QUIT", process.Id.ToString(CultureInfo.InvariantCulture)]);
            quit.WaitForExit();
            process.WaitForExit();
            process.Dispose();
        }
    }
}
