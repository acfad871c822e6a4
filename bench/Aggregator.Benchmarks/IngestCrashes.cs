using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Aggregator.Benchmarks;

/// <summary>
/// Kills the whole service in the middle of its work, again and again: `ingest-kill PROGRAM WORLD FOLDER TIMES`. The program (aggregator.dll) polls a test world through its
/// HTTP proxy (the world lists its feeds at /feeds.json?urls=proxy); what the API says is stored is written down; the process is killed (SIGKILL) at a random moment of its work and started
/// again, and must have every story that was told of, and none twice. With `ingest-kill ... TIMES HEAPMEGABYTES` the process may have no more of managed memory than that, and
/// dies of it, too.
/// </summary>
internal static class IngestCrashes
{
    private const string Data = "data";

    private const int KillsOfAFolder = 10;

    private static readonly TimeSpan LongestStart = TimeSpan.FromMinutes(2);

    /// <summary>How long new stories are waited for. Those who wait in vain are killed all the same.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan BetweenQuestions = TimeSpan.FromMilliseconds(100);

    public static async Task<int> RunAsync(string program, Uri world, string folder, int times, int? heapMegabytes)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromMinutes(1) };
        Directory.CreateDirectory(folder);
        var feeds = Path.Combine(folder, "feeds.json");
        await File.WriteAllTextAsync(feeds, await http.GetStringAsync(new Uri(world, "feeds.json?urls=proxy")));
        var (random, told, starts) = (new Random(1), new HashSet<string>(), new List<double>());
        var (lost, twice, died, atWork, all) = (0, 0, 0, 0, 0);
        for (var time = 1; time <= times; time++)
        {
            if (time % KillsOfAFolder == 1)
            {
                await CheckAsync(TimeSpan.Zero);
                Directory.Delete(Path.Combine(folder, Data), recursive: true); // once all is read, there is nothing to be killed at
                told = [];
            }

            await CheckAsync(LongestWait);
            if (lost + twice > 0 || time % 20 == 0 || time == times)
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{time} kills, {atWork} of them at work, {died} deaths of its own: {all:N0} stories told of, {lost} lost, {twice} twice; serving after {starts.Order().ElementAt(starts.Count / 2):F0} ms, at most {starts.Max():F0} ms"));
            }
        }

        await CheckAsync(TimeSpan.Zero);
        return lost + twice == 0 ? 0 : 1;

        // Starts it, looks for what was told of, and kills it when it has been at work for a while.
        async Task CheckAsync(TimeSpan longest)
        {
            var heap = longest == TimeSpan.Zero ? null : heapMegabytes; // what is stored is looked through at the end with all the memory it takes
            var home = new Uri($"http://127.0.0.1:{FreePort()}/");
            var clock = Stopwatch.StartNew();
            using var process = Start(program, world, folder, home, heap);
            try
            {
                await WaitAsync(http, home, process);
                starts.Add(clock.Elapsed.TotalMilliseconds);
                var stories = await ReadAsync(http, home);
                lost += told.Count(id => !stories.ContainsKey(id));
                twice += stories.Values.Sum(count => count - 1);
                all += stories.Keys.Count(id => told.Add(id));
                var (until, length) = (Stopwatch.StartNew(), longest);
                for (var before = told.Count; until.Elapsed < length; await Task.Delay(BetweenQuestions))
                {
                    all += (await ReadAsync(http, home)).Keys.Count(id => told.Add(id));
                    if (told.Count > before && length == longest)
                    {
                        atWork++;
                        length = until.Elapsed + TimeSpan.FromMilliseconds(random.Next(0, 3000)); // it is at work: now at random
                    }
                }
            }
            catch (Exception fault) when (heap is not null && fault is HttpRequestException or IOException)
            {
                died += process.HasExited ? 1 : 0; // for want of memory, and else it had none for this answer
            }
            finally
            {
                process.Kill();
                await process.WaitForExitAsync();
            }
        }
    }

    private static Process Start(string program, Uri world, string folder, Uri home, int? heapMegabytes)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardError = true };
        string[] arguments =
        [
            program, "run", "--feeds", Path.Combine(folder, "feeds.json"), "--data", Path.Combine(folder, Data), "--set", $"Hosting:Listen={home}", "--set", $"Fetching:Proxy={world}",
            "--set", "Fetching:PerHostSpacing=00:00:00",
        ];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        if (heapMegabytes is { } megabytes)
        {
            start.Environment["DOTNET_GCHeapHardLimit"] = ((long)megabytes << 20).ToString("X", CultureInfo.InvariantCulture);
        }

        var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, line) => { }; // read, so that it never waits for a reader
        process.BeginErrorReadLine();
        return process;
    }

    private static async Task WaitAsync(HttpClient http, Uri home, Process process)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                if ((await http.GetAsync(new Uri(home, "healthz"))).IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException) when (!process.HasExited && waited.Elapsed < LongestStart)
            {
                await Task.Delay(20);
            }
        }
    }

    /// <summary>How often the service tells of each story.</summary>
    private static async Task<Dictionary<string, int>> ReadAsync(HttpClient http, Uri home)
    {
        var stories = new Dictionary<string, int>();
        var lines = await http.GetStringAsync(new Uri(home, "api/stories?format=ndjson&fields=title"));
        foreach (var line in lines.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var id = (string)JsonNode.Parse(line)!["id"]!;
            stories[id] = stories.GetValueOrDefault(id) + 1;
        }

        return stories;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
