using Aggregator.Content.Extraction.Rules;
using Aggregator.Service.Catalog;
using Aggregator.Service.Doors;
using Aggregator.Service.Images;
using Aggregator.Service.Polling;
using Aggregator.Service.Push;
using Aggregator.Service.Rules;
using Aggregator.Service.Search;
using Aggregator.Service.Topics;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Hosting;

/// <summary>Brings a built service to the point where it can start (feeds.json, topics.json, rules.json and site rules read, the store told which feeds there are), and starts it.</summary>
public static partial class ServiceStart
{
    /// <summary>The service, ready to start.</summary>
    /// <exception cref="StartException">A setting, feeds.json or another file cannot be used.</exception>
    /// <exception cref="Aggregator.Model.Storage.StoreException">The data folder cannot be used.</exception>
    public static async Task<WebApplication> PrepareAsync(
        ServicePaths paths,
        ServiceMode mode,
        IReadOnlyDictionary<string, string?> settings,
        CancellationToken cancellationToken,
        Action<WebApplicationBuilder>? configure = null)
    {
        var app = await ServiceHost.BuildAsync(paths, mode, settings, configure, cancellationToken);
        try
        {
            if (mode == ServiceMode.Serve)
            {
                TellUnknownSettings(app, paths, settings);

                // What cannot be used is told here in words; of workers that cannot be made the host tells nothing.
                app.Services.GetService<DataFolderHold>()?.Take();
                app.Services.GetRequiredService<PushBook>();
            }

            app.Services.GetRequiredService<ApiKeys>();
            app.Services.GetRequiredService<FeedListFile>().LoadAtStart();
            app.Services.GetRequiredService<TopicsFile>().LoadAtStart();
            app.Services.GetRequiredService<RulesFile>().LoadAtStart();
            app.Services.GetRequiredService<SiteRules>();
            app.Services.GetRequiredService<SavedQueries>().CheckAtStart();
            app.Services.GetRequiredService<Webhooks>().Read();
            if (app.Services.GetRequiredService<IOptions<ImagesOptions>>().Value.Proxy)
            {
                app.Services.GetRequiredService<ImageLinks>();
            }

            var activation = app.Services.GetRequiredService<CatalogActivation>();
            await activation.ApplyAsync(cancellationToken);
            return app;
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Starts a prepared service. If a part of it cannot, say because the address is taken, the parts that run already are stopped in
    /// order: torn down in the middle of their work, each would tell a fault of its own.
    /// </summary>
    public static async Task StartAsync(WebApplication app, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(app);
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch
        {
            await app.StopAsync(CancellationToken.None);
            throw;
        }
    }

    /// <summary>A setting whose name is mistyped does nothing, and nobody would notice.</summary>
    private static void TellUnknownSettings(WebApplication app, ServicePaths paths, IReadOnlyDictionary<string, string?> settings)
    {
        foreach (var words in ConfigurationSources.Explain(ConfigurationSources.Load(paths, settings), paths).Unknown)
        {
            LogUnknown(app.Logger, words);
        }
    }

    [LoggerMessage(950, LogLevel.Warning, "{Words}")]
    private static partial void LogUnknown(ILogger logger, string words);
}
