using System.Globalization;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Aggregator.Service.Watching.Logs;

/// <summary>
/// The log for people: an event is one line, with its time, level, category, number and words, and what was thrown. Under systemd the line begins with the priority that the
/// journal understands (sd-daemon(3)) instead of the time, which the journal has itself.
/// </summary>
internal sealed class TextFormatter(LogTarget target, TimeProvider clock) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "aggregator-text";

    private const string Plain = "\u001b[0m";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var words = LogText.OneLine(logEntry.Formatter(logEntry.State, logEntry.Exception));
        if (target.IsJournal)
        {
            textWriter.Write(LogTarget.Priority(logEntry.LogLevel));
        }
        else
        {
            textWriter.Write(clock.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z' ", CultureInfo.InvariantCulture));
            WriteLevel(textWriter, logEntry.LogLevel);
        }

        textWriter.Write(LogText.OneLine(logEntry.Category));
        textWriter.Write(string.Create(CultureInfo.InvariantCulture, $"[{logEntry.EventId.Id}] "));
        textWriter.Write(words);
        if (logEntry.Exception is { } thrown)
        {
            textWriter.Write(' ');
            textWriter.Write(LogText.OneLine(thrown.ToString()));
        }

        textWriter.Write(Environment.NewLine);
    }

    private void WriteLevel(TextWriter writer, LogLevel level)
    {
        var (word, colour) = level switch
        {
            LogLevel.Trace => ("trce", "\u001b[90m"),
            LogLevel.Debug => ("dbug", "\u001b[90m"),
            LogLevel.Information => ("info", "\u001b[32m"),
            LogLevel.Warning => ("warn", "\u001b[33m"),
            LogLevel.Error => ("fail", "\u001b[31m"),
            _ => ("crit", "\u001b[1;31m"),
        };
        writer.Write(target.HasColour ? $"{colour}{word}{Plain}: " : word + ": ");
    }
}

/// <summary>Where the log goes.</summary>
/// <param name="IsJournal">To systemd's journal.</param>
/// <param name="HasColour">To a terminal that shows colours.</param>
public sealed record LogTarget(bool IsJournal, bool HasColour)
{
    /// <summary>As this process was started. The variable NO_COLOR is heeded (no-color.org).</summary>
    public static LogTarget OfThisProcess() => new(
        SystemdHelpers.IsSystemdService(),
        !Console.IsErrorRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) && Environment.GetEnvironmentVariable("TERM") != "dumb");

    /// <summary>The priority of a level (syslog(3)), as the journal reads it before a line.</summary>
    internal static string Priority(LogLevel level) => level switch
    {
        LogLevel.Trace or LogLevel.Debug => "<7>",
        LogLevel.Information => "<6>",
        LogLevel.Warning => "<4>",
        LogLevel.Error => "<3>",
        _ => "<2>",
    };
}
