using Aggregator.Service.Installing;
using Aggregator.Service.Watching;
using Aggregator.Service.Watching.Logs;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting.WindowsServices;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Logging.EventLog;

namespace Aggregator.Service.Hosting;

/// <summary>Sets up the log: one line an event, on standard error, as text or JSON; with priorities for the journal under systemd.</summary>
public static class LoggingRegistration
{
    /// <summary>Adds the log. The command line's own processes tell only what is wrong.</summary>
    public static ILoggingBuilder AddServiceLogging(this ILoggingBuilder logging, ServiceMode mode, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(logging);
        var options = configuration.GetSection(WatchingOptions.Section).Get<WatchingOptions>() ?? new WatchingOptions();
        logging.ClearProviders();
        logging.Services.TryAddSingleton(LogTarget.OfThisProcess());
        logging.AddConsole(console => console.FormatterName = options.LogFormat == LogFormat.Json ? JsonFormatter.FormatterName : TextFormatter.FormatterName);
        logging.AddConsoleFormatter<TextFormatter, ConsoleFormatterOptions>().AddConsoleFormatter<JsonFormatter, ConsoleFormatterOptions>();
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        if (OperatingSystem.IsWindows() && WindowsServiceHelpers.IsWindowsService())
        {
            // Nobody sees the console of a service.
            logging.AddEventLog(new EventLogSettings { SourceName = WindowsService.EventSource });
        }

        logging.SetMinimumLevel(mode == ServiceMode.Serve ? LogLevel.Information : LogLevel.Error);
        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.AddFilter("ModelContextProtocol", LogLevel.Warning);
        logging.AddFilter("Quartz", LogLevel.Warning);
        logging.AddFilter("System", LogLevel.Warning);

        // A start that fails is told in one line by the program; a background service that falls is told as critical.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
        return logging;
    }
}
