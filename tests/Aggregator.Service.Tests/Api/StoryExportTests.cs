using System.Net;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Service.Api;
using Aggregator.Service.Search;
using Aggregator.Service.Tests.World;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Aggregator.Service.Tests.Api;

/// <summary>Exports over a real connection from a store that fails, or never ends.</summary>
public sealed class StoryExportTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Fault_InTheMiddle_BreaksTheConnectionSoThatAPartIsNoWhole()
    {
        await using var server = await Server.StartAsync(page => page < 2 ? Full(page) : throw new StoreException("the disk is gone"));

        using var answer = await server.Client.GetAsync(new Uri("/", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Token);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await Assert.ThrowsAnyAsync<Exception>(() => answer.Content.ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task Fault_AtOnce_IsAProblemAndNoFile()
    {
        await using var server = await Server.StartAsync(_ => throw new StoreException("the disk is gone"));

        using var answer = await server.Client.GetAsync(new Uri("/", UriKind.Relative), Token);

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "application/problem+json"), (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
        Assert.Contains("the disk is gone", await answer.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reader_WhoLeaves_EndsIt()
    {
        await using var server = await Server.StartAsync(Full);

        using (var answer = await server.Client.GetAsync(new Uri("/", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Token))
        await using (var body = await answer.Content.ReadAsStreamAsync(Token))
        {
            await body.ReadExactlyAsync(new byte[1_000_000], Token);
        }

        // The store has no end: only the reader's leaving can have ended it.
        await server.Ended.WaitAsync(Token);
    }

    /// <summary>A page of 500 stories after which there is another.</summary>
    private static StoryPage Full(int page)
    {
        Story[] stories = [.. Enumerable.Range(1, StoryQuery.MaxLimit).Select(number => TestStories.Make((page * StoryQuery.MaxLimit) + number))];
        return new StoryPage(stories, StoryCursor.After(stories[^1]));
    }

    /// <summary>A server that does nothing but export all stories.</summary>
    private sealed class Server : IAsyncDisposable
    {
        private readonly WebApplication _app;
        private readonly TaskCompletionSource _ended;

        private Server(WebApplication app, TaskCompletionSource ended)
        {
            _app = app;
            _ended = ended;
            Client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        }

        public HttpClient Client { get; }

        /// <summary>Done when the export is.</summary>
        public Task Ended => _ended.Task;

        public static async Task<Server> StartAsync(Func<int, StoryPage> page)
        {
            var asked = 0;
            var store = FaultyStore.Of((method, _) => method.Name == nameof(IStoryStore.QueryAsync) ? Task.FromResult(page(asked++)) : method.ReturnType == typeof(bool) ? false : null);
            var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
            builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
            builder.Logging.ClearProviders();
            builder.Services.AddRouting().AddApi().AddSingleton(store).AddSingleton(TimeProvider.System).AddSingleton(new SearchLimits()).AddSingleton<ClusterReader>().AddSingleton<StorySearch>();
            var app = builder.Build();
            var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            app.UseExceptionHandler();
            app.Run(async context =>
            {
                try
                {
                    var fields = StoryFields.Read(null, whole: false).Fields!;
                    await new StoryExport(new SearchQuery(new StoryQuery(), null), null, fields, new CsvLines(fields)).ExecuteAsync(context);
                }
                finally
                {
                    ended.SetResult();
                }
            });
            await app.StartAsync(Token);
            return new Server(app, ended);
        }

        public async ValueTask DisposeAsync()
        {
            Client.Dispose();
            await _app.DisposeAsync();
        }
    }
}
