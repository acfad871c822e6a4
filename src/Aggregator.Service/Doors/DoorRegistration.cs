using System.Globalization;
using Aggregator.Service.Hosting;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Doors;

/// <summary>Sets up the door: keys, limits, the record.</summary>
public static class DoorRegistration
{
    /// <summary>A client that takes longer to say what it wants is none; a browser or reader needs milliseconds.</summary>
    private static readonly TimeSpan HeadersWithin = TimeSpan.FromSeconds(15);

    /// <summary>Adds all that the door needs.</summary>
    public static IServiceCollection AddDoors(this IServiceCollection services, ServiceMode mode)
    {
        services.AddOptions<DoorOptions>().BindConfiguration(DoorOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<DoorOptions>, DoorOptionsValidator>().AddSingleton<ApiKeys>().AddSingleton<AuditLog>().AddSingleton<Door>();
        services.AddRequestTimeouts();
        services.AddOptions<RequestTimeoutOptions>().Configure<IOptions<DoorOptions>>((timeouts, options) => timeouts.DefaultPolicy = new RequestTimeoutPolicy
        {
            Timeout = options.Value.AnswerWithin,
            TimeoutStatusCode = StatusCodes.Status503ServiceUnavailable,
            WriteTimeoutResponse = context => TypedResults.Problem(
                string.Create(CultureInfo.InvariantCulture, $"The answer took longer than {options.Value.AnswerWithin.TotalSeconds:0} s (Doors:AnswerWithin). Ask for less, or again later."), statusCode: StatusCodes.Status503ServiceUnavailable).ExecuteAsync(context),
        });
        services.AddOptions<KestrelServerOptions>().Configure<IOptions<DoorOptions>>((kestrel, options) =>
        {
            kestrel.Limits.RequestHeadersTimeout = HeadersWithin;
            kestrel.Limits.MaxConcurrentConnections = options.Value.MostConnections;
        });
        if (mode == ServiceMode.Serve)
        {
            services.AddHostedService<KeysWatcher>().AddHostedService<OpenDoorNotice>();
        }

        return services;
    }

    /// <summary>Counts requests and looks at their keys; stands behind whatever says whose they are, and before all that answers.</summary>
    public static IApplicationBuilder UseDoor(this IApplicationBuilder app) => app.Use((context, next) => context.RequestServices.GetRequiredService<Door>().EnterAsync(context, next));

    /// <summary>Lets requests through to their endpoints, or not, and bounds how long they take; stands behind routing.</summary>
    public static IApplicationBuilder UseDoorSigns(this IApplicationBuilder app) =>
        app.UseRequestTimeouts().Use((context, next) => context.RequestServices.GetRequiredService<Door>().PassAsync(context, next));
}
