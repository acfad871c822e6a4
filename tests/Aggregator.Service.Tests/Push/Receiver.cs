using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Aggregator.Service.Tests.Push;

/// <summary>Somebody on loopback who subscribes: says yes to the hub's questions, and notes what is pushed.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Received> _received = new();
    private readonly ConcurrentQueue<string> _questions = new();

    private Receiver(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.First() + "/");

    /// <summary>Whether it means to subscribe.</summary>
    public bool SaysYes { get; set; } = true;

    /// <summary>What it answers to pushes by the number of the push, from 0 on.</summary>
    public Func<int, int> Answer { get; set; } = _ => StatusCodes.Status204NoContent;

    /// <summary>What was pushed and taken, in the order it came.</summary>
    public IReadOnlyList<Received> Taken => [.. _received.Where(received => received.Status < 300)];

    /// <summary>All that was pushed.</summary>
    public IReadOnlyList<Received> Seen => [.. _received];

    /// <summary>The queries of the hub's questions.</summary>
    public IReadOnlyList<string> Questions => [.. _questions];

    public static async Task<Receiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var receiver = new Receiver(app);
        app.MapGet("/{**path}", (Delegate)receiver.Verify);
        app.MapPost("/{**path}", (Delegate)receiver.TakeAsync);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private IResult Verify(HttpContext http)
    {
        _questions.Enqueue(http.Request.QueryString.Value ?? "");
        return SaysYes ? Results.Text(http.Request.Query["hub.challenge"].ToString()) : Results.NotFound();
    }

    private async Task<IResult> TakeAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync();
        var status = Answer(_received.Count);
        _received.Enqueue(new Received(http.Request.Path, http.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase), body, status));
        return Results.StatusCode(status);
    }

    internal sealed record Received(string Path, IReadOnlyDictionary<string, string> Headers, string Body, int Status);
}
