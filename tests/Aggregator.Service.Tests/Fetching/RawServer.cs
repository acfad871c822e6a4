using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using IPAddress = System.Net.IPAddress;
using IPEndPoint = System.Net.IPEndPoint;

namespace Aggregator.Service.Tests.Fetching;

/// <summary>A server on loopback that writes to its connections what a test says, HTTP or not.</summary>
internal sealed class RawServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly Func<Connection, Task> _serve;
    private readonly Task _accepting;
    private int _accepted;

    /// <summary>Serves each connection by <paramref name="serve"/>, and closes it when that ends.</summary>
    public RawServer(Func<Connection, Task> serve)
    {
        _serve = serve;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/feed");

    public int Connections => Volatile.Read(ref _accepted);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(_connections).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            var client = await _listener.AcceptTcpClientAsync(_stop.Token);
            _connections.Add(ServeAsync(new Connection(client, Interlocked.Increment(ref _accepted), _stop.Token)));
        }
    }

    private async Task ServeAsync(Connection connection)
    {
        using (connection.Client)
        {
            await _serve(connection);
        }
    }

    internal sealed record Connection(TcpClient Client, int Number, CancellationToken Stop)
    {
        /// <summary>Reads a request's head. Empty: the client has left.</summary>
        public async Task<string> ReadRequestAsync()
        {
            var head = new StringBuilder();
            var buffer = new byte[8192];
            while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
            {
                var read = await Client.GetStream().ReadAsync(buffer, Stop);
                if (read == 0)
                {
                    return "";
                }

                head.Append(Encoding.ASCII.GetString(buffer, 0, read));
            }

            return head.ToString();
        }

        public Task WriteAsync(string text) => WriteAsync(Encoding.UTF8.GetBytes(text));

        public Task WriteAsync(byte[] bytes) => Client.GetStream().WriteAsync(bytes, Stop).AsTask();

        /// <summary>A whole answer.</summary>
        public Task AnswerAsync(string body, string headers = "") =>
            WriteAsync($"HTTP/1.1 200 OK\r\n{headers}Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}");

        /// <summary>Ends with a reset instead of a proper end.</summary>
        public void Reset() => Client.LingerState = new LingerOption(enable: true, seconds: 0);
    }
}
