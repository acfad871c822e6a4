using System.Globalization;
using System.Net;
using System.Threading.Channels;
using Aggregator.Model.Push;
using Aggregator.Model.Storage;
using Aggregator.Model.Text;
using Aggregator.Service.Fetching;
using Aggregator.Service.Web;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Push;

/// <summary>
/// Brings publications to subscribers, to each in order and the next only once the last was taken. Those that do not answer well have workers of their own, so the others
/// wait for none of them; they are tried again, less and less often, and given up in the end.
/// </summary>
public sealed partial class Deliverer(PushBook book, PushClient client, TopicAddress topics, FeedNews news, MergedFeedComposer composer, IOptions<PushOptions> options, TimeProvider clock, ILogger<Deliverer> logger)
    : BackgroundService
{
    /// <summary>Subscribers told at the same time.</summary>
    public const int AtOnce = 64;

    /// <summary>Of those that did not answer well the last time.</summary>
    private const int DoubtfulAtOnce = 16;

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TidyEvery = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    private readonly Channel<string> _good = Channel.CreateUnbounded<string>();
    private readonly Channel<string> _doubtful = Channel.CreateUnbounded<string>();

    /// <summary>Those that wait for a worker or have one; one that is woken meanwhile looks once more.</summary>
    private readonly Dictionary<string, bool> _busy = [];
    private readonly SemaphoreSlim _changed = new(0, 1);

    /// <summary>There is something for these.</summary>
    public void Wake(IEnumerable<Subscriber> subscribers)
    {
        ArgumentNullException.ThrowIfNull(subscribers);
        var now = clock.GetUtcNow();
        foreach (var subscriber in subscribers.Where(subscriber => subscriber.NextTry is not { } at || at <= now))
        {
            lock (_busy)
            {
                if (!_busy.TryAdd(subscriber.Id, false))
                {
                    _busy[subscriber.Id] = true;
                    continue;
                }
            }

            (subscriber.FailuresInARow == 0 ? _good : _doubtful).Writer.TryWrite(subscriber.Id);
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
        var saving = Task.Run(() => SaveAsync(stoppingToken), CancellationToken.None);
        var workers = Enumerable.Range(0, AtOnce).Select(_ => WorkAsync(_good, stoppingToken))
            .Concat(Enumerable.Range(0, DoubtfulAtOnce).Select(_ => WorkAsync(_doubtful, stoppingToken)));
        await Task.WhenAll([.. workers, LookAsync(stoppingToken), saving]);
    }

    private async Task WorkAsync(Channel<string> queue, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var id in queue.Reader.ReadAllAsync(cancellationToken))
            {
                do
                {
                    await ServeAsync(id, cancellationToken);
                }
                while (IsWokenAgain(id));
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
    }

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
    private async Task ServeAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            while (book.Find(id) is { } subscriber && (subscriber.NextTry is not { } at || at <= clock.GetUtcNow()))
            {
                if (subscriber.LeaseEnd <= clock.GetUtcNow())
                {
                    LogLapsed(subscriber.Callback.Host, subscriber.Topic);
                    book.Remove(id);
                    return;
                }

                if (book.Next(subscriber) is not var (number, publication))
                {
                    return;
                }

                publication ??= await CatchUpAsync(subscriber, number, cancellationToken);
                var (status, error) = await SendAsync(subscriber, publication, cancellationToken);
                Note(subscriber, publication, status, error);
                Signal();
            }
        }
#pragma warning disable CA1031 // The boundary of one subscriber: it is tried again.
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            LogFault(fault is StoreException told ? told.Message : fault.ToString());
            book.Change(id, known => known with { NextTry = clock.GetUtcNow() + options.Value.FirstRetryAfter });
        }
    }

    /// <summary>Where so much came that not all is kept, whoever lags that far gets the feed as it is.</summary>
    private async Task<Publication> CatchUpAsync(Subscriber subscriber, long number, CancellationToken cancellationToken)
    {
        var (feed, home) = topics.Find(new Uri(subscriber.Topic)) ?? throw new InvalidOperationException($"{subscriber.Topic} means no feed any more");
        var whole = await news.FindAsync(feed, new Dictionary<string, long>(), DateTimeOffset.MinValue, cancellationToken);
        return new Publication(subscriber.Topic, number, clock.GetUtcNow(), feed.Writer.MediaType, feed.Writer.Write(composer.Compose(feed, home, whole.Entries)));
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
            book.Change(subscriber.Id, known => known with { Delivered = publication.Number, LastDelivery = now, FailuresInARow = 0, FailingSince = null, NextTry = null, LastError = null });
            return;
        }

        var since = subscriber.FailingSince ?? now;
        if (subscriber.Kind == SubscriberKind.WebSub && (status == HttpStatusCode.Gone || now - since >= options.Value.GiveUpAfter))
        {
            LogGivenUp(subscriber.Callback.Host, subscriber.Topic, error);
            book.Remove(subscriber.Id);
            return;
        }

        if (subscriber.FailuresInARow == 0)
        {
            LogFailing(subscriber.Callback.Host, subscriber.Topic, error);
        }

        var wait = options.Value.FirstRetryAfter * Math.Pow(4, Math.Min(subscriber.FailuresInARow, 10));
        var next = now + (wait < LongestWait ? wait : LongestWait);
        var isDead = subscriber.Kind == SubscriberKind.Webhook && now - publication.At >= options.Value.GiveUpAfter;
        if (isDead)
        {
            LogDead(subscriber.Callback.Host, publication.Number, error);
        }

        book.Change(
            subscriber.Id,
            known => known with { Delivered = isDead ? publication.Number : known.Delivered, FailuresInARow = known.FailuresInARow + 1, FailingSince = since, NextTry = next, LastError = error },
            isDead ? new DeadLetter(ContentHash.Of(8, subscriber.Id, publication.Topic, publication.Number.ToString(CultureInfo.InvariantCulture)), subscriber.Id, now, error, publication) : null);
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
