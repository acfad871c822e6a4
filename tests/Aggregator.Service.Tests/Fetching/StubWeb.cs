using Aggregator.Model.Feeds;
using Aggregator.Service.Fetching;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using HttpStatusCode = System.Net.HttpStatusCode;

namespace Aggregator.Service.Tests.Fetching;

/// <summary>The fetchers over a web that is a function, under a clock that stands still.</summary>
internal sealed class StubWeb : HttpMessageHandler
{
    private readonly Func<HttpRequestMessage, HttpResponseMessage> _answer;

    public StubWeb(Func<HttpRequestMessage, HttpResponseMessage> answer, FetchingOptions? options = null)
    {
        _answer = answer;
        var chosen = Options.Create(options ?? new FetchingOptions { PerHostSpacing = TimeSpan.Zero });
        var guard = new AddressGuard(chosen);
        Gate = new HostGate(chosen, Clock);
        Client = new WebClient(this, guard, Gate, chosen, Clock);
        Robots = new RobotsCache(Client, chosen, Clock);
        Feeds = new FeedFetcher(Client, Robots, Gate, chosen, Clock);
        Pages = new PageFetcher(Client, Robots, guard, Gate, chosen, Clock);
    }

    public static Uri FeedAddress { get; } = new("https://news.example.org/feed");

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 3, 2, 12, 0, 0, TimeSpan.Zero));

    public HostGate Gate { get; }

    public WebClient Client { get; }

    public RobotsCache Robots { get; }

    public FeedFetcher Feeds { get; }

    public PageFetcher Pages { get; }

    public List<HttpRequestMessage> Requests { get; } = [];

    public FeedState State(string? etag = null, string? lastModified = null) => new()
    {
        Id = FeedId.Of(FeedAddress),
        Address = FeedAddress,
        ValidatorsOf = etag is null && lastModified is null ? null : FeedAddress,
        ETag = etag,
        LastModified = lastModified,
        NextPoll = Clock.GetUtcNow(),
    };

    public static HttpResponseMessage Answer(int status, string body = "", params (string Name, string Value)[] headers)
    {
        var response = new HttpResponseMessage((HttpStatusCode)status) { Content = new StringContent(body) };
        foreach (var (name, value) in headers)
        {
            if (name.StartsWith("Content-", StringComparison.Ordinal) || name is "Last-Modified" or "Expires")
            {
                response.Content.Headers.Remove(name);
                response.Content.Headers.TryAddWithoutValidation(name, value);
            }
            else
            {
                response.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return response;
    }

    /// <summary>A header of a request as sent; null: not sent.</summary>
    public static string? Sent(HttpRequestMessage request, string name) =>
        request.Headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null;

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        lock (Requests)
        {
            Requests.Add(request);
        }

        return Task.FromResult(_answer(request));
    }
}
