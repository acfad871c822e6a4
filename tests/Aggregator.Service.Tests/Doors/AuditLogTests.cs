using System.Net;
using System.Text.Json.Nodes;
using Aggregator.Service.Doors;
using Aggregator.Service.Hosting;
using Aggregator.Service.Tests.World;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Aggregator.Service.Tests.Doors;

/// <summary>The record of what was changed.</summary>
public sealed class AuditLogTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 24, 8, 0, 0, TimeSpan.Zero));
    private readonly Told _told = new();
    private readonly ILoggerFactory _loggers;
    private readonly AuditLog _audit;

    public AuditLogTests()
    {
        Directory.CreateDirectory(_folder.Data);
        _loggers = LoggerFactory.Create(logging => logging.AddProvider(_told));
        _audit = Open();
    }

    private string File => Path.Combine(_folder.Data, "audit.log");

    public void Dispose()
    {
        _loggers.Dispose();
        _told.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Change_IsOneLineInTheLogAndInTheFile()
    {
        var request = Request("POST", "/api/feeds");
        AuditLog.Tell(request, "https://example.org/feed.xml");

        _audit.Record(request, 201);

        var (category, id, line) = Assert.Single(_told.Lines);
        Assert.Equal(("Aggregator.Audit", 963), (category, id));
        Assert.Equal("the command line of this machine from 192.0.2.7: POST /api/feeds (https://example.org/feed.xml): 201", line);
        var entry = JsonNode.Parse(Assert.Single(System.IO.File.ReadAllLines(File)))!;
        Assert.Equal("2026-11-24T08:00:00+00:00", (string)entry["at"]!);
        Assert.Equal("192.0.2.7", (string)entry["from"]!);
        Assert.Equal("POST /api/feeds", (string)entry["what"]!);
        Assert.Equal("201", (string)entry["outcome"]!);
        Assert.Equal("https://example.org/feed.xml", (string)entry["detail"]!);
        Assert.Equal(Open().ReadLast(10), _audit.ReadLast(10));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
        }
    }

    /// <summary>CWE-117: what a stranger writes cannot pass for a line of its own, in the log or in the file.</summary>
    [Fact]
    public void Request_WithLineBreaksAndMarks_IsOnePlainLine()
    {
        var request = Request("DELETE", "/api/keys/a\r\n2026-11-24 08:00:00Z info: all is well\u001b[2J\u202e\u2028b" + new string('x', 5_000));
        request.Request.QueryString = new QueryString("?secret=of-mine");

        _audit.Record(request, 404);
        _audit.RecordRefusal(request, "a wrong key");

        Assert.All(_told.Lines, told => Assert.DoesNotContain(told.Line, sign => char.IsControl(sign) || sign is '\u202e' or '\u2028'));
        Assert.All(_told.Lines, told => Assert.InRange(told.Line.Length, 1, 1_000));
        Assert.Equal(2, System.IO.File.ReadAllLines(File).Length);
        Assert.DoesNotContain("of-mine", System.IO.File.ReadAllText(File) + string.Concat(_told.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void File_ThatGrew_IsPutAsideAndTheOldestIsDropped()
    {
        for (var number = 0; number < 7; number++)
        {
            _audit.Record(Request("POST", $"/api/number/{number}"), 200);
            System.IO.File.AppendAllText(File, new string(' ', (int)AuditLog.MostBytes) + "\n");
        }

        Assert.Equal(["audit.log", "audit.log.1", "audit.log.2", "audit.log.3", "audit.log.4"], Directory.GetFiles(_folder.Data).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(["/2", "/3", "/4", "/5", "/6"], _audit.ReadLast(100).Select(entry => entry.What[^2..]));
        Assert.Equal(["/5", "/6"], _audit.ReadLast(2).Select(entry => entry.What[^2..]));
    }

    /// <summary>Who is refused all the time must not push out of the record what was changed.</summary>
    [Fact]
    public void Refusals_InAFlood_AreToldUpToABound()
    {
        for (var number = 0; number < 10_000; number++)
        {
            _audit.RecordRefusal(Request("POST", "/api/poll"), "a wrong key");
        }

        Assert.Equal(60, System.IO.File.ReadAllLines(File).Length);
        Assert.Equal(61, _told.Lines.Count);
        Assert.Contains("More than 60", _told.Lines[^1].Line, StringComparison.Ordinal);

        _clock.Advance(TimeSpan.FromMinutes(1));
        _audit.RecordRefusal(Request("POST", "/api/poll"), "a wrong key");

        Assert.Equal(61, System.IO.File.ReadAllLines(File).Length);
    }

    [Fact]
    public void File_ThatCannotBeWritten_KeepsNobodyFromWork()
    {
        Directory.CreateDirectory(File);

        _audit.Record(Request("POST", "/api/poll"), 202);
        _audit.Record(Request("POST", "/api/poll"), 202);

        Assert.Equal([963, 966, 963], _told.Lines.Select(told => told.Id));
    }

    [Fact]
    public void File_ThatIsALink_IsNotFollowed()
    {
        var elsewhere = Path.Combine(_folder.Path, "elsewhere");
        System.IO.File.WriteAllText(elsewhere, "theirs");
        System.IO.File.CreateSymbolicLink(File, elsewhere);

        _audit.Record(Request("POST", "/api/poll"), 202);

        Assert.Equal("theirs", System.IO.File.ReadAllText(elsewhere));
        Assert.Equal([963, 966], _told.Lines.Select(told => told.Id));
    }

    private AuditLog Open() => new(new ServicePaths(_folder.Feeds, _folder.Data), _clock, _loggers);

    private static DefaultHttpContext Request(string method, string path)
    {
        var context = new DefaultHttpContext { Connection = { RemoteIpAddress = IPAddress.Parse("192.0.2.7") }, Request = { Method = method, Path = path } };
        Caller.CommandLine.NoteAt(context);
        return context;
    }

    private sealed class Told : ILoggerProvider
    {
        public List<(string Category, int Id, string Line)> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => new Teller(categoryName, Lines);

        public void Dispose()
        {
        }

        private sealed class Teller(string category, List<(string Category, int Id, string Line)> lines) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => lines.Add((category, eventId.Id, formatter(state, exception)));
        }
    }
}
