using System.Reflection;
using Aggregator.Service.Api;
using Aggregator.Service.Doors;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Options;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Aggregator.Service.Watching;

/// <summary>Sets up how the service is watched. The only place that knows OpenTelemetry.</summary>
public static class WatchingRegistration
{
    /// <summary>Of the requests we make, the hosts are left out: there are as many as feeds and articles come from.</summary>
    private static readonly string[] OfRequests = ["http.request.method", "http.response.status_code", "error.type", "url.scheme", "network.protocol.version", "http.connection.state"];

    /// <summary>Adds what every process measures, where nobody may look too.</summary>
    public static IServiceCollection AddWatching(this IServiceCollection services)
    {
        services.AddOptions<WatchingOptions>().BindConfiguration(WatchingOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<WatchingOptions>, WatchingOptionsValidator>();
        return services.AddSingleton<StoreMetrics>().AddSingleton<StoreWatch>().AddSingleton<DiskProbe>().AddSingleton<FeedCensus>().AddSingleton<ServiceHealth>().AddSingleton<MetricsDoor>();
    }

    /// <summary>Adds what watches a service that runs for long, and what tells of it.</summary>
    public static IServiceCollection AddWatchers(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton<ISystemdNotifier, SystemdNotifier>();
        services.TryAddSingleton(WatchdogSettings.Read(Environment.GetEnvironmentVariable, Environment.ProcessId));
        services.AddSingleton<ServiceGauges>().AddHostedService<WatchWorker>();
        var options = configuration.GetSection(WatchingOptions.Section).Get<WatchingOptions>() ?? new WatchingOptions();
        if (!options.Measures)
        {
            return services;
        }

        var telemetry = services.AddOpenTelemetry().ConfigureResource(resource => resource.AddService("aggregator", serviceVersion: Version));
        telemetry.WithMetrics(metrics => Measure(metrics, options));
        if (options.OtlpEndpoint is not null)
        {
            telemetry.WithTracing(traces => Trace(traces, options));
        }

        return services;
    }

    /// <summary>Notes who asks, for the metrics; stands before whatever changes the request by what it says of itself.</summary>
    public static IApplicationBuilder UseMetricsDoor(this IApplicationBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var door = app.ApplicationServices.GetRequiredService<MetricsDoor>();
        return app.Use((context, next) =>
        {
            door.Note(context);
            return next(context);
        });
    }

    /// <summary>Maps /metrics, where there are any.</summary>
    public static IEndpointRouteBuilder MapMetrics(this IEndpointRouteBuilder routes)
    {
        ArgumentNullException.ThrowIfNull(routes);
        if (routes.ServiceProvider.GetService<MeterProvider>() is not null && routes.ServiceProvider.GetService<ServiceGauges>() is not null)
        {
            routes.MapPrometheusScrapingEndpoint("/metrics").IsOpen().Add(endpoint =>
            {
                var scrape = endpoint.RequestDelegate!;
                endpoint.RequestDelegate = http => AnswerAsync(http, scrape);
                endpoint.Metadata.Add(new HttpMethodMetadata([HttpMethods.Get, HttpMethods.Head])); // it would answer to any
            });
        }

        return routes;
    }

    private static async Task AnswerAsync(HttpContext http, RequestDelegate scrape)
    {
        if (!http.RequestServices.GetRequiredService<MetricsDoor>().Admits(http))
        {
            await Problems.NotForEverybody($"Metrics are for the operator: ask from the machine the service runs on, or with a key (aggregator keys add --read NAME) as Authorization: Bearer. The settings {WatchingOptions.Section}:{nameof(WatchingOptions.MetricsNetworks)} and {WatchingOptions.Section}:{nameof(WatchingOptions.Metrics)} open them to others.").ExecuteAsync(http);
            return;
        }

        await http.RequestServices.GetRequiredService<FeedCensus>().TakeAsync(http.RequestAborted);
        http.Response.Headers.CacheControl = "no-store";
        await scrape(http);
    }

    private static void Measure(MeterProviderBuilder metrics, WatchingOptions options)
    {
        metrics.AddMeter(Meters.Own).AddAspNetCoreInstrumentation().AddHttpClientInstrumentation().AddRuntimeInstrumentation();
        metrics.AddView(instrument => instrument.Meter.Name switch
        {
            "System.Net.Http" => new MetricStreamConfiguration { TagKeys = OfRequests },
            "System.Net.NameResolution" => new MetricStreamConfiguration { TagKeys = ["error.type"] },
            _ => null,
        });
        metrics.AddPrometheusExporter(prometheus => prometheus.ScopeInfoEnabled = false);
        if (options.OtlpEndpoint is { } collector)
        {
            metrics.AddOtlpExporter(otlp => Send(otlp, options, collector, "v1/metrics"));
        }
    }

    private static void Trace(TracerProviderBuilder traces, WatchingOptions options)
    {
        traces.AddSource(Spans.SourceName).AddAspNetCoreInstrumentation(requests => requests.Filter = IsWorthATrace)
            .AddHttpClientInstrumentation(requests => requests.EnrichWithHttpRequestMessage = LeaveOutPath);
        traces.SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(options.TracedPercent / 100.0)));
        traces.AddOtlpExporter(otlp => Send(otlp, options, options.OtlpEndpoint!, "v1/traces"));
    }

    /// <summary>Probes come every few seconds, and the paths that hubs call hold what only they may know.</summary>
    private static bool IsWorthATrace(HttpContext http) =>
        !http.Request.Path.StartsWithSegments("/hub") && http.Request.Path.Value is not ("/healthz" or "/readyz" or "/metrics");

    /// <summary>The path of a webhook or of a subscriber is what only they may know.</summary>
    private static void LeaveOutPath(System.Diagnostics.Activity span, HttpRequestMessage request) => span.SetTag("url.full", request.RequestUri?.GetLeftPart(UriPartial.Authority));

    private static void Send(OtlpExporterOptions otlp, WatchingOptions options, Uri collector, string path)
    {
        var overHttp = options.OtlpProtocol == OtlpProtocol.HttpProtobuf;
        otlp.Protocol = overHttp ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;
        otlp.Endpoint = overHttp ? new Uri(collector.AbsoluteUri.TrimEnd('/') + "/" + path) : collector;
        otlp.Headers = options.OtlpHeaders;
    }

    private static string Version => typeof(WatchingRegistration).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";
}
