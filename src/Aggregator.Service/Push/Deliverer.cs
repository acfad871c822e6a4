using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Threading.Channels;
using Aggregator.Model.Push;
using Aggregator.Model.Storage;
using Aggregator.Model.Text;
using Aggregator.Service.Fetching;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Push;

/// <summary>
/// Brings publications to subscribers, to each in order and the next only once the last was taken. Those that do not answer well have workers of their own, so the others
/// wait for none of them; they are tried again, less and less often, and given up in the end.
/// </summary>
public sealed partial class Deliverer(PushBook book, PushClient client, TopicAddress topics, FeedNews news, PublicationWriter writer, IOptions<PushOptions> options, TimeProvider clock, ILogger<Deliverer> logger)
    : BackgroundService
{
    /// <summary>Subscribers told at the same time.</summary>
    public const int AtOnce = 64;

    /// <summary>Of those that did not answer well the last time.</summary>
    private const int DoubtfulAtOnce = 16;

    /// <summary>Tries in a row before somebody is given up.</summary>
    private const int FewestTries = 5;

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TidyEvery = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(1);

    /// <summary>What is under way when the service stops has so long to be answered, so that it is not told again.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2.5);

    private readonly Channel<string> _good = Channel.CreateUnbounded<string>();
    private readonly Channel<string> _doubtful = Channel.CreateUnbounded<string>();

    /// <summary>Those that wait for a worker or have one; one that is woken meanwhile looks once more.</summary>
    private readonly Dictionary<string, bool> _busy = [];
    private readonly SemaphoreSlim _changed = new(0, 1);

    /// <summary>Those that took their time the last time, though they took what they got.</summary>
    private readonly ConcurrentDictionary<string, bool> _slow = new();

    /// <summary>There is something for these.</summary>
    public void Wake(IEnumerable<Subscriber> subscribers)
    {
        ArgumentNullException.ThrowIfNull(subscribers);
        var now = clock.GetUtcNow();
        foreach (var subscriber in subscribers.Where(subscriber => IsDue(subscriber, now)))
        {
            lock (_busy)
            {
                if (!_busy.TryAdd(subscriber.Id, false))
                {
                    _busy[subscriber.Id] = true;
                    continue;
                }
            }

            (subscriber.FailuresInARow == 0 && !_slow.ContainsKey(subscriber.Id) ? _good : _doubtful).Writer.TryWrite(subscriber.Id);
        }
    }

    /// <summary>Tries once to bring a dead letter to its webhook.</summary>
    /// <returns>What went wrong. Null: it was taken, and is no dead letter any more.</returns>
    public async Task<string?> RetryAsync(DeadLetter letter, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(letter);
        if (book.Find(letter.Subscriber) is not { } subscriber)
        {
            return "its webhook is not configured any more";
        }

        var (_, error) = await SendAsync(subscriber, letter.Publication, cancellationToken);
        if (error is null)
        {
            book.ForgetDeadLetter(letter.Id);
        }

        return error;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _changed.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The store waits for the disk, which is no worker's business.
        using var done = new CancellationTokenSource();
        using var grace = new CancellationTokenSource();
        await using var ending = stoppingToken.Register(() => grace.CancelAfter(Grace));
        var saving = Task.Run(() => SaveAsync(done.Token), CancellationToken.None);
        var workers = Enumerable.Range(0, AtOnce).Select(_ => WorkAsync(_good, grace.Token, stoppingToken))
            .Concat(Enumerable.Range(0, DoubtfulAtOnce).Select(_ => WorkAsync(_doubtful, grace.Token, stoppingToken)));
        await Task.WhenAll([.. workers, LookAsync(stoppingToken)]);
        await done.CancelAsync();
        await saving;
    }

    private async Task WorkAsync(Channel<string> queue, CancellationToken grace, CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var id in queue.Reader.ReadAllAsync(stoppingToken))
            {
                do
                {
                    await ServeAsync(id, grace, stoppingToken);
                }
                while (IsWokenAgain(id));
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    /// <summary>A clock that was set back makes nobody wait for it to come round.</summary>
    private static bool IsDue(Subscriber subscriber, DateTimeOffset now) => subscriber.NextTry is not { } at || at <= now || at > now + LongestWait;

    private bool IsWokenAgain(string id)
    {
        lock (_busy)
        {
            if (_busy[id])
            {
                _busy[id] = false;
                return true;
            }

            _busy.Remove(id);
            return false;
        }
    }

    /// <summary>Tells a subscriber all there is, until it does not take something.</summary>
    private async Task ServeAsync(string id, CancellationToken grace, CancellationToken stoppingToken)
    {
        try
        {
            while (!stoppingToken.IsCancellationRequested && book.Find(id) is { } subscriber && IsDue(subscriber, clock.GetUtcNow()))
            {
                if (subscriber.LeaseEnd <= clock.GetUtcNow())
                {
                    if (book.Remove(id, known => known.LeaseEnd <= clock.GetUtcNow()))
                    {
                        LogLapsed(subscriber.Callback.Host, subscriber.Topic);
                    }

                    return;
                }

                if (book.Next(subscriber) is not var (number, publication))
                {
                    return;
                }

                publication ??= await CatchUpAsync(subscriber, number, stoppingToken);
                var begun = clock.GetTimestamp();
                var (status, error) = await SendAsync(subscriber, publication, grace);
                if (clock.GetElapsedTime(begun) > Slow)
                {
                    _slow[id] = true;
                }
                else
                {
                    _slow.TryRemove(id, out _);
                }

                Note(subscriber, publication, status, error);
                Signal();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
#pragma warning disable CA1031 // The boundary of one subscriber: it is tried again.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            LogFault(fault is StoreException told ? told.Message : fault.ToString());
            book.Change(id, known => known with { FailuresInARow = known.FailuresInARow + 1, NextTry = clock.GetUtcNow() + WaitAfter(known.FailuresInARow), LastError = "a fault of this service" });
        }
    }

    private TimeSpan WaitAfter(int failures)
    {
        var wait = options.Value.FirstRetryAfter * Math.Pow(4, Math.Min(failures, 10));
        return wait < LongestWait ? wait : LongestWait;
    }

    /// <summary>Where so much came that not all is kept, whoever lags that far gets what came since it last took something, as far as a feed shows it.</summary>
    private async Task<Publication> CatchUpAsync(Subscriber subscriber, long number, CancellationToken cancellationToken)
    {
        var (feed, home) = topics.Find(new Uri(subscriber.Topic)) ?? throw new InvalidOperationException($"{subscriber.Topic} means no feed any more");
        var since = subscriber.LastDelivery ?? book.FindTopic(subscriber.Topic)?.Since ?? DateTimeOffset.MinValue;
        var missed = await news.ListSinceAsync(feed, since, cancellationToken);
        return new Publication(subscriber.Topic, number, clock.GetUtcNow(), feed.Writer.MediaType, writer.WriteOne(feed, home, missed));
    }

    private async Task<(HttpStatusCode? Status, string? Error)> SendAsync(Subscriber subscriber, Publication publication, CancellationToken cancellationToken)
    {
        try
        {
            using var request = PushMessages.Of(subscriber, publication, topics.HubOf(new Uri(publication.Topic)), clock.GetUtcNow());
            var (status, _) = await client.SendAsync(request, cancellationToken);
            return (status, (int)status is >= 200 and <= 299 ? null : string.Create(CultureInfo.InvariantCulture, $"it answered {(int)status}"));
        }
        catch (FetchException fault)
        {
            return (null, fault.Message);
        }
    }

    private void Note(Subscriber subscriber, Publication publication, HttpStatusCode? status, string? error)
    {
        var now = clock.GetUtcNow();
        if (error is null)
        {
            Change(known => known with { Delivered = publication.Number, LastDelivery = now, FailuresInARow = 0, FailingSince = null, NextTry = null, LastError = null });
            return;
        }

        // A machine that slept was not tried by: time alone gives nobody up.
        var since = subscriber.FailingSince ?? now;
        var isHopeless = subscriber.FailuresInARow >= FewestTries && now - since >= options.Value.GiveUpAfter;
        if (subscriber.Kind == SubscriberKind.WebSub && (status == HttpStatusCode.Gone || isHopeless))
        {
            if (book.Remove(subscriber.Id, known => known.LeaseEnd == subscriber.LeaseEnd))
            {
                LogGivenUp(subscriber.Callback.Host, subscriber.Topic, error);
            }

            return;
        }

        if (subscriber.FailuresInARow == 0)
        {
            LogFailing(subscriber.Callback.Host, subscriber.Topic, error);
        }

        var isDead = subscriber.Kind == SubscriberKind.Webhook && isHopeless && now - publication.At >= options.Value.GiveUpAfter;
        if (isDead)
        {
            LogDead(subscriber.Callback.Host, publication.Number, error);
        }

        // The next one may be as old, and is given up with it.
        Change(
            known => known with { Delivered = isDead ? publication.Number : known.Delivered, FailuresInARow = known.FailuresInARow + 1, FailingSince = since, NextTry = isDead ? null : now + WaitAfter(known.FailuresInARow), LastError = error },
            isDead ? new DeadLetter(ContentHash.Of(8, subscriber.Id, publication.Topic, publication.Number.ToString(CultureInfo.InvariantCulture)), subscriber.Id, now, error, publication) : null);

        // It may have subscribed to something else meanwhile, or again.
        void Change(Func<Subscriber, Subscriber> change, DeadLetter? dead = null) =>
            book.Change(subscriber.Id, known => known.Topic == subscriber.Topic && known.Delivered == subscriber.Delivered ? change(known) : known, dead);
    }

    /// <summary>Wakes those whose wait is over, and forgets what everybody took.</summary>
    private async Task LookAsync(CancellationToken cancellationToken)
    {
        using var beat = new PeriodicTimer(LookEvery, clock);
        var tidied = clock.GetTimestamp();
        try
        {
            do
            {
                var now = clock.GetUtcNow();
                var last = book.Topics.ToDictionary(topic => topic.Topic, topic => topic.Last);
                Wake(book.Subscribers.Where(subscriber => subscriber.LeaseEnd <= now || last.GetValueOrDefault(subscriber.Topic) > subscriber.Delivered));
                if (clock.GetElapsedTime(tidied) >= TidyEvery)
                {
                    tidied = clock.GetTimestamp();
                    Tidy();
                }
            }
            while (await beat.WaitForNextTickAsync(cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
    }

    private void Tidy()
    {
        foreach (var id in _slow.Keys.Where(id => book.Find(id) is null))
        {
            _slow.TryRemove(id, out _);
        }

        try
        {
            book.ForgetTaken();
        }
        catch (StoreException fault)
        {
            LogFault(fault.Message);
        }
    }

    /// <summary>Saves who took what, for all who did meanwhile at once.</summary>
    private async Task SaveAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await _changed.WaitAsync(cancellationToken);
                book.Save();
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
            }
            catch (StoreException fault)
            {
                LogFault(fault.Message);
                await Task.Delay(LookEvery, clock, CancellationToken.None);
                Signal();
            }
        }

        try
        {
            book.Save();
        }
        catch (StoreException fault)
        {
            LogFault(fault.Message);
        }
    }

    private void Signal()
    {
        lock (_busy)
        {
            if (_changed.CurrentCount == 0)
            {
                _changed.Release();
            }
        }
    }

    [LoggerMessage(880, LogLevel.Debug, "{Host} did not renew its subscription to {Topic}, which has ended")]
    private partial void LogLapsed(string host, string topic);

    [LoggerMessage(881, LogLevel.Warning, "{Host} does not take what is new in {Topic}: {Reason}. It is tried again, less often each time")]
    private partial void LogFailing(string host, string topic, string reason);

    [LoggerMessage(882, LogLevel.Warning, "{Host} is not told of {Topic} any more: {Reason}")]
    private partial void LogGivenUp(string host, string topic, string reason);

    [LoggerMessage(883, LogLevel.Error, "The webhook at {Host} did not take publication {Number} in all that time, which is a dead letter now: {Reason}")]
    private partial void LogDead(string host, long number, string reason);

    [LoggerMessage(884, LogLevel.Error, "Pushing stumbled, and goes on: {Reason}")]
    private partial void LogFault(string reason);
}
