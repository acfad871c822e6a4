using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Aggregator.Content.Publishing;
using Aggregator.Model.Push;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Service.Hosting;
using Aggregator.Service.Polling;
using Aggregator.Service.Push;
using Aggregator.Service.Tests.EndToEnd;
using Aggregator.Service.Tests.World;
using Aggregator.Service.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Aggregator.Service.Tests.Push;

/// <summary>What is new is brought to those who asked for it.</summary>
public sealed class PushTests
{
    private static readonly XNamespace Atom = "http://www.w3.org/2005/Atom";

    private static readonly (string, string)[] Fast = [("Push:Every", "00:00:00.05"), ("Push:FirstRetryAfter", "00:00:00.05")];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Hub_SubscriberWhoMeantIt_GetsWhatIsNewOnceInOrderAndSigned()
    {
        using var folder = new TestFolder();
        await using var receiver = await Receiver.StartAsync();
        await using var service = await StartAsync(folder);
        await SaveAsync(service, TestStories.Make(1));
        var feed = XDocument.Parse(await service.GetTextAsync("/feed.atom")).Root!;
        var (hub, self) = (LinkOf(feed, "hub"), LinkOf(feed, "self"));

        await SubscribeAsync(service, hub, self, receiver.Address, secret: "a secret of mine");
        for (var number = 2; number <= 6; number++)
        {
            await SaveAsync(service, TestStories.Make(number));
            var known = number;
            await Eventually.HoldsAsync(() => Task.FromResult(Titles(receiver).Count == known - 1));
        }

        Assert.Contains("hub.mode=subscribe", Assert.Single(receiver.Questions), StringComparison.Ordinal);
        Assert.Equal(["Story 2", "Story 3", "Story 4", "Story 5", "Story 6"], Titles(receiver));
        var push = receiver.Taken[0];
        Assert.Equal($"sha256={Convert.ToHexStringLower(HMACSHA256.HashData("a secret of mine"u8, Encoding.UTF8.GetBytes(push.Body)))}", push.Headers["X-Hub-Signature"]);
        Assert.Equal($"<{hub}>; rel=\"hub\", <{self}>; rel=\"self\"", push.Headers["Link"]);
        Assert.Equal("application/atom+xml; charset=utf-8", push.Headers["Content-Type"]);
    }

    /// <summary>Readers come by another address than the one the service listens on, as configured or as a proxy says it: hub, topic and what is pushed name that one.</summary>
    [Theory]
    [InlineData("Hosting:PublicAddress", "https://example.org/news/")]
    [InlineData("Hosting:PublicAddress", "https://example.org/my/feeds")]
    [InlineData("Hosting:TrustedProxies:0", "127.0.0.1")]
    public async Task Hub_BelowAPath_PushesFeedsThatLieThere(string setting, string value)
    {
        using var folder = new TestFolder();
        await using var receiver = await Receiver.StartAsync();
        await using var service = await StartAsync(folder, (setting, value));
        foreach (var (name, said) in new[] { ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "example.org"), ("X-Forwarded-Prefix", "/told") })
        {
            service.Client.DefaultRequestHeaders.Add(name, said);
        }

        var home = setting == "Hosting:PublicAddress" ? value.TrimEnd('/') : "https://example.org/told";
        var feed = XDocument.Parse(await service.GetTextAsync("/topics/ai/feed.atom")).Root!;
        Assert.Equal(($"{home}/hub", $"{home}/topics/ai/feed.atom"), (LinkOf(feed, "hub"), LinkOf(feed, "self")));
        var door = new Uri(service.Client.BaseAddress!, "/hub").AbsoluteUri;
        using var elsewhere = await AskAsync(service, door, ("hub.mode", "subscribe"), ("hub.topic", "https://example.org/else/feed.atom"), ("hub.callback", receiver.Address.AbsoluteUri));
        await SubscribeAsync(service, door, LinkOf(feed, "self"), receiver.Address);

        await SaveAsync(service, TestStories.Make(1, 1, "AI"));

        await Eventually.HoldsAsync(() => Task.FromResult(receiver.Taken.Count == 1));
        Assert.Equal(HttpStatusCode.BadRequest, elsewhere.StatusCode);
        Assert.Equal($"<{home}/hub>; rel=\"hub\", <{home}/topics/ai/feed.atom>; rel=\"self\"", receiver.Taken[0].Headers["Link"]);
        Assert.Equal($"{home}/topics/ai/feed.atom", LinkOf(XDocument.Parse(receiver.Taken[0].Body).Root!, "self"));
    }

    [Fact]
    public async Task Hub_ServiceThatEndsInBetween_TellsWhatCameMeanwhile()
    {
        using var folder = new TestFolder();
        await using var receiver = await Receiver.StartAsync();
        string topic;
        await using (var service = await StartAsync(folder))
        {
            topic = new Uri(service.Client.BaseAddress!, "/topics/ai/feed.rss").AbsoluteUri;
            await SubscribeAsync(service, new Uri(service.Client.BaseAddress!, "/hub").AbsoluteUri, topic, receiver.Address);
            await SaveAsync(service, TestStories.Make(1, 1, "AI"));
            await Eventually.HoldsAsync(() => Task.FromResult(receiver.Taken.Count == 1));
            receiver.Answer = _ => 503;
            await SaveAsync(service, TestStories.Make(2, 2, "AI"), TestStories.Make(3, 3, "Space"));
            await Eventually.HoldsAsync(() => Task.FromResult(receiver.Seen.Count > 1));
        }

        receiver.Answer = _ => 200;
        await using var again = await StartAsync(folder);
        await Eventually.HoldsAsync(() => Task.FromResult(receiver.Taken.Count == 2));
        await SaveAsync(again, TestStories.Make(4, 4, "AI"));
        await Eventually.HoldsAsync(() => Task.FromResult(receiver.Taken.Count == 3));

        Assert.Equal(["Story 1", "Story 2", "Story 4"], receiver.Taken.SelectMany(push => XDocument.Parse(push.Body).Descendants("item")).Select(item => (string)item.Element("title")!));
    }

    [Fact]
    public async Task Hub_SubscriberWhoFails_DelaysNobodyAndGetsAllInTheEnd()
    {
        using var folder = new TestFolder();
        await using var steady = await Receiver.StartAsync();
        await using var shaky = await Receiver.StartAsync();
        shaky.Answer = count => count % 3 == 2 ? 200 : 500;
        await using var service = await StartAsync(folder);
        var (hub, topic) = (new Uri(service.Client.BaseAddress!, "/hub").AbsoluteUri, new Uri(service.Client.BaseAddress!, "/feed.atom").AbsoluteUri);
        await SubscribeAsync(service, hub, topic, steady.Address);
        await SubscribeAsync(service, hub, topic, shaky.Address);

        for (var number = 1; number <= 3; number++)
        {
            await SaveAsync(service, TestStories.Make(number));
            var known = number;
            await Eventually.HoldsAsync(() => Task.FromResult(Titles(steady).Count == known));
        }

        await Eventually.HoldsAsync(() => Task.FromResult(Titles(shaky).Count == 3));
        Assert.Equal(["Story 1", "Story 2", "Story 3"], Titles(shaky));
    }

    [Fact]
    public async Task Hub_SubscriberThatIsGone_IsForgotten()
    {
        using var folder = new TestFolder();
        await using var receiver = await Receiver.StartAsync();
        await using var service = await StartAsync(folder);
        await SubscribeAsync(service, new Uri(service.Client.BaseAddress!, "/hub").AbsoluteUri, new Uri(service.Client.BaseAddress!, "/feed.atom").AbsoluteUri, receiver.Address);
        receiver.Answer = _ => 410;

        await SaveAsync(service, TestStories.Make(1));

        await Eventually.HoldsAsync(() => Task.FromResult(service.Services.GetRequiredService<PushBook>().Subscribers.Count == 0));
    }

    [Fact]
    public async Task Hub_Unsubscribe_EndsItOnceTheSubscriberSaysSo()
    {
        using var folder = new TestFolder();
        await using var receiver = await Receiver.StartAsync();
        await using var service = await StartAsync(folder);
        var (hub, topic) = (new Uri(service.Client.BaseAddress!, "/hub").AbsoluteUri, new Uri(service.Client.BaseAddress!, "/feed.atom").AbsoluteUri);
        await SubscribeAsync(service, hub, topic, receiver.Address);
        receiver.SaysYes = false;
        await AskAsync(service, hub, ("hub.mode", "unsubscribe"), ("hub.topic", topic), ("hub.callback", receiver.Address.AbsoluteUri));
        await Eventually.HoldsAsync(() => Task.FromResult(receiver.Questions.Count == 2));
        Assert.Single(service.Services.GetRequiredService<PushBook>().Subscribers);
        receiver.SaysYes = true;

        await AskAsync(service, hub, ("hub.mode", "unsubscribe"), ("hub.topic", topic), ("hub.callback", receiver.Address.AbsoluteUri));

        await Eventually.HoldsAsync(() => Task.FromResult(service.Services.GetRequiredService<PushBook>().Subscribers.Count == 0));
    }

    [Fact]
    public async Task Hub_CallbackThatDidNotAsk_IsNotToldAndAfterManySuchItsHostIsLeftAlone()
    {
        using var folder = new TestFolder();
        await using var victim = await Receiver.StartAsync();
        victim.SaysYes = false;
        await using var service = await StartAsync(folder);
        var (hub, topic) = (new Uri(service.Client.BaseAddress!, "/hub").AbsoluteUri, new Uri(service.Client.BaseAddress!, "/feed.atom").AbsoluteUri);

        for (var i = 0; i < 30; i++)
        {
            var callback = new Uri(victim.Address, $"/{i}").AbsoluteUri;
            using var answer = await AskAsync(service, hub, ("hub.mode", "subscribe"), ("hub.topic", topic), ("hub.callback", callback));
            var asked = i + 1;
            await Eventually.HoldsAsync(() => Task.FromResult(victim.Questions.Count >= Math.Min(asked, 20)));
            Assert.Equal(i < 20 ? HttpStatusCode.Accepted : HttpStatusCode.TooManyRequests, answer.StatusCode);
            await Eventually.HoldsAsync(() => Task.FromResult(asked < 20 || service.Services.GetRequiredService<Verifications>().IsAtRest(victim.Address.IdnHost)));
        }

        Assert.Equal(20, victim.Questions.Count);
        Assert.Empty(service.Services.GetRequiredService<PushBook>().Subscribers);
    }

    [Theory]
    [InlineData("hub.mode", "publish")]
    [InlineData("hub.mode", "")]
    [InlineData("hub.callback", "http://10.0.0.1/")]
    [InlineData("hub.callback", "http://localhost/")]
    [InlineData("hub.callback", "file:///etc/passwd")]
    [InlineData("hub.callback", "here")]
    [InlineData("hub.topic", "http://elsewhere.example/feed.atom")]
    [InlineData("hub.topic", "/feed.atom")]
    [InlineData("hub.topic", "{home}api/stories")]
    [InlineData("hub.topic", "{home}topics/none/feed.atom")]
    [InlineData("hub.topic", "{home}feed.atom?q=topic:")]
    [InlineData("hub.topic", "{home}feed.atom?archive=2026-11-29")]
    [InlineData("hub.secret", "{long}")]
    public async Task Hub_WishThatCannotBe_IsRefusedInWords(string parameter, string value)
    {
        using var folder = new TestFolder();
        await using var service = await StartAsync(folder);
        var home = service.Client.BaseAddress!.AbsoluteUri;
        var form = new Dictionary<string, string> { ["hub.mode"] = "subscribe", ["hub.topic"] = $"{home}feed.atom", ["hub.callback"] = "http://127.0.0.1:9/", [parameter] = value.Replace("{home}", home, StringComparison.Ordinal).Replace("{long}", new string('x', 200), StringComparison.Ordinal) };

        using var answer = await AskAsync(service, $"{home}hub", [.. form.Select(field => (field.Key, field.Value))]);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(parameter, await answer.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    /// <summary>All of them would be 21 MB, which no store keeps in one piece, and the last is too large alone.</summary>
    [Fact]
    public async Task Hub_NewsOfManyMegabytes_AreToldInSmallerOnesAndWhatIsTooLargeWithoutItsText()
    {
        using var folder = new TestFolder();
        await using var receiver = await Receiver.StartAsync();
        await using var service = await StartAsync(folder);
        await SubscribeAsync(service, new Uri(service.Client.BaseAddress!, "/hub").AbsoluteUri, new Uri(service.Client.BaseAddress!, "/feed.atom").AbsoluteUri, receiver.Address);

        await SaveAsync(service, [.. Enumerable.Range(1, 8).Select(number => Large(number, 2_000_000)), Large(9, 5_000_000)]);
        await Eventually.HoldsAsync(() => Task.FromResult(Titles(receiver).Count >= 9));
        await SaveAsync(service, TestStories.Make(10));
        await Eventually.HoldsAsync(() => Task.FromResult(Titles(receiver).Count >= 10));

        var entries = receiver.Taken.SelectMany(push => XDocument.Parse(push.Body).Root!.Elements(Atom + "entry")).ToDictionary(entry => (string)entry.Element(Atom + "title")!);
        Assert.Equal(Enumerable.Range(1, 10).Select(number => $"Story {number}"), entries.Keys.OrderBy(title => title.Length).ThenBy(title => title, StringComparer.Ordinal));
        Assert.All(receiver.Taken, push => Assert.InRange(push.Body.Length, 1, 4 * 1024 * 1024));
        Assert.InRange(entries["Story 8"].Value.Length, 2_000_000, 2_100_000);
        Assert.Equal("Summary 9", (string)entries["Story 9"].Element(Atom + "summary")!);

        static Story Large(int number, int letters) => TestStories.Make(number) with { Body = new StoryBody($"<p>{new string('x', letters)}</p>", "x") };
    }

    [Fact]
    public async Task News_OfAStoryWithAnEarlierDate_AreFoundByLookingFurtherBack()
    {
        using var folder = new TestFolder();
        await using var service = await StartAsync(folder);
        var now = DateTimeOffset.UtcNow;
        await SaveAsync(service, [.. Enumerable.Range(1, 260).Select(number => TestStories.Make(number) with { Published = now.AddMinutes(-number) })]);
        var feed = new MergedFeed(MergedFeedScope.Everything, PublishedFormats.All[0], FeedView.Usual);
        var news = service.Services.GetRequiredService<FeedNews>();
        var (told, at) = await news.ListAsync(feed, Token);
        var topic = new PublishedTopic("http://news.example/feed.atom", at, 0, told);

        await SaveAsync(service, TestStories.Make(300) with { Published = now.AddHours(-30) });
        var near = await news.FindAsync(feed, topic, isDeep: false, Token);
        var far = await news.FindAsync(feed, topic, isDeep: true, Token);

        Assert.Empty(near.Entries);
        Assert.Contains("Story 300", far.Entries.Select(entry => entry.Lead.Title));
    }

    [Fact]
    public async Task Service_PushFileThatIsDamaged_SaysSoAndDoesNotStart()
    {
        using var folder = new TestFolder();
        Directory.CreateDirectory(folder.Data);
        await File.WriteAllBytesAsync(Path.Combine(folder.Data, "push.db"), [.. Enumerable.Repeat((byte)7, 20_000)], Token);

        var fault = await Assert.ThrowsAsync<StoreException>(() => StartAsync(folder));

        Assert.Contains("push.db is no database of this program", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Book_SubscriberThatRenews_GoesOnWhereItWas()
    {
        using var folder = new TestFolder();
        using var store = StorageRegistration.OpenPush(folder.Data);
        using var book = new PushBook(store, TimeProvider.System, NullLogger<PushBook>.Instance);
        var subscriber = new Subscriber { Id = "one", Kind = SubscriberKind.WebSub, Topic = "http://news.example/feed.atom", Callback = new Uri("http://reader.example/"), LeaseEnd = DateTimeOffset.UtcNow.AddDays(1) };
        book.Add(subscriber, (new Dictionary<string, long>(), DateTimeOffset.UtcNow));
        var topic = book.FindTopic(subscriber.Topic)!;
        Publication[] news = [.. Enumerable.Range(1, 3).Select(number => new Publication(topic.Topic, topic.Last + number, DateTimeOffset.UtcNow, "text/plain", "x"u8.ToArray()))];
        book.Publish(topic, new News([], topic.Told, DateTimeOffset.UtcNow), news);
        book.Change("one", known => known with { Delivered = topic.Last + 2, FailuresInARow = 3 });

        book.Add(subscriber with { LeaseEnd = DateTimeOffset.UtcNow.AddDays(9), Secret = "another" }, (topic.Told, topic.Since));
        book.ForgetTaken();
        var known = Assert.Single(store.ListSubscribers());
        var next = book.Next(known);

        Assert.Equal(topic.Last + 2, known.Delivered);
        Assert.Equal(3, known.FailuresInARow);
        Assert.Equal("another", known.Secret);
        Assert.Equal(news[2], next!.Value.Publication);
        Assert.Null(store.FindPublication(topic.Topic, topic.Last + 2));
        Assert.Empty(book.Publish(topic, new News([], topic.Told, DateTimeOffset.UtcNow), news));
    }

    [Fact]
    public async Task Hub_AskedByAPageInABrowser_Refuses()
    {
        using var folder = new TestFolder();
        await using var receiver = await Receiver.StartAsync();
        await using var service = await StartAsync(folder);
        service.Client.DefaultRequestHeaders.Add("Origin", "https://evil.example");

        using var answer = await AskAsync(
            service, new Uri(service.Client.BaseAddress!, "/hub").AbsoluteUri, ("hub.mode", "subscribe"), ("hub.topic", new Uri(service.Client.BaseAddress!, "/feed.atom").AbsoluteUri), ("hub.callback", receiver.Address.AbsoluteUri));

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Empty(receiver.Questions);
    }

    [Fact]
    public async Task Webhook_OfAQuery_IsToldSignedAndWhatItNeverTakesIsADeadLetter()
    {
        using var folder = new TestFolder();
        await using var receiver = await Receiver.StartAsync();
        await using var service = await StartAsync(
            folder, ("SavedQueries:AI watch", "topic:ai"), ("Webhooks:Desk:Address", receiver.Address.AbsoluteUri), ("Webhooks:Desk:Query", "AI watch"), ("Webhooks:Desk:Secret", "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODk="), ("Push:GiveUpAfter", "00:00:01"));
        await Eventually.HoldsAsync(() => Task.FromResult(service.Services.GetRequiredService<PushBook>().Subscribers.Count == 1));

        await SaveAsync(service, TestStories.Make(1, 1, "AI"), TestStories.Make(2, 2, "Space"));
        await Eventually.HoldsAsync(() => Task.FromResult(receiver.Taken.Count == 1));
        receiver.Answer = _ => 500;
        await SaveAsync(service, TestStories.Make(3, 3, "AI"));
        await Eventually.HoldsAsync(async () => (await service.AskJsonAsync(HttpMethod.Get, "/api/push"))["deadLetters"]!.AsArray().Count == 1);
        var letter = (await service.AskJsonAsync(HttpMethod.Get, "/api/push"))["deadLetters"]![0]!;
        var failed = await service.AskJsonAsync(HttpMethod.Post, $"/api/push/dead-letters/{(string)letter["id"]!}/retry");
        receiver.Answer = _ => 200;
        var retried = await service.AskJsonAsync(HttpMethod.Post, $"/api/push/dead-letters/{(string)letter["id"]!}/retry");

        var push = receiver.Taken[0];
        var signature = HMACSHA256.HashData("01234567890123456789"u8, Encoding.UTF8.GetBytes($"{push.Headers["webhook-id"]}.{push.Headers["webhook-timestamp"]}.{push.Body}"));
        Assert.Equal($"v1,{Convert.ToBase64String(signature)}", push.Headers["webhook-signature"]);
        Assert.Equal("Story 1", (string)Assert.Single(JsonNode.Parse(push.Body)!["items"]!.AsArray())!["title"]!);
        Assert.Equal("it answered 500", (string)failed["error"]!);
        Assert.Null(retried["error"]);
        Assert.Equal("Story 3", (string)JsonNode.Parse(receiver.Taken[^1].Body)!["items"]![0]!["title"]!);
        Assert.Empty((await service.AskJsonAsync(HttpMethod.Get, "/api/push"))["deadLetters"]!.AsArray());
        using var stranger = await service.Client.GetAsync(new Uri("/api/push", UriKind.Relative), Token);
        Assert.Equal(HttpStatusCode.Unauthorized, stranger.StatusCode);
    }

    [Fact]
    public async Task Events_StreamThatBreaksOff_GoesOnWithWhatWasMissed()
    {
        using var folder = new TestFolder();
        await using var service = await StartAsync(folder);
        await SaveAsync(service, DateTimeOffset.UtcNow.AddHours(-1), TestStories.Make(1, 1, "AI"));

        string id;
        using (var first = await ListenAsync(service, "/topics/ai/events", null))
        {
            await SaveAsync(service, TestStories.Make(2, 2, "Space"), TestStories.Make(3, 3, "AI"));
            var (title, at) = await ReadAsync(first);
            Assert.Equal("Story 3", title);
            id = at;
        }

        await SaveAsync(service, TestStories.Make(4, 4, "AI"));
        using var second = await ListenAsync(service, "/topics/ai/events", id);
        var titles = new HashSet<string>();
        while (!titles.Contains("Story 4"))
        {
            titles.Add((await ReadAsync(second)).Title);
        }

        Assert.DoesNotContain("Story 1", titles);
        Assert.DoesNotContain("Story 2", titles);
    }

    private static Task<RunningService> StartAsync(TestFolder folder, params (string, string)[] more) => RunningService.StartAsync(folder, """{"feeds":[]}""", [.. Fast, .. more]);

    /// <summary>Stores stories as if they had come just now.</summary>
    private static Task SaveAsync(RunningService service, params Story[] stories) => SaveAsync(service, DateTimeOffset.UtcNow, stories);

    private static async Task SaveAsync(RunningService service, DateTimeOffset seen, params Story[] stories)
    {
        await service.Services.GetRequiredService<IStoryStore>().SaveAsync(new StoryBatch([.. stories.Select(story => story with { FirstSeen = seen, Updated = seen })], null), Token);
        service.Services.GetRequiredService<StoreChanges>().Happened();
    }

    private static async Task SubscribeAsync(RunningService service, string hub, string topic, Uri callback, string? secret = null)
    {
        var book = service.Services.GetRequiredService<PushBook>();
        var before = book.Subscribers.Count;
        using var answer = await AskAsync(service, hub, ("hub.mode", "subscribe"), ("hub.topic", topic), ("hub.callback", callback.AbsoluteUri), ("hub.secret", secret ?? ""));
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        await Eventually.HoldsAsync(() => Task.FromResult(book.Subscribers.Count == before + 1));
    }

    private static async Task<HttpResponseMessage> AskAsync(RunningService service, string hub, params (string Name, string Value)[] form)
    {
        using var content = new FormUrlEncodedContent(form.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        return await service.Client.PostAsync(new Uri(hub), content, Token);
    }

    private static string LinkOf(XElement feed, string relation) => (string)feed.Elements(Atom + "link").Single(link => (string?)link.Attribute("rel") == relation).Attribute("href")!;

    private static List<string> Titles(Receiver receiver) =>
        [.. receiver.Taken.SelectMany(push => XDocument.Parse(push.Body).Root!.Elements(Atom + "entry")).Select(entry => (string)entry.Element(Atom + "title")!)];

    private static async Task<StreamReader> ListenAsync(RunningService service, string path, string? last)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (last is not null)
        {
            request.Headers.Add("Last-Event-ID", last);
        }

        var answer = await service.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType!.MediaType);
        var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(Token));
        Assert.Equal("retry: 3000", await reader.ReadLineAsync(Token));
        Assert.StartsWith("id: ", await reader.ReadLineAsync(Token), StringComparison.Ordinal);
        return reader;
    }

    private static async Task<(string Title, string Id)> ReadAsync(StreamReader stream)
    {
        var id = "";
        while (await stream.ReadLineAsync(Token) is { } line)
        {
            if (line.StartsWith("id: ", StringComparison.Ordinal))
            {
                id = line[4..];
            }
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                return ((string)JsonNode.Parse(line[6..])!["title"]!, id);
            }
        }

        throw new EndOfStreamException();
    }
}
