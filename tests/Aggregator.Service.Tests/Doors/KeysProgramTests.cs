using System.Net;
using Aggregator.Service.Hosting;
using Aggregator.Service.Tests.EndToEnd;
using Aggregator.Service.Tests.World;

namespace Aggregator.Service.Tests.Doors;

/// <summary>The verb "keys", and what the program says of its door.</summary>
public sealed class KeysProgramTests : IDisposable
{
    private readonly TestFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Keys_MadeBeforeTheStartAndRevokedWhileItRuns()
    {
        await File.WriteAllTextAsync(_folder.Feeds, """{ "feeds": [ ] }""", Token);
        var (made, output) = await AggregatorProcess.RunAsync(_folder, "keys", "add", "my phone", "--read", "--expires", "90d");
        Assert.Equal(0, made);
        var key = output.Split('\n').Select(line => line.Trim()).Single(line => line.StartsWith("agg_", StringComparison.Ordinal));
        Assert.Contains("shown once", output, StringComparison.Ordinal);

        using var program = AggregatorProcess.Start(_folder, "run", "--set", "Doors:Reading=Keys");
        var endpoint = await program.ListeningAsync(_folder);
        Assert.Equal(HttpStatusCode.OK, await AskAsync(endpoint, $"/feed.atom?token={key}"));
        Assert.Equal(HttpStatusCode.NotFound, await AskAsync(endpoint, $"/nothing?token={key}"));

        var listed = (await AggregatorProcess.RunAsync(_folder, "keys", "list")).Output;
        Assert.Contains("my phone", listed, StringComparison.Ordinal);
        Assert.Contains(key[..17], listed, StringComparison.Ordinal);
        Assert.DoesNotContain(key[^64..], listed, StringComparison.Ordinal);

        var (again, told) = await AggregatorProcess.RunAsync(_folder, "keys", "add", "My Phone");
        Assert.Equal(1, again);
        Assert.Contains("is called \"My Phone\" already", told, StringComparison.Ordinal);

        Assert.Equal(0, (await AggregatorProcess.RunAsync(_folder, "keys", "revoke", "my phone")).ExitCode);
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(endpoint, $"/feed.atom?token={key}"));
        Assert.Equal(2, (await AggregatorProcess.RunAsync(_folder, "keys", "revoke", "my phone")).ExitCode);

        var record = (await AggregatorProcess.RunAsync(_folder, "keys", "audit", "-n", "3")).Output;
        Assert.Equal(3, record.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains("the command line of this machine from 127.0.0.1: DELETE /api/keys/my phone: 200", record, StringComparison.Ordinal);
        Assert.Contains("refused: a wrong key", record, StringComparison.Ordinal);
        Assert.Contains("DELETE /api/keys/my phone: 200", program.Log, StringComparison.Ordinal);
        Assert.DoesNotContain(key[^64..], program.Log, StringComparison.Ordinal);
        program.Terminate();
        await program.EndAsync();
    }

    /// <summary>An open door to others is told, once, unless it was chosen.</summary>
    [Theory]
    [InlineData("Hosting:PublicAddress=https://news.example.org/", "Doors:RequestsPerSecond=100", true)]
    [InlineData("Hosting:PublicAddress=https://news.example.org/", "Doors:Reading=Everybody", false)]
    [InlineData("Hosting:Listen=http://127.0.0.1:0", "Doors:RequestsPerSecond=100", false)]
    public async Task Start_WhereOthersComeIn_SaysWhatIsOpen(string setting, string choice, bool isTold)
    {
        await File.WriteAllTextAsync(_folder.Feeds, """{ "feeds": [ ] }""", Token);
        using var program = AggregatorProcess.Start(_folder, "run", "--set", setting, "--set", choice);
        var endpoint = await program.ListeningAsync(_folder);

        // Reading works, changing does not.
        Assert.Equal(HttpStatusCode.OK, await AskAsync(endpoint, "/feed.atom"));
        using var client = new HttpClient();
        using var refused = await client.PostAsync(new Uri(endpoint.Address, "/api/poll"), null, Token);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        program.Terminate();
        await program.EndAsync();

        Assert.Equal(isTold ? 2 : 1, program.Log.Split("everybody who reaches the service may read").Length);
    }

    private static async Task<HttpStatusCode> AskAsync(ServiceEndpoint endpoint, string path)
    {
        using var client = new HttpClient();
        using var answer = await client.GetAsync(new Uri(endpoint.Address, path), Token);
        return answer.StatusCode;
    }
}
