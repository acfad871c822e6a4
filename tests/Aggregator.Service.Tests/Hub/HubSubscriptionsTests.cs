using System.Collections.Concurrent;
using Aggregator.Model.Feeds;
using Aggregator.Model.Storage;
using Aggregator.Service.Catalog;
using Aggregator.Service.Fetching;
using Aggregator.Service.Hosting;
using Aggregator.Service.Hub;
using Aggregator.Service.Tests.Fetching;
using Aggregator.Service.Tests.World;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Tests.Hub;

/// <summary>The life of a subscription under a clock that is stepped: the test plays the hub.</summary>
public sealed class HubSubscriptionsTests : IAsyncDisposable
{
    private const string Topic = "https://news.example.org/feed";
    private static readonly FeedSource Source = new() { Address = StubWeb.FeedAddress };
    private static readonly HubLinks Links = new([new Uri("https://hub.example/")], new Uri(Topic));

    private readonly TestFolder _folder = new();
    private readonly FeedCatalog _catalog = new();
    private readonly List<(Uri Address, string Form)> _asked = [];
    private readonly ConcurrentQueue<string> _calls = new();
    private readonly StubWeb _web;
    private IStoryStore? _store;
    private HubSubscriptions? _hubs;
    private HubRequests? _requests;
    private HttpResponseMessage? _answer;

    /// <summary>What happens as soon as the store has removed a subscription.</summary>
    private Func<Task>? _whenRemoved;

    public HubSubscriptionsTests()
    {
        _web = new StubWeb(request =>
        {
            _asked.Add((request.RequestUri!, Uri.UnescapeDataString(request.Content!.ReadAsStringAsync(Token).Result)));
            var answer = _answer ?? StubWeb.Answer(202);
            _answer = answer.Headers.Location is null ? _answer : null;
            return answer;
        });
        _catalog.Replace(new FeedList([Source], []));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private DateTimeOffset Now => _web.Clock.GetUtcNow();

    [Fact]
    public async Task Tend_FeedNamesAHub_AsksWithASecretAndCallbackNobodyGuesses()
    {
        await SubscribeAsync();

        var (address, form) = Assert.Single(_asked);
        var known = await KnownAsync();
        Assert.Equal("https://hub.example/", address.AbsoluteUri);
        Assert.Contains("hub.mode=subscribe&hub.topic=https://news.example.org/feed&hub.callback=https://mine.example/hub/" + known.Token, form);
        Assert.Contains("hub.secret=" + known.Secret, form);
        Assert.Contains("hub.lease_seconds=864000", form);
        Assert.True(known.Token.Length >= 64 && known.Secret.Length is >= 64 and < 200 && known.Secret != known.Token);
    }

    [Fact]
    public async Task Tend_HubIsElsewhere_AsksThereToo()
    {
        _answer = StubWeb.Answer(307, "", ("Location", "https://hub2.example/in"));

        await SubscribeAsync();

        Assert.Equal(["hub.example", "hub2.example"], _asked.Select(asked => asked.Address.Host));
        Assert.Equal(_asked[0].Form, _asked[1].Form);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    [InlineData(400)]
    public async Task Tend_HubRefusesTheFirstRequest_IsAskedAgainLaterAndLessOften(int status)
    {
        _answer = StubWeb.Answer(status);
        await SubscribeAsync();
        for (var minutes = 0; minutes < 24 * 60; minutes += 10)
        {
            await AfterAsync(TimeSpan.FromMinutes(10));
        }

        var known = await KnownAsync();
        Assert.InRange(_asked.Count, 4, 6);
        Assert.Equal((HubState.Requested, false), (known.State, known.Pending));
        Assert.False(await _hubs!.VerifyAsync(known.Token, "subscribe", Topic, TimeSpan.FromDays(1), Token));
        Assert.Contains(status.ToString(System.Globalization.CultureInfo.InvariantCulture), known.Note);
    }

    [Fact]
    public async Task Polled_HubIsAskedInVain_TheNextOneIsTriedAndKeptOnceItPushes()
    {
        var links = Links with { Hubs = [new("http://plain.example/"), new("https://hub.example/"), new("https://other.example/")] };
        await RestartAsync();
        _answer = StubWeb.Answer(500);
        for (var hours = 0; hours < 8; hours++)
        {
            await _hubs!.PolledAsync(Source, links, [], null, Token);
            await AfterAsync(TimeSpan.FromHours(1));
        }

        Assert.Equal(["hub.example", "other.example"], _asked.Select(asked => asked.Address.Host).Distinct());
        _answer = null;
        await AfterAsync(TimeSpan.FromHours(4));
        Assert.True(await _hubs!.VerifyAsync((await KnownAsync()).Token, "subscribe", Topic, TimeSpan.FromDays(1), Token));
        await _hubs.PolledAsync(Source, links, [], null, Token);
        Assert.Equal(("other.example", HubState.Active), await KnownAsync() is var known ? (known.Hub.Host, known.State) : default);
    }

    [Fact]
    public async Task Verify_OnlyTheVeryRequestThatIsPending_IsConfirmed()
    {
        await SubscribeAsync();
        var token = (await KnownAsync()).Token;

        Assert.False(await _hubs!.VerifyAsync(token, "subscribe", Topic + "/", TimeSpan.FromDays(1), Token));
        Assert.False(await _hubs.VerifyAsync(token, "unsubscribe", Topic, null, Token));
        Assert.False(await _hubs.VerifyAsync("other", "subscribe", Topic, TimeSpan.FromDays(1), Token));
        Assert.Equal(HubState.Requested, (await KnownAsync()).State);
        Assert.True(await _hubs.VerifyAsync(token, "subscribe", Topic, TimeSpan.FromDays(1), Token));
        Assert.False(await _hubs.VerifyAsync(token, "subscribe", Topic, TimeSpan.FromDays(1), Token));
        Assert.Equal((HubState.Active, Now.AddDays(1)), await KnownAsync() is var known ? (known.State, known.LeaseEnd!.Value) : default);
    }

    [Fact]
    public async Task Tend_BeforeTheLeaseEnds_RenewsAlsoAfterARestart()
    {
        await ActiveAsync(TimeSpan.FromDays(5));
        await RestartAsync();
        await AfterAsync(TimeSpan.FromDays(3));
        Assert.Single(_asked);

        await AfterAsync(TimeSpan.FromDays(1));
        var known = await KnownAsync();
        Assert.Equal(2, _asked.Count);
        Assert.Equal(_asked[0].Form, _asked[1].Form);
        Assert.Equal(HubState.Active, known.State);
        Assert.True(await _hubs!.VerifyAsync(known.Token, "subscribe", Topic, TimeSpan.FromDays(5), Token));
        Assert.Equal(Now.AddDays(5), (await KnownAsync()).LeaseEnd);
    }

    /// <summary>It is looked after every few seconds, and there may be thousands.</summary>
    [Fact]
    public async Task Tend_NothingIsDue_AsksTheStoreForNoneAlone()
    {
        await ActiveAsync(TimeSpan.FromDays(5));
        _calls.Clear();

        await AfterAsync(TimeSpan.FromDays(1));

        Assert.Equal([nameof(IStoryStore.ListSubscriptionsAsync)], _calls.Distinct());
    }

    [Fact]
    public async Task Tend_LeaseRunsOutUnrenewed_IsNotReliedOnAndTheFeedIsPolledWithinTheHour()
    {
        await ReliableAsync();
        await RestFeedAsync();
        _answer = StubWeb.Answer(500);
        for (var hours = 0; hours <= 48; hours++)
        {
            await AfterAsync(TimeSpan.FromHours(1));
        }

        Assert.Equal(HubState.Requested, (await KnownAsync()).State);
        Assert.Null(await _hubs!.FindReliableAsync(Source.Id, Token));
        Assert.InRange((await _store!.FindFeedStateAsync(Source.Id, Token))!.NextPoll, Now.AddDays(-2), Now.AddHours(1));
        Assert.InRange(_asked.Count, 4, 12);
    }

    [Fact]
    public async Task Deny_ActiveSubscription_GoesBackToPollingAndAsksAgainAfterAWeek()
    {
        await ReliableAsync();
        await RestFeedAsync();
        var token = (await KnownAsync()).Token;

        Assert.False(await _hubs!.DenyAsync(token, "https://other.example/", "no", Token));
        Assert.True(await _hubs.DenyAsync(token, Topic, "not\r\nfor you", Token));

        var state = (await _store!.FindFeedStateAsync(Source.Id, Token))!;
        Assert.Equal((HubState.Denied, "notfor you"), await KnownAsync() is var known ? (known.State, known.Note) : default);
        Assert.InRange(state.NextPoll, Now, Now.AddHours(1));
        Assert.Equal("hub.example does not push new stories any more", state.NextPollReason);
        await AfterAsync(TimeSpan.FromDays(6));
        Assert.Single(_asked);
        await AfterAsync(TimeSpan.FromDays(2));
        Assert.Equal(2, _asked.Count);
    }

    [Fact]
    public async Task Polled_FoundWhatTheHubHadNotPushed_HasToProveItselfAgain()
    {
        await ActiveAsync(TimeSpan.FromDays(10));
        Assert.Null(await _hubs!.FindReliableAsync(Source.Id, Token));
        var token = (await KnownAsync()).Token;
        await _hubs.PushedAsync(token, 2, news: true, Token);
        Assert.NotNull(await _hubs.FindReliableAsync(Source.Id, Token));

        // Old at the first poll since, or just published: no fault of the hub's. What is pushed is counted once.
        Assert.Equal(2, await _hubs.PolledAsync(Source, Links, [Entry(Now.AddHours(-1))], Now.AddDays(-1), Token));
        Assert.Equal(0, await _hubs.PolledAsync(Source, Links, [Entry(Now.AddMinutes(-1))], Now, Token));
        Assert.NotNull(await _hubs.FindReliableAsync(Source.Id, Token));

        _web.Clock.Advance(TimeSpan.FromHours(3));
        await _hubs.PolledAsync(Source, Links, [Entry(Now.AddHours(-1))], Now.AddHours(-2), Token);
        await _hubs.PushedAsync(token, 1, news: true, Token);
        Assert.Null(await _hubs.FindReliableAsync(Source.Id, Token));
        for (var push = 0; push < 10; push++)
        {
            await _hubs.PushedAsync(token, 1, news: true, Token);
        }

        Assert.NotNull(await _hubs.FindReliableAsync(Source.Id, Token));
    }

    [Fact]
    public async Task Tend_FeedRemoved_IsTakenBackAndForgottenOnceVerified()
    {
        await ActiveAsync(TimeSpan.FromDays(10));
        var token = (await KnownAsync()).Token;
        _catalog.Replace(new FeedList([Source with { Enabled = false }], []));

        await AfterAsync(TimeSpan.FromMinutes(1));

        Assert.StartsWith("hub.mode=unsubscribe&hub.topic=" + Topic, _asked[1].Form);
        Assert.True(await _hubs!.VerifyAsync(token, "unsubscribe", Topic, null, Token));
        Assert.Empty(await _store!.ListSubscriptionsAsync(Token));
    }

    [Fact]
    public async Task Polled_FeedNamesNoHubAnyMore_IsTakenBack()
    {
        await ActiveAsync(TimeSpan.FromDays(10));

        await _hubs!.PolledAsync(Source, new HubLinks([], null), [], null, Token);

        Assert.Null(await _store!.FindSubscriptionAsync(Source.Id, Token));
        Assert.Equal(HubState.Ending, Assert.Single(await _store.ListSubscriptionsAsync(Token)).State);
    }

    [Theory]
    [InlineData("http://127.0.0.1/", Topic)]
    [InlineData("https://hub.example/", "http://169.254.169.254/latest")]
    public async Task Polled_ForbiddenAddress_IsNotSubscribed(string hub, string topic)
    {
        await RestartAsync();

        await _hubs!.PolledAsync(Source, new HubLinks([new Uri(hub)], new Uri(topic)), [], null, Token);

        Assert.Empty(await _store!.ListSubscriptionsAsync(Token));
    }

    /// <summary>The hub cannot reach the old callback to verify what it is asked, nor to push.</summary>
    [Theory]
    [InlineData("https://mine.example/news/")]
    [InlineData("https://example.org/")]
    public async Task Tend_ReachedByAnotherAddress_GivesTheHubANewCallback(string address)
    {
        await ActiveAsync(TimeSpan.FromDays(1));
        var before = await KnownAsync();
        await RestartAsync(address);
        await _requests!.TendAsync(Token);

        var after = await KnownAsync();

        Assert.NotEqual(before.Token, after.Token);
        Assert.Equal($"{address}hub/{after.Token}", after.Callback.AbsoluteUri);
    }

    [Fact]
    public async Task Tend_FeedIsPolledWhileItsCallbackIsReplaced_HasOneSubscription()
    {
        await ActiveAsync(TimeSpan.FromDays(1));
        await RestartAsync("https://example.org/");
        Task polled = Task.CompletedTask;
        _whenRemoved = () => Task.WhenAny(polled = _hubs!.PolledAsync(Source, Links, [], null, Token), Task.Delay(200, Token));

        await _requests!.TendAsync(Token);
        await polled;

        Assert.NotSame(Task.CompletedTask, polled);
        Assert.Equal((await KnownAsync()).Token, Assert.Single(await _store!.ListSubscriptionsAsync(Token)).Token);
    }

    [Fact]
    public async Task Polled_WithoutPublicAddress_NothingHappens()
    {
        await RestartAsync(publicAddress: null);

        await SubscribeAsync();

        Assert.Empty(_asked);
        Assert.Empty(await _store!.ListSubscriptionsAsync(Token));
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _web.Dispose();
        _answer?.Dispose();
        _folder.Dispose();
    }

    private static FeedEntry Entry(DateTimeOffset published) => new() { Key = "k", Fingerprint = "f", Published = published };

    private async Task<HubSubscription> KnownAsync() => (await _store!.FindSubscriptionAsync(Source.Id, Token))!;

    private async Task SubscribeAsync()
    {
        if (_store is null)
        {
            await RestartAsync();
        }

        await _hubs!.PolledAsync(Source, Links, [], null, Token);
        await _requests!.TendAsync(Token);
    }

    private async Task ActiveAsync(TimeSpan lease)
    {
        await SubscribeAsync();
        Assert.True(await _hubs!.VerifyAsync((await KnownAsync()).Token, "subscribe", Topic, lease, Token));
    }

    private async Task ReliableAsync()
    {
        await ActiveAsync(TimeSpan.FromDays(1));
        await _hubs!.PushedAsync((await KnownAsync()).Token, 1, news: true, Token);
    }

    /// <summary>The feed, polled rarely.</summary>
    private async Task RestFeedAsync()
    {
        await _store!.ActivateFeedsAsync([new FeedActivation(Source.Id, Source.Address, Now)], Token);
        var state = (await _store.FindFeedStateAsync(Source.Id, Token))!;
        await _store.SaveAsync(new StoryBatch([], state with { NextPoll = Now.AddDays(9), Health = FeedHealth.Healthy }), Token);
    }

    private async Task AfterAsync(TimeSpan time)
    {
        _web.Clock.Advance(time);
        await _requests!.TendAsync(Token);
    }

    private async Task RestartAsync(string? publicAddress = "https://mine.example")
    {
        await CloseAsync();
        var fetching = Options.Create(new FetchingOptions());
        var hosting = Options.Create(new HostingOptions { PublicAddress = publicAddress is null ? null : new Uri(publicAddress) });
        _store = await StorageRegistration.OpenAsync(_folder.Data, new StoryRetention(), TimeSpan.Zero, _web.Clock, Token);
        var store = FaultyStore.Of((method, arguments) =>
        {
            _calls.Enqueue(method.Name);
            var answer = method.Invoke(_store, arguments);
            return method.Name == nameof(IStoryStore.RemoveSubscriptionAsync) && _whenRemoved is { } then ? ThenAsync((Task)answer!, then) : answer;
        });
        _hubs = new HubSubscriptions(store, new AddressGuard(fetching), hosting, _web.Clock, NullLogger<HubSubscriptions>.Instance);
        _requests = new HubRequests(_hubs, store, _catalog, _web.Client, hosting, _web.Clock, NullLogger<HubRequests>.Instance);
    }

    private static async Task ThenAsync(Task first, Func<Task> then)
    {
        await first;
        await then();
    }

    private async Task CloseAsync()
    {
        _hubs?.Dispose();
        if (_store is not null)
        {
            await _store.DisposeAsync();
        }
    }
}
