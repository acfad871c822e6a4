using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Aggregator.Service.Tests.World;

/// <summary>
/// A small news web on loopback: outlets with feeds in several formats and encodings, articles inside page furniture, and some that
/// are dead or lie. Remembers what was asked of it.
/// </summary>
internal sealed class NewsWorld : IAsyncDisposable
{
    private readonly LoopbackServer _server;
    private readonly ConcurrentQueue<SeenRequest> _requests = new();

    private NewsWorld() => _server = new LoopbackServer(AnswerAsync);

    /// <summary>The world's address, ending in a slash.</summary>
    public Uri Address => _server.Address;

    /// <summary>Every request so far.</summary>
    public IReadOnlyList<SeenRequest> Requests => [.. _requests];

    /// <summary>How long an article takes to come.</summary>
    public TimeSpan ArticleDelay { get; set; } = TimeSpan.Zero;

    /// <summary>Feeds of another edition are other documents with the same entries.</summary>
    public int Edition { get; set; }

    /// <summary>How many entries the feed desk/feed.json has, which tells of odd things only.</summary>
    public int DeskEntries { get; set; } = Outlets.Desk.Count - 1;

    /// <summary>Feeds that can be read, with the number of their entries.</summary>
    public static IReadOnlyDictionary<string, int> GoodFeeds { get; } = new Dictionary<string, int>
    {
        ["wire/feed.rss"] = 6,
        ["ledger/feed.atom"] = 3,
        ["lab/feed.json"] = 3,
        ["alt/feed.rdf"] = 2,
    };

    /// <summary>Feeds that cannot.</summary>
    public static IReadOnlyList<string> BadFeeds { get; } = ["dead/feed.rss", "page/feed.rss", "empty/feed.rss", "missing/feed.rss"];

    /// <summary>What opens the feed vault/feed.json, as a bearer token.</summary>
    public const string VaultToken = "open-sesame-7";

    /// <summary>The number of stories in the world.</summary>
    public static int Stories => GoodFeeds.Values.Sum();

    public static async Task<NewsWorld> StartAsync()
    {
        var world = new NewsWorld();
        await world._server.StartAsync();
        return world;
    }

    /// <summary>A feeds.json that lists the whole world.</summary>
    public string FeedsJson(IEnumerable<string>? paths = null) =>
        $$"""{ "feeds": [ {{string.Join(", ", (paths ?? GoodFeeds.Keys.Concat(BadFeeds)).Select(path => $$"""{ "url": "{{Address}}{{path}}", "title": "The {{path.Split('/')[0]}}", "category": "test" }"""))}} ] }""";

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        var path = request.Path.Value!.TrimStart('/');
        _requests.Enqueue(new SeenRequest(path, request.Headers.IfNoneMatch.ToString(), request.Headers.IfModifiedSince.ToString(), request.Headers.UserAgent.ToString(), request.Headers.Authorization.ToString()));
        var response = context.Response;
        switch (path)
        {
            case "robots.txt":
                await TextAsync(response, "text/plain", "User-agent: *\nDisallow: /wire/private\n", Encoding.UTF8);
                break;
            case "wire/feed.rss":
                await FeedAsync(context, "application/rss+xml", Outlets.WireRss(Address), Encoding.UTF8);
                break;
            case "list/feed.rss":
                await FeedAsync(context, "application/rss+xml", Outlets.ListRss(Address), Encoding.UTF8);
                break;
            case "ledger/feed.atom":
                await FeedAsync(context, "application/atom+xml", Outlets.LedgerAtom(Address), Encoding.UTF8);
                break;
            case "lab/feed.json":
                await FeedAsync(context, "application/feed+json", Outlets.LabJson(Address), Encoding.UTF8);
                break;
            case "desk/feed.json":
                await FeedAsync(context, "application/feed+json", Outlets.DeskJson(Address, DeskEntries), Encoding.UTF8);
                break;
            case "alt/feed.rdf":
                await FeedAsync(context, "application/rdf+xml", Outlets.AltRdf(Address), Encoding.Latin1);
                break;
            case "site/":
                await TextAsync(response, "text/html", "<!DOCTYPE html><title>The Wire</title><link rel=alternate type=application/rss+xml href=/wire/feed.rss><a href=/lab/feed.json>Lab</a>", Encoding.UTF8);
                break;
            case "vault/feed.json" when request.Headers.Authorization == $"Bearer {VaultToken}":
                await FeedAsync(context, "application/feed+json", Outlets.LabJson(Address), Encoding.UTF8);
                break;
            case "vault/feed.json":
                response.StatusCode = 401;
                break;
            case "dead/feed.rss":
                response.StatusCode = 500;
                break;
            case "page/feed.rss":
                await TextAsync(response, "text/html", "<!DOCTYPE html><html><body><p>Please sign in.</p></body></html>", Encoding.UTF8);
                break;
            case "empty/feed.rss":
                await TextAsync(response, "application/rss+xml", "", Encoding.UTF8);
                break;
            default:
                await ArticleAsync(response, path);
                break;
        }
    }

    private async Task ArticleAsync(HttpResponse response, string path)
    {
        if (Outlets.FindArticle(path) is not { } article)
        {
            response.StatusCode = 404;
            return;
        }

        await Task.Delay(ArticleDelay, response.HttpContext.RequestAborted);
        await TextAsync(response, "text/html; charset=utf-8", Outlets.Page(article), Encoding.UTF8);
    }

    private async Task FeedAsync(HttpContext context, string mediaType, string text, Encoding encoding)
    {
        text += new string('\n', Edition);

        // The tag holds what careless clients spoil: a quote-like escape and a plus sign.
        var tag = $"\"v1+{text.Length}/a\"";
        context.Response.Headers.ETag = tag;
        context.Response.Headers.LastModified = "Tue, 24 Nov 2026 08:00:00 GMT";
        if (context.Request.Headers.IfNoneMatch == tag)
        {
            context.Response.StatusCode = 304;
            return;
        }

        await TextAsync(context.Response, mediaType, text, encoding);
    }

    private static async Task TextAsync(HttpResponse response, string mediaType, string text, Encoding encoding)
    {
        response.ContentType = mediaType;
        var bytes = encoding.GetBytes(text);
        response.ContentLength = bytes.Length;
        await response.Body.WriteAsync(bytes);
    }
}

/// <summary>A request the world was asked.</summary>
internal sealed record SeenRequest(string Path, string IfNoneMatch, string IfModifiedSince, string UserAgent, string Authorization);
