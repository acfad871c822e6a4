using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Aggregator.Service.Hosting;

namespace Aggregator.Service.Doors;

/// <summary>
/// The record of what was changed over HTTP, by whom and from where, and of keys that were refused: a line each in the log, under a category of its own, and in a file of
/// the data folder, JSON a line. The file is kept within bounds by beginning a new one. What strangers wrote stands there as one line of plain characters. Safe for
/// concurrent use.
/// </summary>
public sealed partial class AuditLog(ServicePaths paths, TimeProvider clock, ILoggerFactory loggers)
{
    /// <summary>The category of its lines in the log.</summary>
    public const string Category = "Aggregator.Audit";

    /// <summary>The file is put aside when it has grown to this; at some 250 bytes a line that is 4,000 changes.</summary>
    internal const long MostBytes = 1024 * 1024;

    /// <summary>Files put aside; what is older is gone.</summary>
    internal const int MostAside = 4;

    /// <summary>Refusals in a minute that are told, whoever causes them: a flood must not push out of the record what was changed.</summary>
    private const int MostRefusals = 60;

    private const int LongestText = 300;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private static readonly object DetailItem = new();

    private readonly ILogger _logger = loggers.CreateLogger(Category);
    private readonly Lock _gate = new();
    private readonly Allowance _refusals = new(MostRefusals, TimeSpan.FromMinutes(1), clock, mostClients: 1);
    private string? _lastFault;
    private bool _isFlood;

    /// <summary>Notes what a request is about, for its line: in words of ours, without secrets.</summary>
    public static void Tell(HttpContext context, string detail)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Items[DetailItem] = detail;
    }

    /// <summary>Records what became of a request that changes something.</summary>
    public void Record(HttpContext context, int status)
    {
        var entry = Describe(context, status.ToString(CultureInfo.InvariantCulture));
        LogDone(entry.Who, entry.From, entry.What, entry.Detail is null ? "" : $" ({entry.Detail})", entry.Outcome);
        Append(entry);
    }

    /// <summary>Records a request that was refused at the door.</summary>
    public void RecordRefusal(HttpContext context, string reason)
    {
        if (_refusals.Take(default) is not null)
        {
            if (!_isFlood)
            {
                _isFlood = true;
                LogFlood(MostRefusals);
            }

            return;
        }

        _isFlood = false;
        var entry = Describe(context, $"refused: {reason}");
        LogRefused(entry.Who, entry.From, entry.What, reason);
        Append(entry);
    }

    /// <summary>The last lines, the oldest of them first.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public IReadOnlyList<AuditEntry> ReadLast(int most)
    {
        lock (_gate)
        {
            var lines = Enumerable.Range(0, MostAside + 1).Reverse().Select(Aside).Where(File.Exists).SelectMany(File.ReadLines);
            return [.. lines.Select(Read).OfType<AuditEntry>().TakeLast(most)];
        }
    }

    private static AuditEntry? Read(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<AuditEntry>(line, Json);
        }
        catch (JsonException)
        {
            return null; // a line that a power cut left half written
        }
    }

    /// <summary>One line of plain characters, and not a long one.</summary>
    internal static string Plain(string text) => string.Concat(text.EnumerateRunes().Take(LongestText).Select(sign =>
        Rune.GetUnicodeCategory(sign) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator ? "?" : sign.ToString()));

    private AuditEntry Describe(HttpContext context, string outcome)
    {
        var request = context.Request;
        return new AuditEntry(
            clock.GetUtcNow(),
            Plain(Caller.Of(context).Name ?? "nobody known"),
            context.Connection.RemoteIpAddress?.ToString() ?? "this machine",
            Plain($"{request.Method} {(request.PathBase + request.Path).Value?.Split('?')[0]}"),
            outcome,
            context.Items.TryGetValue(DetailItem, out var detail) && detail is string told ? Plain(told) : null);
    }

    private void Append(AuditEntry entry)
    {
        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(entry, Json), (byte)'\n'];
        lock (_gate)
        {
            try
            {
                MakeRoom();
                using var file = new FileStream(paths.AuditFile, PrivateFiles.Append());
                file.Write(line);
                _lastFault = null;
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                // What was done is done, and stands in the log; a full disk must not keep the operator from putting things right.
                if (_lastFault != fault.Message)
                {
                    _lastFault = fault.Message;
                    LogNotWritten(paths.AuditFile, fault.Message);
                }
            }
        }
    }

    private void MakeRoom()
    {
        var file = new FileInfo(paths.AuditFile);
        if (file.LinkTarget is not null)
        {
            throw new IOException("it is a link, and might lead anywhere");
        }

        if (!file.Exists || file.Length < MostBytes)
        {
            return;
        }

        for (var number = MostAside; number > 0; number--)
        {
            if (File.Exists(Aside(number - 1)))
            {
                File.Move(Aside(number - 1), Aside(number), overwrite: true);
            }
        }
    }

    /// <summary>The file, and those put aside: the higher the number, the older.</summary>
    private string Aside(int number) => number == 0 ? paths.AuditFile : string.Create(CultureInfo.InvariantCulture, $"{paths.AuditFile}.{number}");

    [LoggerMessage(963, LogLevel.Information, "{Who} from {From}: {What}{Detail}: {Outcome}")]
    private partial void LogDone(string who, string from, string what, string detail, string outcome);

    [LoggerMessage(964, LogLevel.Warning, "Refused to {Who} from {From}: {What}: {Reason}")]
    private partial void LogRefused(string who, string from, string what, string reason);

    [LoggerMessage(965, LogLevel.Warning, "More than {Most} requests were refused within a minute; the rest of them is not told")]
    private partial void LogFlood(int most);

    [LoggerMessage(966, LogLevel.Error, "{File} cannot be written, changes are told here only: {Reason}")]
    private partial void LogNotWritten(string file, string reason);
}
