using Aggregator.Service.Tests.World;
using AngleSharp.Html.Parser;

namespace Aggregator.Service.Tests.EndToEnd;

/// <summary>What a browser shows; without one, the tests are skipped.</summary>
public sealed class BrowserTests
{
    [Fact]
    public async Task Browser_OpensTheAddressOfAFeed_ShowsAPageWithTheAddressAndAButtonThatCopiesIt()
    {
        OtherProgram.SkipWithout("chromium");
        await using var world = await NewsWorld.StartAsync();
        using var folder = new TestFolder();
        await using var service = await RunningService.StartAsync(folder, world.FeedsJson(["ledger/feed.atom"]));
        await service.PolledAsync(1);
        var address = new Uri(service.Client.BaseAddress!, "/feed.atom").AbsoluteUri;
        var home = Directory.CreateTempSubdirectory("aggregator-browser-").FullName;
        try
        {
            var picture = Path.Combine(home, "page.png");
            var page = new HtmlParser().ParseDocument(await OpenAsync(home, "--dump-dom", address));
            await OpenAsync(home, $"--screenshot={picture}", address);

            Assert.Equal(address, page.QuerySelector("#address")!.GetAttribute("value"));
            Assert.False(page.QuerySelector("button#copy")!.HasAttribute("hidden"), "the page's script ran and found a clipboard");
            Assert.Contains("Two cloud companies agree to merge", page.Body!.TextContent, StringComparison.Ordinal);
            Assert.True(new FileInfo(picture).Length > 0);
        }
        finally
        {
            await Eventually.HoldsAsync(() => Task.FromResult(IsGone(home)));
        }
    }

    /// <summary>Whether a browser's folder is deleted; some of its processes write a little longer than it runs.</summary>
    private static bool IsGone(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
            return true;
        }
        catch (IOException)
        {
            return !Directory.Exists(folder);
        }
    }

    /// <summary>Opens a page in a browser that reaches nothing but this machine.</summary>
    private static Task<string> OpenAsync(string home, string wish, string address) => OtherProgram.OutputOfAsync(
        "chromium",
        [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--no-first-run", $"--user-data-dir={Path.Combine(home, "profile")}",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", wish, address,
        ],
        home);
}
