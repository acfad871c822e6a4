using Aggregator.Model.Feeds;
using Aggregator.Service.Fetching;
using Aggregator.Service.Secrets;
using Aggregator.Service.Tests.Fetching;
using Aggregator.Service.Tests.World;
using Microsoft.Extensions.Logging;
using static Aggregator.Service.Tests.Fetching.StubWeb;

namespace Aggregator.Service.Tests.Secrets;

public sealed class FeedSecretsTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly Lines _log = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string SecretsFile => Path.Combine(_folder.Path, "secrets.json");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("""{ "user": "me", "password": "pa:ss wörd" }""", "Authorization", "Basic bWU6cGE6c3Mgd8O2cmQ=")]
    [InlineData("""{ "kind": "Basic", "user": "me", "password": "" }""", "Authorization", "Basic bWU6")]
    [InlineData("""{ "token": "abc.def" }""", "Authorization", "Bearer abc.def")]
    [InlineData("""{ "kind": "header", "name": "X-Api-Key", "value": "12 34" }""", "X-Api-Key", "12 34")]
    public async Task Fetch_WithASecretOfTheFile_ShowsItInItsHeader(string secret, string header, string value)
    {
        Write($$"""{ /* mine */ "Paper": {{secret}}, }""");
        using var web = new StubWeb(_ => Answer(200, "<rss/>"));

        await web.Feeds.FetchAsync(web.State(), Secrets().For(Feed("paper")), Token);

        Assert.Equal(value, Sent(Assert.Single(web.Requests), header));
    }

    [Theory]
    [InlineData("https://news.example.org/feed", "https://news.example.org/feed?token=a%26b%20c")]
    [InlineData("https://news.example.org/feed?n=1&token=old", "https://news.example.org/feed?n=1&token=a%26b%20c")]
    public async Task Fetch_WithASecretParameter_AddsItToTheRequestAndRemembersTheAddressWithout(string address, string asked)
    {
        Write("""{ "paper": { "kind": "query", "name": "token", "value": "a&b c" } }""");
        using var web = new StubWeb(_ => Answer(200, "<rss/>", ("ETag", "\"1\"")));
        var source = new FeedSource { Address = new Uri(address), Auth = "paper" };
        var state = web.State() with { Address = source.Address };

        var result = Assert.IsType<FetchResult.Changed>(await web.Feeds.FetchAsync(state, Secrets().For(source), Token));

        Assert.Equal(asked, Assert.Single(web.Requests).RequestUri!.AbsoluteUri);
        Assert.DoesNotContain("a%26b", result.Origin.Address.AbsoluteUri, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_WithASecretParameterAndValidators_SendsBoth()
    {
        Write("""{ "paper": { "kind": "query", "name": "token", "value": "12345678" } }""");
        using var web = new StubWeb(_ => Answer(304));

        var result = await web.Feeds.FetchAsync(web.State("\"1\""), Secrets().For(Feed("paper")), Token);

        Assert.Equal(FeedAddress, Assert.IsType<FetchResult.Unchanged>(result).Origin.Address);
        Assert.Equal("\"1\"", Sent(web.Requests[0], "If-None-Match"));
    }

    [Theory]
    [InlineData("https://news.example.org/other", true)]
    [InlineData("https://NEWS.example.org:443/other", true)]
    [InlineData("https://news.example.org:8443/other", false)]
    [InlineData("https://www.example.org/other", false)]
    [InlineData("https://news.example.org.evil.example/", false)]
    public async Task Fetch_Redirected_ShowsTheSecretToTheFeedsOwnOriginOnly(string target, bool shown)
    {
        Write("""{ "paper": { "token": "12345678" } }""");
        using var web = new StubWeb(request => request.RequestUri == FeedAddress ? Answer(302, "", ("Location", target)) : Answer(200, "<rss/>"));

        await web.Feeds.FetchAsync(web.State(), Secrets().For(Feed("paper")), Token);

        Assert.Equal(["Bearer 12345678", shown ? "Bearer 12345678" : null], web.Requests.Select(request => Sent(request, "Authorization")));
    }

    [Fact]
    public async Task Fetch_HttpFeedRedirectedToHttpsOfItsHost_ShowsTheSecretThere()
    {
        Write("""{ "paper": { "token": "12345678" } }""");
        var source = new FeedSource { Address = new Uri("http://news.example.org/feed"), Auth = "paper" };
        using var web = new StubWeb(request => request.RequestUri!.Scheme == "http" ? Answer(301, "", ("Location", "https://news.example.org/feed")) : Answer(200, "<rss/>"));

        await web.Feeds.FetchAsync(web.State() with { Address = source.Address }, Secrets().For(source), Token);

        Assert.Equal("Bearer 12345678", Sent(web.Requests[1], "Authorization"));
    }

    [Fact]
    public async Task Fetch_FeedMovedToAnotherHost_DoesNotShowItTheSecret()
    {
        Write("""{ "paper": { "token": "12345678" } }""");
        using var web = new StubWeb(_ => Answer(200, "<rss/>"));

        await web.Feeds.FetchAsync(web.State() with { MovedTo = new Uri("https://elsewhere.example.net/feed") }, Secrets().For(Feed("paper")), Token);

        Assert.Null(Sent(Assert.Single(web.Requests), "Authorization"));
    }

    [Theory]
    [InlineData("/feed2?token=SECRET12/34")]
    [InlineData("/feed2?token=SECRET12%2F34")]
    [InlineData("/feed2/SECRET12%2F34/x")]
    [InlineData("/feed2?t=SECRET12%2f34")]
    public async Task Fetch_ServerEchoesTheSecret_NothingOfTheResultHoldsIt(string location)
    {
        Write("""{ "paper": { "kind": "query", "name": "token", "value": "SECRET12/34" } }""");
        using var web = new StubWeb(request => request.RequestUri!.AbsolutePath == "/feed"
            ? Answer(301, "", ("Location", location))
            : Answer(200, "<rss><channel><link>https://news.example.org/?token=SECRET12/34&amp;u=SECRET12%2F34</link></channel></rss>"));

        var result = Assert.IsType<FetchResult.Changed>(await web.Feeds.FetchAsync(web.State(), Secrets().For(Feed("paper")), Token));

        Assert.DoesNotContain("SECRET", $"{result.Origin} {System.Text.Encoding.UTF8.GetString(result.Body.Span)}", StringComparison.Ordinal);
        Assert.Contains("?token=***&amp;u=***", System.Text.Encoding.UTF8.GetString(result.Body.Span), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://news.example.org/feed?token=SECRET12")]
    [InlineData("http://news.example.org/SECRET12")]
    public async Task Fetch_FaultThatNamesTheSecret_MasksIt(string location)
    {
        Write("""{ "paper": { "kind": "query", "name": "token", "value": "SECRET12" } }""");
        using var web = new StubWeb(_ => Answer(302, "", ("Location", location)));

        var result = Assert.IsType<FetchResult.Failed>(await web.Feeds.FetchAsync(web.State(), Secrets().For(Feed("paper")), Token));

        Assert.DoesNotContain("SECRET", result.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_SecretIsWrong_SaysWhichOneWasShown()
    {
        Write("""{ "paper": { "token": "12345678" } }""");
        using var web = new StubWeb(_ => Answer(401));

        var result = Assert.IsType<FetchResult.Failed>(await web.Feeds.FetchAsync(web.State(), Secrets().For(Feed("paper")), Token));

        Assert.Equal("answered 401: access denied although the secret \"paper\" was shown", result.Why);
    }

    [Theory]
    [InlineData(null, "there is no such file")]
    [InlineData("{}", "no such name there")]
    [InlineData("""{ "paper": { "user": "me" } }""", "expected \"user\" (without a colon) and \"password\"")]
    [InlineData("""{ "paper": { "kind": "header", "name": "Host", "value": "12345678" } }""", "kind header")]
    [InlineData("""{ "paper": { "kind": "token", "value": "12345678" } }""", "expected \"kind\"")]
    [InlineData("""{ "paper": { "token": "line\nbreak" } }""", "line breaks")]
    [InlineData("""{ "paper": { "token": "12345678", "12345678": "x" } }""", "no other fields")]
    [InlineData("""{ "paper": 12345678 }""", "expected an object of texts")]
    [InlineData("{ \"paper\": { \"token\": 12345678\u00e9 } }", "secrets.json:1:31: this is no JSON")]
    public async Task Fetch_SecretIsMissing_AsksNobodyAndSaysWhereItWasLookedFor(string? file, string reason)
    {
        if (file is not null)
        {
            Write(file);
        }

        using var web = new StubWeb(_ => Answer(200, "<rss/>"));

        var result = Assert.IsType<FetchResult.Failed>(await web.Feeds.FetchAsync(web.State(), Secrets().For(Feed("paper")), Token));

        Assert.Empty(web.Requests);
        Assert.Contains("the secret \"paper\" is missing", result.Why, StringComparison.Ordinal);
        Assert.Contains(SecretsFile, result.Why, StringComparison.Ordinal);
        Assert.Contains("AGGREGATOR_SECRETS__PAPER__", result.Why, StringComparison.Ordinal);
        Assert.Contains(reason, result.Why, StringComparison.Ordinal);
        Assert.DoesNotContain("12345678", result.Why + _log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void For_SecretInTheEnvironment_WinsOverTheFile()
    {
        Write("""{ "my-paper": { "token": "of the file" } }""");
        var secrets = Secrets(("AGGREGATOR_SECRETS__MY_PAPER__USER", "me"), ("AGGREGATOR_SECRETS__MY_PAPER__PASSWORD", "x"), ("OTHER", "y"));

        Assert.Equal("Basic bWU6eA==", Applied(secrets, "my-paper"));
    }

    [Fact]
    public void For_FileChanges_TakesTheNewSecretAndKeepsTheLastGoodOneWhileItIsBroken()
    {
        Write("""{ "paper": { "token": "first" } }""");
        var secrets = Secrets();
        Assert.Equal("Bearer first", Applied(secrets, "paper"));

        Write("""{ "paper": { "token": "second one" } }""");
        Assert.Equal("Bearer second one", Applied(secrets, "paper"));

        Write("{ half written");
        Assert.Equal("Bearer second one", Applied(secrets, "paper"));
        Assert.Contains("this is no JSON", _log.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite, false)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, true)]
    public void For_FileThatOthersCanRead_IsWarnedOf(UnixFileMode mode, bool warned)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such modes");
        Write("""{ "paper": { "token": "12345678" } }""");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(SecretsFile, mode);
        }

        Applied(Secrets(), "paper");

        Assert.Equal(warned, _log.Text.Contains("chmod 600", StringComparison.Ordinal));
    }

    [Fact]
    public void Secret_InWords_TellsNothing()
    {
        FeedSecret[] secrets = [new FeedSecret.Basic("me", "12345678"), new FeedSecret.Bearer("12345678"), new FeedSecret.Header("X", "12345678"), new FeedSecret.Query("X", "12345678")];

        Assert.All(secrets, secret => Assert.DoesNotContain("12345678", $"{secret}", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("https://news.example.org/article", true)]
    [InlineData("https://elsewhere.example.net/article", false)]
    public async Task FetchPage_WithTheFeedsSecret_ShowsItToTheFeedsOriginOnly(string page, bool shown)
    {
        Write("""{ "paper": { "token": "12345678" } }""");
        using var web = new StubWeb(request => request.RequestUri!.AbsolutePath == "/robots.txt" ? Answer(404) : Answer(200, "<p>text", ("Content-Type", "text/html")));

        Assert.IsType<PageResult.Page>(await web.Pages.FetchAsync(new Uri(page), null, Secrets().For(Feed("paper")), null, Token));

        Assert.Equal([null, shown ? "Bearer 12345678" : null], web.Requests.Select(request => Sent(request, "Authorization")));
    }

    private static FeedSource Feed(string auth) => new() { Address = FeedAddress, Auth = auth };

    private static string? Applied(FeedSecrets secrets, string name)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, FeedAddress);
        secrets.For(Feed(name)).Apply(request);
        return Sent(request, "Authorization");
    }

    private FeedSecrets Secrets(params (string Name, string Value)[] variables) =>
        new(SecretsFile, variables.Select(variable => KeyValuePair.Create(variable.Name, variable.Value)), _log);

    private void Write(string json) => File.WriteAllText(SecretsFile, json);

    private sealed class Lines : ILogger<FeedSecrets>
    {
        private readonly System.Text.StringBuilder _text = new();

        public string Text => _text.ToString();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _text.AppendLine(formatter(state, exception));
    }
}
