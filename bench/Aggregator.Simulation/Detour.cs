using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Aggregator.Simulation;

/// <summary>
/// A proxy before the world that makes it worse. The world's addresses that misbehave (/chaos/NAME) appear on as many hosts as are asked for, each as
/// http://NUMBER.NAME.faulty.example/feed; and while the network is down, connections break. Bytes pass as they are: answers that are no HTTP reach the service so.
/// </summary>
internal sealed class Detour : IDisposable
{
    private const string FaultySite = ".faulty.example";

    private static readonly byte[] EndOfHead = "\r\n\r\n"u8.ToArray();

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Uri _world;
    private readonly HashSet<TcpClient> _open = [];
    private bool _isDown;

    public Detour(Uri world)
    {
        _world = world;
        _listener.Start(512);
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");
        _ = AcceptAsync();
    }

    /// <summary>The proxy's address.</summary>
    public Uri Address { get; }

    /// <summary>Whether the network is gone: connections are broken, those that are open too.</summary>
    public bool IsDown
    {
        get => Volatile.Read(ref _isDown);
        set
        {
            Volatile.Write(ref _isDown, value);
            if (!value)
            {
                return;
            }

            lock (_open)
            {
                foreach (var client in _open)
                {
                    Break(client);
                }
            }
        }
    }

    /// <summary>The address of a feed that misbehaves in one of the world's ways, on a host of its own.</summary>
    public static Uri FaultyFeed(int number, string name) => new($"http://{number}.{name}{FaultySite}/feed");

    /// <summary>Whether an address is one of those.</summary>
    public static bool IsFaulty(Uri address) => address.Host.EndsWith(FaultySite, StringComparison.Ordinal);

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Stop();
        lock (_open)
        {
            foreach (var client in _open)
            {
                client.Dispose();
            }
        }

        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            TcpClient client;
            try
            {
                client = await _listener.AcceptTcpClientAsync(_stop.Token);
            }
            catch (Exception fault) when (fault is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }

            _ = ServeAsync(client);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        lock (_open)
        {
            _open.Add(client);
        }

        try
        {
            if (IsDown)
            {
                Break(client);
                return;
            }

            using var server = new TcpClient();
            await server.ConnectAsync(IPAddress.Loopback, _world.Port, _stop.Token);
            var answers = server.GetStream().CopyToAsync(client.GetStream(), _stop.Token);
            var questions = PassRequestsAsync(client.GetStream(), server.GetStream());
            await Task.WhenAny(answers, questions);
            if (answers.IsFaulted)
            {
                Break(client); // as the world broke it
            }
        }
        catch (Exception fault) when (fault is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The connection is over.
        }
        finally
        {
            lock (_open)
            {
                _open.Remove(client);
            }

            client.Dispose();
        }
    }

    /// <summary>Passes on one head after the other: the service asks by GET, which has no body.</summary>
    private async Task PassRequestsAsync(NetworkStream from, NetworkStream to)
    {
        var (buffer, filled) = (new byte[64 * 1024], 0);
        while (true)
        {
            var read = await from.ReadAsync(buffer.AsMemory(filled), _stop.Token);
            if (read == 0)
            {
                return;
            }

            filled += read;
            for (int end; (end = buffer.AsSpan(0, filled).IndexOf(EndOfHead)) >= 0;)
            {
                var length = end + EndOfHead.Length;
                await to.WriteAsync(Encoding.Latin1.GetBytes(Redirect(Encoding.Latin1.GetString(buffer, 0, length))), _stop.Token);
                buffer.AsSpan(length, filled - length).CopyTo(buffer);
                filled -= length;
            }
        }
    }

    /// <summary>A request of a faulty site asks the world itself, and so does one that was sent there by it.</summary>
    private string Redirect(string head)
    {
        var parts = head.Split(' ', 3);
        if (parts.Length < 3 || !Uri.TryCreate(parts[1], UriKind.Absolute, out var target))
        {
            return head;
        }

        var path = target.Host.EndsWith(FaultySite, StringComparison.Ordinal) ? target.AbsolutePath == "/feed" ? $"/chaos/{target.Host.Split('.')[1]}" : target.PathAndQuery
            : target.Port == _world.Port && target.Host == _world.Host ? target.PathAndQuery
            : null;
        return path is null
            ? head
            : $"{parts[0]} {path} {parts[2]}".Replace($"Host: {target.Authority}\r\n", $"Host: {_world.Authority}\r\n", StringComparison.OrdinalIgnoreCase);
    }

    private static void Break(TcpClient client)
    {
        try
        {
            if (client.Client is { } socket) // none, once it was closed
            {
                socket.LingerState = new LingerOption(enable: true, seconds: 0);
                socket.Close();
            }
        }
        catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
        {
            // It is broken already.
        }
    }
}
