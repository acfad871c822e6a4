using System.Buffers;
using System.Collections;
using System.Diagnostics;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Aggregator.Service.Watching.Logs;

/// <summary>
/// The log for programs: an event is one line, one JSON object, with its time (UTC), level, category, number and words, the values in the words by their names, and what was
/// thrown. Under systemd the object comes after the priority, which the journal takes off.
/// </summary>
internal sealed class JsonFormatter(LogTarget target, TimeProvider clock) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "aggregator-json";

    private const string Template = "{OriginalFormat}";

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("time", clock.GetUtcNow().UtcDateTime);
            json.WriteString("level", NameOf(logEntry.LogLevel));
            json.WriteString("category", LogText.WithoutSecrets(logEntry.Category));
            json.WriteNumber("eventId", logEntry.EventId.Id);
            json.WriteString("message", LogText.WithoutSecrets(logEntry.Formatter(logEntry.State, logEntry.Exception)));
            WriteFields(json, logEntry.State);
            if (logEntry.Exception is { } thrown)
            {
                json.WriteString("exception", LogText.WithoutSecrets(thrown.ToString()));
            }

            if (Activity.Current is { IdFormat: ActivityIdFormat.W3C } span)
            {
                json.WriteString("traceId", span.TraceId.ToHexString());
                json.WriteString("spanId", span.SpanId.ToHexString());
            }

            json.WriteEndObject();
        }

        if (target.IsJournal)
        {
            textWriter.Write(LogTarget.Priority(logEntry.LogLevel));
        }

        textWriter.Write(LogText.EscapeInJson(Encoding.UTF8.GetString(buffer.WrittenSpan)));
        textWriter.Write('\n');
    }

    private static void WriteFields<TState>(Utf8JsonWriter json, TState state)
    {
        if (state is not IReadOnlyList<KeyValuePair<string, object?>> fields || fields.All(field => field.Key == Template))
        {
            return;
        }

        json.WriteStartObject("fields");
        foreach (var (name, value) in fields)
        {
            if (name != Template)
            {
                json.WritePropertyName(LogText.WithoutSecrets(name));
                WriteValue(json, value);
            }
        }

        json.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null:
                json.WriteNullValue();
                break;
            case bool flag:
                json.WriteBooleanValue(flag);
                break;
            case sbyte or byte or short or ushort or int or uint or long:
                json.WriteNumberValue(Convert.ToInt64(value, null));
                break;
            case double number when double.IsFinite(number):
                json.WriteNumberValue(number);
                break;
            case DateTimeOffset instant:
                json.WriteStringValue(instant.UtcDateTime);
                break;
            case IEnumerable list and not string:
                json.WriteStringValue(LogText.WithoutSecrets(string.Join(", ", list.Cast<object?>())));
                break;
            case IFormattable text:
                json.WriteStringValue(LogText.WithoutSecrets(text.ToString(null, System.Globalization.CultureInfo.InvariantCulture)));
                break;
            default:
                json.WriteStringValue(LogText.WithoutSecrets(value.ToString()));
                break;
        }
    }

    private static string NameOf(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "information",
        LogLevel.Warning => "warning",
        LogLevel.Error => "error",
        _ => "critical",
    };
}
