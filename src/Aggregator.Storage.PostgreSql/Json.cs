using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Aggregator.Storage.PostgreSql;

/// <summary>Small things all documents share: absent fields for nulls and empty lists, instants as Unix milliseconds, spans as seconds.</summary>
internal static class Json
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>A document as bytes for the server.</summary>
    public static byte[] Pack(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(2048);
        using (var writer = new Utf8JsonWriter(buffer, Plain))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        return Packed.Pack(buffer.WrittenSpan);
    }

    /// <summary>What <see cref="Pack"/> made, read by <paramref name="read"/>.</summary>
    public static T Unpack<T>(byte[] packed, Func<JsonElement, T> read)
    {
        using var document = JsonDocument.Parse(Packed.Unpack(packed));
        return read(document.RootElement);
    }

    public static void Put(this Utf8JsonWriter writer, string field, string? value)
    {
        if (value is not null)
        {
            writer.WriteString(field, PgText.WellFormed(value));
        }
    }

    public static void Put(this Utf8JsonWriter writer, string field, Uri? value) => writer.Put(field, value?.AbsoluteUri);

    public static void Put(this Utf8JsonWriter writer, string field, DateTimeOffset? value)
    {
        if (value is { } instant)
        {
            writer.WriteNumber(field, instant.ToUnixTimeMilliseconds());
        }
    }

    public static void Put(this Utf8JsonWriter writer, string field, TimeSpan? value)
    {
        if (value is { } span)
        {
            writer.WriteNumber(field, span.TotalSeconds);
        }
    }

    public static void Put(this Utf8JsonWriter writer, string field, long value)
    {
        if (value != 0)
        {
            writer.WriteNumber(field, value);
        }
    }

    public static void Put(this Utf8JsonWriter writer, string field, bool value)
    {
        if (value)
        {
            writer.WriteBoolean(field, value);
        }
    }

    public static void PutObject(this Utf8JsonWriter writer, string field, Action<Utf8JsonWriter> write)
    {
        writer.WriteStartObject(field);
        write(writer);
        writer.WriteEndObject();
    }

    public static void PutTexts(this Utf8JsonWriter writer, string field, IEnumerable<string> values) =>
        writer.PutAll(field, values, (_, value) => writer.WriteStringValue(PgText.WellFormed(value)));

    public static void PutNumbers(this Utf8JsonWriter writer, string field, IEnumerable<int> values) =>
        writer.PutAll(field, values, (_, value) => writer.WriteNumberValue(value));

    public static void PutObjects<T>(this Utf8JsonWriter writer, string field, IEnumerable<T> values, Action<Utf8JsonWriter, T> write) =>
        writer.PutAll(field, values, (_, value) =>
        {
            writer.WriteStartObject();
            write(writer, value);
            writer.WriteEndObject();
        });

    public static string? Text(this JsonElement document, string field) => document.TryGetProperty(field, out var value) ? value.GetString() : null;

    public static DateTimeOffset? Instant(this JsonElement document, string field) =>
        document.TryGetProperty(field, out var value) ? StoryKey.Instant(value.GetInt64()) : null;

    public static TimeSpan? Span(this JsonElement document, string field) =>
        document.TryGetProperty(field, out var value) ? TimeSpan.FromSeconds(value.GetDouble()) : null;

    public static Uri? Address(this JsonElement document, string field) => document.Text(field) is { } text ? new Uri(text) : null;

    public static long Number(this JsonElement document, string field) => document.TryGetProperty(field, out var value) ? value.GetInt64() : 0;

    public static double Real(this JsonElement document, string field) => document.TryGetProperty(field, out var value) ? value.GetDouble() : 0;

    public static bool Flag(this JsonElement document, string field) => document.TryGetProperty(field, out var value) && value.GetBoolean();

    public static byte[] Bytes(this JsonElement document, string field) => document.TryGetProperty(field, out var value) ? value.GetBytesFromBase64() : [];

    public static IReadOnlyList<T> List<T>(this JsonElement document, string field, Func<JsonElement, T> read) =>
        document.TryGetProperty(field, out var value) ? [.. value.EnumerateArray().Select(read)] : [];

    private static void PutAll<T>(this Utf8JsonWriter writer, string field, IEnumerable<T> values, Action<Utf8JsonWriter, T> write)
    {
        var any = false;
        foreach (var value in values)
        {
            if (!any)
            {
                any = true;
                writer.WriteStartArray(field);
            }

            write(writer, value);
        }

        if (any)
        {
            writer.WriteEndArray();
        }
    }
}
