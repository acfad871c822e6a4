using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using Aggregator.Model.Feeds;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Service.Catalog;
using Aggregator.Service.Hosting;
using Aggregator.Service.Polling;
using Aggregator.Service.Tests.World;
using Aggregator.Service.Watching;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Aggregator.Service.Tests.Watching;

/// <summary>What systemd is told, on a socket as systemd's.</summary>
public sealed class WatchWorkerTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 3, 2, 12, 0, 0, TimeSpan.Zero));
    private readonly PollPulse _pulse;
    private readonly FeedCensus _census;
    private readonly ServiceHealth _health;
    private int _judged;

    public WatchWorkerTests()
    {
        var store = FaultyStore.Of((method, _) => method.Name switch
        {
            nameof(IStoryStore.ListFeedStatesAsync) => Task.FromResult<IReadOnlyList<FeedState>>([]),
            nameof(IStoryStore.CountAsync) => Task.FromResult(new StoreCounts(5321, new Dictionary<string, long>())),
            nameof(IStoryStore.FindStoryAsync) => Task.FromResult<Story?>(null),
            _ => throw new NotSupportedException(method.Name),
        });
        var catalog = new FeedCatalog();
        catalog.Replace(new FeedList([new FeedSource { Address = new Uri("https://secret.example/feed?token=hunter2hunter2") }], []));
        _pulse = new PollPulse(_clock);
        _census = new FeedCensus(store, catalog, _clock);
        var watch = new StoreWatch(NullLogger<StoreWatch>.Instance);
        var storage = Options.Create(new StorageOptions());
        _health = new ServiceHealth(store, watch, _pulse, _census, new DiskProbe(new ServicePaths(_folder.Feeds, _folder.Data), watch, storage, _clock), Options.Create(new PollingOptions()), storage, _clock);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Worker_WhileTheServiceGoesOn_GivesASignOfLifeAtHalfTheLimitAndNoneWhenItStandsStill()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "systemd is Linux's");
        using var systemd = new Systemd(Path.Combine(_folder.Path, "notify"));
        using var worker = new WatchWorker(_health, _census, _pulse, new WatchdogSettings(TimeSpan.FromSeconds(20)), systemd, _clock, NullLogger<WatchWorker>.Instance);
        await worker.StartAsync(Token);
        Assert.Equal("STATUS=1 feeds, 0 of them failing; 5321 stories; no poll yet", await systemd.NextAsync());
        Assert.Equal("WATCHDOG=1", await systemd.NextAsync());

        for (var sign = 0; sign < 3; sign++)
        {
            _pulse.Looked();
            _clock.Advance(TimeSpan.FromSeconds(10));
            Assert.Equal("WATCHDOG=1", await systemd.NextAsync());
        }

        // The status is told when it changes, before the sign of life.
        _pulse.Queued();
        _pulse.Began();
        _pulse.Ended();
        _pulse.Looked();
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("STATUS=1 feeds, 0 of them failing; 5321 stories; last poll 2026-03-02 12:00 UTC", await systemd.NextAsync());
        Assert.Equal("WATCHDOG=1", await systemd.NextAsync());

        // From now on nobody looks for due feeds.
        var told = await UntilStatusAsync(systemd);
        Assert.StartsWith("STATUS=due feeds have not been looked for in", told, StringComparison.Ordinal);
        Assert.Equal("WATCHDOG=1", await systemd.NextAsync()); // one look is none: the clock may have been set
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.StartsWith("STATUS=due feeds", await systemd.NextAsync(), StringComparison.Ordinal);
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.StartsWith("STATUS=due feeds", await systemd.NextAsync(), StringComparison.Ordinal); // and no sign of life between

        // And when they are looked for again, it lives again.
        _pulse.Looked();
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.StartsWith("STATUS=1 feeds", await systemd.NextAsync(), StringComparison.Ordinal);
        Assert.Equal("WATCHDOG=1", await systemd.NextAsync());
        await worker.StopAsync(Token);
    }

    [Fact]
    public async Task Worker_WithoutWatchdog_TellsTheStatusOnly()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "systemd is Linux's");
        using var systemd = new Systemd(Path.Combine(_folder.Path, "notify"));
        using var worker = new WatchWorker(_health, _census, _pulse, new WatchdogSettings(null), systemd, _clock, NullLogger<WatchWorker>.Instance);
        await worker.StartAsync(Token);
        Assert.StartsWith("STATUS=1 feeds", await systemd.NextAsync(), StringComparison.Ordinal);
        await worker.StopAsync(Token);
    }

    [Theory]
    [InlineData("30000000", "42", 30_000)]
    [InlineData("30000000", "", 30_000)]
    [InlineData("30000000", null, 30_000)]
    [InlineData("30000000", "43", null)]
    [InlineData("0", null, null)]
    [InlineData("-5", null, null)]
    [InlineData("soon", null, null)]
    [InlineData("99999999999999999999", null, null)]
    [InlineData("9223372036854775807", null, null)]
    [InlineData(null, "42", null)]
    public void Settings_AsSystemdStatesThem(string? microseconds, string? pid, int? milliseconds)
    {
        var settings = WatchdogSettings.Read(name => name switch { "WATCHDOG_USEC" => microseconds, "WATCHDOG_PID" => pid, _ => null }, 42);

        Assert.Equal(milliseconds, settings.Limit?.TotalMilliseconds);
    }

    public void Dispose()
    {
        _census.Dispose();
        _folder.Dispose();
    }

    private async Task<string> UntilStatusAsync(Systemd systemd)
    {
        while (true)
        {
            _clock.Advance(TimeSpan.FromSeconds(10));
            _judged++;
            Assert.InRange(_judged, 0, 20);
            var told = await systemd.NextAsync();
            if (told.StartsWith("STATUS=", StringComparison.Ordinal))
            {
                return told;
            }
        }
    }

    /// <summary>The other end: a socket that takes datagrams, and the package's own way of sending them there.</summary>
    private sealed class Systemd : ISystemdNotifier, IDisposable
    {
        private readonly string _path;
        private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        private readonly ConcurrentQueue<string> _told = new();

        public Systemd(string path)
        {
            _path = path;
            _socket.Bind(new UnixDomainSocketEndPoint(path));
        }

        public bool IsEnabled => true;

        public void Notify(ServiceState state)
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            socket.Connect(new UnixDomainSocketEndPoint(_path));
            socket.Send(Encoding.UTF8.GetBytes(state.ToString()));
        }

        public async Task<string> NextAsync()
        {
            var buffer = new byte[4096];
            var length = await _socket.ReceiveAsync(buffer, SocketFlags.None, Token);
            var text = Encoding.UTF8.GetString(buffer, 0, length);
            _told.Enqueue(text);
            Assert.DoesNotContain("secret.example", text, StringComparison.Ordinal);
            return text;
        }

        public void Dispose() => _socket.Dispose();
    }
}
