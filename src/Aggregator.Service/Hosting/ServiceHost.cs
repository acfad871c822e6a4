using System.Security.Authentication;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Aggregator.Model.Storage;
using Aggregator.Service.Api;
using Aggregator.Service.Catalog;
using Aggregator.Service.Discovery;
using Aggregator.Service.Doors;
using Aggregator.Service.Fetching;
using Aggregator.Service.History;
using Aggregator.Service.Hub;
using Aggregator.Service.Images;
using Aggregator.Service.Mcp;
using Aggregator.Service.Opinions;
using Aggregator.Service.Polling;
using Aggregator.Service.Push;
using Aggregator.Service.Reprocessing;
using Aggregator.Service.Retention;
using Aggregator.Service.Rules;
using Aggregator.Service.Scheduling;
using Aggregator.Service.Search;
using Aggregator.Service.Secrets;
using Aggregator.Service.Topics;
using Aggregator.Service.Watching;
using Aggregator.Service.Web;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Aggregator.Service.Hosting;

/// <summary>Puts the service together: the one place where every part is named.</summary>
public static class ServiceHost
{
    /// <summary>A query of 4,000 characters takes up to 36,000 bytes in an address; one that is longer is told what is wrong with it, up to here.</summary>
    private const int LongestRequestLine = 128 * 1024;

    /// <summary>Threads of the pool that are there from the start.</summary>
    private const int FewestThreads = 32;

    /// <summary>
    /// The service, built and not started. <paramref name="settings"/> come before everything else the configuration says;
    /// <paramref name="configure"/> lets tests put doubles at the edges.
    /// </summary>
    /// <exception cref="StoreException">The data folder, or the server that keeps the stories, cannot be used.</exception>
    /// <exception cref="StartException">A setting or a file the service needs is unusable.</exception>
    public static async Task<WebApplication> BuildAsync(
        ServicePaths paths,
        ServiceMode mode,
        IReadOnlyDictionary<string, string?> settings,
        Action<WebApplicationBuilder>? configure,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(paths);

        // LiteDB answers on the caller's thread: with as few threads as processors, readers would wait for threads, not for the store.
        ThreadPool.GetMinThreads(out var workers, out var completions);
        ThreadPool.SetMinThreads(Math.Max(workers, FewestThreads), completions);
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory, ApplicationName = "aggregator", EnvironmentName = Environments.Production });
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddConfiguration(ConfigurationSources.Read(paths, settings)).AddTrustInNobodyElse();
        builder.Host.UseSystemd().UseWindowsService(service => service.ServiceName = "Aggregator");
        builder.Logging.AddServiceLogging(mode, builder.Configuration);

        builder.Services.AddSingleton(paths).AddSingleton(TimeProvider.System).AddSingleton(ServiceKey.New());
        builder.Services.AddCatalog(paths.FeedsFile).AddSecrets().AddFetching().AddDiscovery().AddContent(paths).AddRules().AddRuleTrials().AddPolling().AddSingleton<StoryHistory>().AddHistoryTagging(paths, mode).AddHub().AddSearch().AddKeeping().AddReprocessing().AddImages().AddWeb().AddPush(paths).AddApi().AddDoors(mode).AddWatching().AddMcp(builder.Configuration);
        builder.Services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase));
            json.SerializerOptions.TypeInfoResolver = json.SerializerOptions.TypeInfoResolver?.WithAddedModifier(StoryFields.Apply);
            json.SerializerOptions.Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(4));
        var storage = builder.Configuration.GetSection(StorageOptions.Section).Get<StorageOptions>() ?? new StorageOptions();
        if (mode == ServiceMode.Serve && storage.PostgreSql is { Length: > 0 })
        {
            builder.Services.AddSingleton<DataFolderHold>().AddHostedService<OtherProcesses>();
        }

        if (mode == ServiceMode.Serve)
        {
            builder.Services.AddScheduling(builder.Configuration).AddSingleton<EndpointFileWriter>().AddHostedService(provider => provider.GetRequiredService<EndpointFileWriter>()).AddHostedService<FeedListWatcher>().AddHostedService<TopicsFileWatcher>().AddHostedService<RulesWatcher>().AddHostedService<PushWorker>().AddHostedService(provider => provider.GetRequiredService<TextIndexMaker>()).AddSecondOpinion(builder.Configuration).AddPushing().AddWatchers(builder.Configuration);
        }

        if (mode != ServiceMode.Answer)
        {
            builder.Services.AddHostedService<HostMemory>().AddHostedService<PollWorkers>();
        }

        configure?.Invoke(builder);
        var options = builder.Configuration.GetSection(HostingOptions.Section).Get<HostingOptions>() ?? new HostingOptions();
        Listen(builder, mode, options);
        var store = storage.PostgreSql is { Length: > 0 } server
            ? await StorageRegistration.OpenOnServerAsync(server, storage.Retention, TimeProvider.System, cancellationToken)
            : await StorageRegistration.OpenAsync(paths.DataFolder, storage.Retention, options.CommitsApart, TimeProvider.System, cancellationToken);

        // By a factory, because the container closes only what it made itself.
        builder.Services.AddSingleton<IStoryStore>(services => ActivatorUtilities.CreateInstance<WatchedStore>(services, store));
        var app = builder.Build();
        try
        {
            app.Services.GetRequiredService<IStoryStore>();
            return Map(app, mode, options);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>Where the service listens. One that only answers the command line takes any free port of this machine.</summary>
    private static void Listen(WebApplicationBuilder builder, ServiceMode mode, HostingOptions options)
    {
        var addresses = mode == ServiceMode.Serve ? [.. HostingOptions.Split(options.Listen)] : new[] { "http://127.0.0.1:0" };
        var certificate = mode == ServiceMode.Serve ? ServiceCertificate.Load(options) : null;
        if (certificate is not null)
        {
            builder.Services.AddSingleton(certificate).AddHostedService<CertificateWatcher>();
        }

        builder.WebHost.UseUrls(addresses);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            if (certificate is not null)
            {
                kestrel.ConfigureHttpsDefaults(https => Show(certificate, https));
            }

            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 1024 * 1024;
            kestrel.Limits.MaxRequestLineSize = LongestRequestLine;
        });
    }

    private static void Show(ServiceCertificate certificate, HttpsConnectionAdapterOptions https)
    {
        https.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
        https.ServerCertificateSelector = (_, _) => certificate.Leaf;
        https.OnAuthenticate = (_, tls) =>
        {
            // A selector can only name the certificate; this sends its chain too.
            tls.ServerCertificateSelectionCallback = null;
            tls.ServerCertificateContext = certificate.Context;
        };
    }

    private static WebApplication Map(WebApplication app, ServiceMode mode, HostingOptions options)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages(context => Problems.OfStatus(context.HttpContext).ExecuteAsync(context.HttpContext));
        app.UseSecurityHeaders(options.PublicAddress);
        app.UseKnownHosts(options, mode).UseThisMachine(options).UseMetricsDoor().UseTrustedProxies(options).UseBasePath(options.PublicAddress).UseDoor();
        app.UseRouting().UseDoorSigns();
        app.MapPages();
        app.MapMergedFeeds();
        app.MapCrawlers();
        app.MapImages();
        app.MapStories().MapFacets().MapTextIndex().MapBackup().MapPurge().MapRetention().MapPins().MapReprocess().MapVersions().MapClusters().MapFeeds().MapDiscovery().MapTopics().MapTrials().MapRetagging().MapCorrections().MapRules().MapPoll().MapHealth().MapReadiness().MapMetrics().MapHub().MapHubDoor().MapEventStreams().MapPush().MapQueries().MapKeys();
        app.MapOpenApi();
        app.MapMcp();
        BasePath.EnsureIsNoneOfOurs(options.PublicAddress, ((IEndpointRouteBuilder)app).DataSources);
        return app;
    }
}

/// <summary>What a process of the service does.</summary>
public enum ServiceMode
{
    /// <summary>Polls by schedule and serves: the main job.</summary>
    Serve,

    /// <summary>Polls when told to, and answers this process only.</summary>
    PollOnce,

    /// <summary>Answers this process only.</summary>
    Answer,
}
