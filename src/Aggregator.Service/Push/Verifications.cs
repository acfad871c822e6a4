using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Threading.Channels;
using Aggregator.Model.Push;
using Aggregator.Model.Storage;
using Aggregator.Service.Fetching;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Push;

/// <summary>A request to our hub that its subscriber is asked about.</summary>
/// <param name="Subscriber">Who, as it will be.</param>
/// <param name="Topic">The topic as it spelt it, which is how it knows it.</param>
/// <param name="Lease">For how long it is told. Null: not any more.</param>
public sealed record HubRequest(Subscriber Subscriber, string Topic, TimeSpan? Lease);

/// <summary>
/// Asks subscribers whether they meant it (W3C WebSub section 5.3), so that nobody is told who did not ask. Whoever sends us to hosts that know of nothing finds that
/// host refused for a while: our questions are no weapon.
/// </summary>
public sealed partial class Verifications(PushBook book, PushClient client, FeedNews news, TopicAddress topics, IOptions<PushOptions> options, TimeProvider clock, ILogger<Verifications> logger) : BackgroundService
{
    private const int AtOnce = 16;
    private const int MostWaiting = 2_000;

    /// <summary>Questions in vain to one host, after which it is not asked for a while.</summary>
    private const int MostInVain = 20;

    private static readonly TimeSpan Rest = TimeSpan.FromMinutes(10);

    private readonly Channel<HubRequest> _waiting = Channel.CreateBounded<HubRequest>(MostWaiting);
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (int Times, DateTimeOffset Last)> _inVain = [];

    /// <summary>Whether a host was asked in vain so often lately that it is left alone.</summary>
    public bool IsAtRest(string host)
    {
        lock (_gate)
        {
            return _inVain.TryGetValue(host, out var vain) && vain.Times >= MostInVain && clock.GetUtcNow() - vain.Last < Rest;
        }
    }

    /// <summary>Has a request asked about. False: too many wait.</summary>
    public bool TryAdd(HubRequest request) => _waiting.Writer.TryWrite(request);

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Parallel.ForEachAsync(_waiting.Reader.ReadAllAsync(stoppingToken), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stoppingToken }, VerifyAsync);

    private async ValueTask VerifyAsync(HubRequest request, CancellationToken cancellationToken)
    {
        var host = request.Subscriber.Callback.IdnHost;
        if (IsAtRest(host) && book.Find(request.Subscriber.Id) is null)
        {
            return;
        }

        try
        {
            var isMeant = await IsMeantAsync(request, cancellationToken);
            Note(host, isMeant);
            if (isMeant)
            {
                await ApplyAsync(request, cancellationToken);
            }
        }
#pragma warning disable CA1031 // The boundary of one request: its subscriber asks again.
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            LogFault(host, fault is StoreException told ? told.Message : fault.ToString());
        }
    }

    private async Task<bool> IsMeantAsync(HubRequest request, CancellationToken cancellationToken)
    {
        var challenge = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        var question = new Dictionary<string, string?>
        {
            ["hub.mode"] = request.Lease is null ? "unsubscribe" : "subscribe",
            ["hub.topic"] = request.Topic,
            ["hub.challenge"] = challenge,
            ["hub.lease_seconds"] = request.Lease?.TotalSeconds.ToString("0", CultureInfo.InvariantCulture),
        };
        try
        {
            using var asking = new HttpRequestMessage(HttpMethod.Get, QueryHelpers.AddQueryString(request.Subscriber.Callback.AbsoluteUri, question));
            var (status, text) = await client.SendAsync(asking, cancellationToken);
            return status is >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices && text == challenge;
        }
        catch (FetchException)
        {
            return false;
        }
    }

    private void Note(string host, bool isMeant)
    {
        lock (_gate)
        {
            if (isMeant)
            {
                _inVain.Remove(host);
                return;
            }

            var now = clock.GetUtcNow();
            foreach (var (old, _) in _inVain.Where(vain => now - vain.Value.Last >= Rest).ToList())
            {
                _inVain.Remove(old);
            }

            _inVain[host] = (_inVain.GetValueOrDefault(host).Times + 1, now);
        }
    }

    private async Task ApplyAsync(HubRequest request, CancellationToken cancellationToken)
    {
        var subscriber = request.Subscriber;
        if (request.Lease is not { } lease)
        {
            book.Remove(subscriber.Id);
            LogEnded(subscriber.Callback.Host, subscriber.Topic);
            return;
        }

        var isNew = book.Find(subscriber.Id) is null;
        if (topics.Find(new Uri(subscriber.Topic)) is not var (feed, _) || (isNew && !HubDoor.HasRoom(subscriber, book, options.Value)))
        {
            // Many may have been let in at the door together.
            return;
        }

        book.Add(subscriber with { LeaseEnd = clock.GetUtcNow() + lease }, book.FindTopic(subscriber.Topic) is { } known ? (known.Told, known.Since) : await news.ListAsync(feed, cancellationToken));
        if (isNew)
        {
            LogBegun(subscriber.Callback.Host, subscriber.Topic);
        }
    }

    [LoggerMessage(890, LogLevel.Debug, "{Host} has subscribed to {Topic}")]
    private partial void LogBegun(string host, string topic);

    [LoggerMessage(891, LogLevel.Debug, "{Host} has ended its subscription to {Topic}")]
    private partial void LogEnded(string host, string topic);

    [LoggerMessage(892, LogLevel.Error, "A subscription of {Host} could not be made: {Reason}")]
    private partial void LogFault(string host, string reason);
}
