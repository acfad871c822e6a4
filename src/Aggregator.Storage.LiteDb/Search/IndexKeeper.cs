using System.Threading.Channels;
using Aggregator.Model.Stories;
using Microsoft.Data.Sqlite;

namespace Aggregator.Storage.LiteDb.Search;

/// <summary>
/// Keeps the index of texts in step with the database, on a thread of its own, one commit behind the writer at most. When it cannot, the index
/// is given up until it is made anew, and storing goes on.
/// </summary>
internal sealed class IndexKeeper : IDisposable
{
    /// <summary>Commits that wait for the index before the writer waits too.</summary>
    private const int MostWaiting = 4;

    /// <summary>Stories indexed in one go when the index is made anew; others' changes come between.</summary>
    private const int Piece = 200;

    private readonly Channel<Action> _work = Channel.CreateBounded<Action>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private readonly string _path;
    private readonly long _logBytes;
    private readonly Func<long, Story?> _find;
    private readonly Func<long, int, IReadOnlyList<long>> _listAfter;
    private readonly Task _loop;

    /// <summary>The index, whole or not. Null: it was given up. Only the loop's thread changes it.</summary>
    private volatile SearchIndex? _index;

    /// <summary>Whether the index is whole.</summary>
    private volatile bool _ready;

    /// <summary>The last commit of the database whose changes the loop has seen.</summary>
    private long _commit;
    private long _securedCommit;

    /// <summary>Opens the index; where it is behind, it catches up on its thread.</summary>
    /// <param name="path">Its file.</param>
    /// <param name="logBytes">How large its log becomes before it is written back.</param>
    /// <param name="commit">The database's last commit.</param>
    /// <param name="stories">How many stories the database holds.</param>
    /// <param name="missed">The stories that commits after a given one changed, and those with greater numbers than a given one.</param>
    /// <param name="find">Finds a story with its body by its number.</param>
    /// <param name="listAfter">The least numbers of stories that are greater than a given one, so many at most, in their order.</param>
    public IndexKeeper(string path, long logBytes, long commit, long stories, Func<long, long, IReadOnlyList<long>> missed, Func<long, Story?> find, Func<long, int, IReadOnlyList<long>> listAfter)
    {
        _path = path;
        _logBytes = logBytes;
        _find = find;
        _listAfter = listAfter;
        _commit = commit;
        IReadOnlyList<long>? behind = null;
        Attempt(() =>
        {
            _index = SearchIndex.Open(path, logBytes);
            if (_index.Commit is { } held && held <= commit)
            {
                behind = held < commit ? missed(held, _index.LastSequence) : [];
            }
            else if (stories == 0)
            {
                _index = Remake();
                behind = [];
            }
        });
        _ready = _index is not null && behind is { Count: 0 };
        _loop = Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        if (_ready && _index!.Commit != commit)
        {
            Post(() => Attempt(() => _index?.Apply([], commit, _find)));
        }
        else if (behind is { Count: > 0 })
        {
            _ = CatchUpAsync(_index!, behind);
        }
    }

    /// <summary>The index, if it is whole.</summary>
    public SearchIndex? Whole => _ready ? _index : null;

    /// <summary>The last commit that the index will not lose, whatever happens.</summary>
    public long SecuredCommit => Interlocked.Read(ref _securedCommit);

    /// <summary>Indexes what a commit did, then calls <paramref name="done"/>, whether that went well or not.</summary>
    public void Take(IReadOnlyList<IndexChange> changes, long commit, Action done)
    {
        Post(() =>
        {
            _commit = commit;
            Attempt(() => _index?.Apply(changes, _ready ? commit : null, _find));
            done();
        });
    }

    /// <summary>Gives the index up: commits may have passed it by.</summary>
    public void GiveUp() => Post(Drop);

    /// <summary>
    /// Gives the index up and closes its file, before this returns: the database it was made of is about to be another. Called from the writer's thread, which
    /// nothing of the index waits for.
    /// </summary>
    public void Close() => DoAsync(Drop).GetAwaiter().GetResult();

    /// <summary>The database is another, at this commit; of it nothing is indexed, nor secured.</summary>
    public void StartOver(long commit) => Post(() =>
    {
        _commit = commit;
        Interlocked.Exchange(ref _securedCommit, 0);
    });

    /// <summary>Secures what is indexed, some time soon.</summary>
    public void Checkpoint() => Post(() => Attempt(Secure));

    /// <summary>Makes the index anew.</summary>
    /// <param name="lastSequence">Tells the number of the last story there is.</param>
    /// <param name="progress">Told how many stories are done.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="SqliteException">The file cannot be written.</exception>
    /// <exception cref="IOException">The old file cannot be deleted.</exception>
    /// <exception cref="InvalidOperationException">Another began to make it meanwhile, or it was given up.</exception>
    public async Task RebuildAsync(Func<long> lastSequence, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        SearchIndex? index = null;
        await DoAsync(() => index = _index = Remake());
        var last = lastSequence(); // what comes later is indexed as it comes
        var done = 0L;

        // By the stories there are: of the numbers given in years most are those of stories long dropped.
        for (var piece = _listAfter(0, Piece); piece is [var first, ..] && first <= last; piece = _listAfter(piece[^1], Piece))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var sequences = piece;
            await DoAsync(() => Fill(index!, sequences));
            done += sequences.Count;
            progress?.Report(done);
        }

        await DoAsync(() => Finish(index!));
    }

    public void Dispose()
    {
        _work.Writer.TryComplete();
        _loop.GetAwaiter().GetResult();
        Attempt(Secure);
        _ready = false;
        _index?.Dispose();
        _index = null;
    }

    private async Task CatchUpAsync(SearchIndex index, IReadOnlyList<long> behind)
    {
        try
        {
            foreach (var piece in behind.Chunk(Piece))
            {
                await DoAsync(() => Fill(index, piece));
            }

            await DoAsync(() => Finish(index));
        }
        catch (Exception fault) when (fault is SqliteException or IOException or InvalidOperationException or ChannelClosedException)
        {
            // The index stays away until it is made anew.
        }
    }

    private SearchIndex Remake()
    {
        Drop();
        return SearchIndex.Make(_path, _logBytes);
    }

    private void Drop()
    {
        _ready = false;
        _index?.Dispose();
        _index = null;
    }

    /// <summary>Indexes stories as the database has them now, which may be newer than what was handed to the loop so far: that does no harm.</summary>
    private void Fill(SearchIndex index, IEnumerable<long> sequences)
    {
        Insist(index);
        var changes = sequences.Select(sequence => new IndexChange(sequence, _find(sequence), IsNew: false, TextChanged: true)).ToList();
        index.Apply(changes, null, _find);
    }

    private void Finish(SearchIndex index)
    {
        Insist(index);
        index.Apply([], _commit, _find);
        _ready = true;
    }

    /// <summary>The index that is being made must be the one there is.</summary>
    private void Insist(SearchIndex index)
    {
        if (_index != index)
        {
            throw new InvalidOperationException("the index of texts was given up while it was made, or is made by somebody else");
        }
    }

    private void Secure()
    {
        if (_ready && _index is { } index)
        {
            index.Checkpoint();
            Interlocked.Exchange(ref _securedCommit, index.Commit ?? 0);
        }
    }

    private Task DoAsync(Action action)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(() =>
        {
            try
            {
                action();
                done.SetResult();
            }
#pragma warning disable CA1031 // Whatever it is belongs to the caller who waits; the loop must go on.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                if (fault is not InvalidOperationException)
                {
                    Drop();
                }

                done.SetException(fault);
            }
        });
        return done.Task;
    }

    private void Post(Action action)
    {
        if (!_work.Writer.TryWrite(action))
        {
            _work.Writer.WriteAsync(action).AsTask().GetAwaiter().GetResult();
        }
    }

    private void Run()
    {
        while (_work.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (_work.Reader.TryRead(out var action))
            {
                action();
            }
        }
    }

    private void Attempt(Action action)
    {
        try
        {
            action();
        }
#pragma warning disable CA1031 // No fault of the index may reach a save: it is made of the database, and is made anew.
        catch (Exception)
#pragma warning restore CA1031
        {
            Drop();
        }
    }
}
