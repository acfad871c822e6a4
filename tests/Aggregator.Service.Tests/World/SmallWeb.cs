using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Aggregator.Service.Tests.World;

/// <summary>A server on loopback whose documents a test puts there; what is not there is a 404.</summary>
internal sealed class SmallWeb : IAsyncDisposable
{
    private readonly LoopbackServer _server;
    private readonly ConcurrentDictionary<string, Func<HttpContext, Task>> _documents = new();

    private SmallWeb() => _server = new LoopbackServer(AnswerAsync);

    /// <summary>Its address, ending in a slash.</summary>
    public Uri Address => _server.Address;

    /// <summary>The requests so far.</summary>
    public ConcurrentQueue<HttpRequestSeen> Requests { get; } = new();

    public static async Task<SmallWeb> StartAsync()
    {
        var web = new SmallWeb();
        await web._server.StartAsync();
        return web;
    }

    /// <summary>Puts a document at a path, in place of the one before.</summary>
    public void Put(string path, string mediaType, byte[] body) => Put(path, async context =>
    {
        context.Response.ContentType = mediaType;
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body);
    });

    public void Put(string path, string mediaType, string body) => Put(path, mediaType, Encoding.UTF8.GetBytes(body));

    public void Put(string path, Func<HttpContext, Task> answer) => _documents[path] = answer;

    /// <summary>A feeds.json with feeds at these paths, whose pages are not read.</summary>
    public string FeedsJson(params string[] paths) =>
        $$"""{ "feeds": [ {{string.Join(", ", paths.Select(path => $$"""{ "url": "{{Address}}{{path}}", "fullText": false }"""))}} ] }""";

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!.TrimStart('/');
        Requests.Enqueue(new HttpRequestSeen(path, context.Request.QueryString.Value ?? "", context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase)));
        if (_documents.TryGetValue(path, out var answer))
        {
            return answer(context);
        }

        context.Response.StatusCode = 404;
        return Task.CompletedTask;
    }
}

/// <summary>A request the web was asked.</summary>
internal sealed record HttpRequestSeen(string Path, string Query, IReadOnlyDictionary<string, string> Headers);
