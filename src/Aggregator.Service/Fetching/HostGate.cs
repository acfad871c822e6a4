using System.Net;
using System.Threading.Channels;
using Aggregator.Model.Storage;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Fetching;

/// <summary>
/// Politeness towards each host, across everything the service does: starts of requests are spaced, few run at once, in the order in
/// which they came (pages before feeds), a host that asked for quiet gets it, and one that turned us away is asked more slowly (<see cref="HostManners"/>).
/// Idle hosts that taught nothing are forgotten. Times are measured, not read from the clock on the wall: a clock that jumps neither
/// stops nor hurries anybody. Safe for concurrent use.
/// </summary>
public sealed class HostGate(IOptions<FetchingOptions> options, TimeProvider clock)
{
    /// <summary>Idle hosts are swept out when so many are known, or twice as many as the last sweep had to keep.</summary>
    private const int SweepAtLeastAt = 10_000;

    /// <summary>
    /// Up to this share is added to each spacing, different for each host and each request, so that the rhythm of one host is not that of a
    /// machine and the requests to two hosts of one provider do not fall in step.
    /// </summary>
    private const double JitterShare = 0.2;

    /// <summary>No answer can ask for a longer hold (<see cref="AnswerTimes"/>): one that is stored was learned while the clock ran ahead.</summary>
    internal static readonly TimeSpan LongestHold = TimeSpan.FromDays(7);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Host> _hosts = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<Host> _taught = [];
    private readonly Channel<bool> _newLessons = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly long _origin = clock.GetTimestamp();
    private int _sweepAt = SweepAtLeastAt;
    private int _underWay;

    /// <summary>How many turns are taken at this moment: requests on their way or being read, not those that wait.</summary>
    public int UnderWay => Volatile.Read(ref _underWay);

    /// <summary>How many hosts are remembered.</summary>
    internal int KnownHosts
    {
        get
        {
            lock (_gate)
            {
                return _hosts.Count;
            }
        }
    }

    private TimeSpan Now => clock.GetElapsedTime(_origin);

    /// <summary>Waits for a turn at a host. Disposing the turn ends it. At a host that is held the turn comes at once, to be given back.</summary>
    /// <param name="host">The host's name.</param>
    /// <param name="leastSpacing">A longer spacing than usual, where the host asked for one (robots.txt crawl-delay). Zero: the usual.</param>
    /// <param name="goesFirst">Whether it comes before those that do not: somebody has memory for as long as this takes.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async ValueTask<IAsyncDisposable> EnterAsync(string host, TimeSpan leastSpacing, bool goesFirst, CancellationToken cancellationToken)
    {
        var (turns, place) = Queue(host, goesFirst);
        if (place is not null)
        {
            await WaitAsync(turns, place, cancellationToken);
        }

        var turn = new Turn(this, turns);
        try
        {
            var wait = Reserve(turns, leastSpacing);
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, clock, cancellationToken);
            }

            Interlocked.Increment(ref _underWay);
            return turn;
        }
        catch
        {
            Leave(turns);
            throw;
        }
    }

    /// <summary>Lets nobody ask a host before <paramref name="until"/>; a longer hold stays.</summary>
    public void Hold(string host, DateTimeOffset until)
    {
        lock (_gate)
        {
            var turns = FindLocked(host);
            turns.Manners.Hold(Now + (until - clock.GetUtcNow()));
            Remember(turns);
        }
    }

    /// <summary>Until when a host asked not to be asked. Null: it may be asked.</summary>
    public DateTimeOffset? HeldUntil(string host)
    {
        lock (_gate)
        {
            return _hosts.TryGetValue(host, out var turns) && turns.Manners.HeldUntil > Now ? clock.GetUtcNow() + (turns.Manners.HeldUntil - Now) : null;
        }
    }

    /// <summary>The time between requests that a host taught. Zero: none.</summary>
    internal TimeSpan LearnedSpacing(string host)
    {
        lock (_gate)
        {
            return _hosts.TryGetValue(host, out var turns) ? turns.Manners.Spacing : TimeSpan.Zero;
        }
    }

    /// <summary>Draws the lesson from an answer: how its host wants to be asked from now on.</summary>
    /// <param name="address">The address that answered.</param>
    /// <param name="status">Its status.</param>
    /// <param name="retryAfter">The wait it asks for. Null: none.</param>
    public void Learn(Uri address, HttpStatusCode status, TimeSpan? retryAfter)
    {
        ArgumentNullException.ThrowIfNull(address);
        lock (_gate)
        {
            var turns = FindLocked(address.IdnHost);
            if (turns.Manners.Learn(address, status, retryAfter, options.Value.PerHostSpacing, Now))
            {
                Remember(turns);
            }
        }
    }

    /// <summary>Takes over what an earlier process, or another one, learned. What it learned while its clock ran ahead holds for <see cref="LongestHold"/> at most.</summary>
    public void Restore(IEnumerable<HostLesson> lessons)
    {
        ArgumentNullException.ThrowIfNull(lessons);
        lock (_gate)
        {
            var (now, wall) = (Now, clock.GetUtcNow());
            foreach (var lesson in lessons.Where(lesson => !lesson.IsOver(wall)))
            {
                var (age, hold) = (wall - lesson.LearnedAt, lesson.HeldUntil - wall);
                var turns = FindLocked(lesson.Host);
                turns.Manners.Restore(
                    lesson.Spacing, now - (age > TimeSpan.Zero ? age : TimeSpan.Zero), hold is { } wait ? now + (wait < LongestHold ? wait : LongestHold) : TimeSpan.MinValue);
                if (hold > LongestHold)
                {
                    Remember(turns); // or the next process would begin the longest hold anew
                }
            }
        }
    }

    /// <summary>Waits until there is something to take with <see cref="TakeLessons"/>. One caller at a time.</summary>
    public async Task WaitForLessonsAsync(CancellationToken cancellationToken) => await _newLessons.Reader.ReadAsync(cancellationToken);

    /// <summary>What hosts taught since this was last asked.</summary>
    public IReadOnlyList<HostLesson> TakeLessons()
    {
        lock (_gate)
        {
            var (now, wall) = (Now, clock.GetUtcNow());
            List<HostLesson> lessons = [.. _taught.Select(host => new HostLesson(host.Name)
            {
                HeldUntil = host.Manners.HeldUntil > now ? wall + (host.Manners.HeldUntil - now) : null,
                Spacing = host.Manners.Spacing,
                LearnedAt = wall + (host.Manners.LearnedAt - now),
            })];
            _taught.Clear();
            return lessons;
        }
    }

    /// <summary>Takes a free place at a host, or one in the queue before it.</summary>
    private (Host Turns, LinkedListNode<TaskCompletionSource>? Place) Queue(string host, bool goesFirst)
    {
        lock (_gate)
        {
            var turns = FindLocked(host);
            if (turns.Next is null && turns.Running < Room(turns))
            {
                turns.Running++;
                return (turns, null);
            }

            return (turns, (goesFirst ? turns.First : turns.Waiting).AddLast(new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)));
        }
    }

    private async Task WaitAsync(Host turns, LinkedListNode<TaskCompletionSource> place, CancellationToken cancellationToken)
    {
        try
        {
            await place.Value.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            bool hadTurn;
            lock (_gate)
            {
                hadTurn = place.List is null;
                if (!hadTurn)
                {
                    place.List!.Remove(place);
                }
            }

            if (hadTurn)
            {
                Leave(turns);
            }

            throw;
        }
    }

    private void Leave(Host turns)
    {
        lock (_gate)
        {
            turns.Running--;
            while (turns.Next is { } next && turns.Running < Room(turns))
            {
                next.List!.RemoveFirst();
                turns.Running++;
                next.Value.SetResult();
            }
        }
    }

    /// <summary>A host that once turned us away is asked one thing at a time.</summary>
    private int Room(Host turns) => turns.Manners.Spacing > TimeSpan.Zero ? 1 : options.Value.PerHostConnections;

    /// <summary>Takes the next start time and says how long it is until then.</summary>
    private TimeSpan Reserve(Host turns, TimeSpan leastSpacing)
    {
        lock (_gate)
        {
            var now = Now;
            if (turns.Manners.HeldUntil > now)
            {
                return TimeSpan.Zero;
            }

            var start = turns.NextStart > now ? turns.NextStart : now;
            var spacing = Longest(options.Value.PerHostSpacing, leastSpacing, turns.Manners.Spacing);
            turns.NextStart = start + (spacing * (1 + (turns.Jitter.Next() * JitterShare)));
            return start - now;
        }
    }

    private static TimeSpan Longest(TimeSpan a, TimeSpan b, TimeSpan c) => new(Math.Max(a.Ticks, Math.Max(b.Ticks, c.Ticks)));

    /// <summary>Has what the host taught stored.</summary>
    private void Remember(Host turns)
    {
        _taught.Add(turns);
        _newLessons.Writer.TryWrite(true);
    }

    private Host FindLocked(string host)
    {
        if (_hosts.TryGetValue(host, out var known))
        {
            return known;
        }

        if (_hosts.Count >= _sweepAt)
        {
            var now = Now;
            foreach (var idle in _hosts.Values.Where(idle => idle.IsIdle && idle.NextStart <= now && idle.Manners.IsBlank(now)).ToList())
            {
                _hosts.Remove(idle.Name);
            }

            _sweepAt = Math.Max(SweepAtLeastAt, _hosts.Count * 2);
        }

        return _hosts[host] = new Host(host.ToLowerInvariant());
    }

    private sealed class Host(string name)
    {
        public string Name { get; } = name;

        public HostManners Manners { get; } = new();

        public HostJitter Jitter { get; } = new(name);

        /// <summary>Those that go before all others.</summary>
        public LinkedList<TaskCompletionSource> First { get; } = new();

        public LinkedList<TaskCompletionSource> Waiting { get; } = new();

        /// <summary>Whose turn is next. Null: nobody waits.</summary>
        public LinkedListNode<TaskCompletionSource>? Next => First.First ?? Waiting.First;

        public int Running { get; set; }

        public TimeSpan NextStart { get; set; }

        public bool IsIdle => Running == 0 && Next is null;
    }

    private sealed class Turn(HostGate gate, Host turns) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            Interlocked.Decrement(ref gate._underWay);
            gate.Leave(turns);
            return ValueTask.CompletedTask;
        }
    }
}
