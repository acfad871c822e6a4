using Aggregator.Model.Feeds;
using Aggregator.Model.Storage;
using Aggregator.Storage.LiteDb.Search;
using LiteDB;

namespace Aggregator.Storage.LiteDb;

/// <summary>
/// Turns what callers want stored into one commit, and brings files and counts back in order when one fails. Everything but
/// <see cref="Counts"/> belongs to the writer's thread.
/// </summary>
internal sealed class StoryWriter
{
    /// <summary>How far the time since which stories are kept must have moved on to be worth a commit of its own.</summary>
    private static readonly TimeSpan KeptSinceSteps = TimeSpan.FromHours(1);

    private readonly StoreFiles _files;
    private readonly FeedTable _feeds;
    private readonly SubscriptionTable _subscriptions;
    private readonly StoreCounters _counters = new();

    private readonly KeptOrder _order;
    private readonly StoryEdits _edits;
    private readonly FileSizes _sizes;

    /// <summary>The states of feeds that this commit stores, and whether the claim on the feed ends with it.</summary>
    private readonly List<(FeedState State, bool EndsClaim)> _stored = [];

    /// <summary>The last commit of which the index of texts is known to lose nothing.</summary>
    private long _secured;

    /// <summary>Whether a commit failed and the files could not be opened anew yet.</summary>
    private bool _broken;

    public StoryWriter(StoreFiles files, FeedTable feeds, SubscriptionTable subscriptions, FileSizes sizes)
    {
        _files = files;
        _order = new KeptOrder(files);
        _edits = new StoryEdits(files, _counters, _order);
        _sizes = sizes;
        _feeds = feeds;
        _subscriptions = subscriptions;
        Load();
    }

    /// <summary>The counts as of the last commit. Safe from every thread.</summary>
    public StoreCounts Counts => _counters.Published;

    /// <summary>How many commits there were.</summary>
    public long Commits => _counters.Commits;

    /// <summary>The last number given to a story.</summary>
    public long LastSequence => _edits.LastSequence;

    /// <summary>In which order stories go.</summary>
    public KeptOrder Order => _order;

    /// <summary>Whether a step is due without stories found to drop: there are more than fit, or the time since which stories are kept has moved.</summary>
    public bool HasToDrop(RetentionPass pass) => _sizes.Excess(Counts.Stories) > 0
        || (pass.Before is { } since && (Counts.KeptSince is not { } kept || kept < since - KeptSinceSteps))
        || (MayForget(pass) && Counts.KeptSince is { } known && !(known <= pass.Before));

    /// <summary>
    /// The numbers of stories of which an index of texts that holds this commit, and stories up to this number, has missed something: what was
    /// changed or deleted since, and what was added.
    /// </summary>
    public IReadOnlyList<long> MissedSince(long commit, long sequence) => _files.Read<IReadOnlyList<long>>(() =>
    [
        .. _files.Unindexed.Find(Query.GT("_id", commit)).SelectMany(document => document["s"].AsArray.Select(changed => changed.AsInt64))
            .Concat(_files.Stories.Find(Query.GT("_id", sequence)).Select(document => document["_id"].AsInt64)).Distinct(),
    ]);

    /// <summary>Stores all of these, or none.</summary>
    /// <param name="writes">What to store.</param>
    /// <param name="secured">The last commit that the index of texts will not lose.</param>
    /// <returns>What was done to stories, for that index.</returns>
    /// <exception cref="UnstorableException">One of them can never be stored. The store is as it was before.</exception>
    /// <exception cref="StoreException">
    /// Nothing can be stored now. The store is opened anew, at once or else with the next call, as the disk has it.
    /// </exception>
    public IReadOnlyList<IndexChange> Commit(IReadOnlyList<Write> writes, long secured)
    {
        Begin();
        _edits.Begin();
        _stored.Clear();
        try
        {
            foreach (var write in writes)
            {
                Apply(write);
            }

            var stories = writes.SelectMany(write => write.Batch.Stories).Take(2).ToList();
            Named("the index of", stories.Count == 1 ? stories[0].Title : "several stories", _edits.InsertPostings);
            DropWhatIsTooMuch(writes);
            _files.Work(() => _sizes.Write(_files.Meta));
            _files.Work(() => PutUnindexed(secured));
            _files.Work(() => _counters.Write(_files.Meta));
            _files.Work(_order.Write);
            _files.Commit();
        }
        catch (UnstorableException)
        {
            GiveUp();
            throw;
        }
        catch (Exception fault)
        {
            TryRecover();
            throw new StoreException(
                IoFault.IsDiskFull(fault)
                    ? $"nothing can be stored in {_files.Folder}: the disk is full. Free some space; storing goes on by itself then."
                    : $"nothing could be stored in {_files.Folder}: {IoFault.Words(fault)}.",
                fault);
        }

        _counters.Publish();
        _order.Publish();
        _sizes.Measure(_counters.Published.Stories);
        foreach (var (state, endsClaim) in _stored)
        {
            _feeds.Put(state, endsClaim);
        }

        foreach (var write in writes)
        {
            _subscriptions.Apply(write.Subscription, write.EndedSubscription);
            if (write.ForgottenFeed is { } forgotten)
            {
                _feeds.Forget(forgotten);
            }
        }

        return [.. _edits.Changes];
    }

    private void Begin()
    {
        if (_broken || !_files.TryBegin())
        {
            Recover();
            if (!_files.TryBegin())
            {
                throw new StoreException($"nothing can be stored in {_files.Folder}: its files close again as soon as they are opened. Start the service anew, or put a backup in their place.");
            }
        }
    }

    private void Apply(Write write)
    {
        int added = 0, replaced = 0, carried = 0;
        foreach (var (story, body) in write.Batch.Stories.Zip(write.Bodies))
        {
            Named("the story", story.Title, () => _files.Work(() => _ = _edits.Put(story, body) switch
            {
                StoryEdits.Placed.Added => added++,
                StoryEdits.Placed.Replaced => replaced++,
                StoryEdits.Placed.Carried => carried++,
                _ => 0,
            }));
        }

        foreach (var change in write.Changes)
        {
            Named("what is said of the story", change.Story.Value, () => _files.Work(() => replaced += _edits.Put(change) ? 1 : 0));
        }

        foreach (var deleted in write.Deleted)
        {
            Named("the end of the story", deleted.Value, () => _files.Work(() => replaced += _edits.Delete(deleted, write.End) ? 1 : 0));
        }

        foreach (var dropped in write.Batch.Dropped)
        {
            Named("what is remembered of the dropped story", dropped.Id.Value, () => _files.Work(() => _edits.Put(dropped)));
        }

        if (write.Batch.Feed is { } state)
        {
            Put(state, endsClaim: true);
        }

        if (write.Hastened is { } hastened && FindState(hastened.Feed) is { } planned)
        {
            Put(planned.Hastened(hastened.At, hastened.Reason), endsClaim: false);
        }

        foreach (var lesson in write.Batch.Hosts)
        {
            Named("what was learned of the host", lesson.Host, () => _files.Work(() => Put(lesson)));
        }

        if (write.Subscription is { } subscription)
        {
            Named("the subscription to", subscription.Topic.OriginalString, () => _files.Work(() => _files.Subscriptions.Upsert(SubscriptionDocuments.Write(subscription))));
        }

        if (write.EndedSubscription is { } token)
        {
            _files.Work(() => _files.Subscriptions.Delete(token));
        }

        if (write.ForgottenFeed is { } forgotten)
        {
            _files.Work(() => _files.FeedStates.Delete(forgotten.Value));
        }

        if (write.Retention is { } pass)
        {
            replaced += Retain(pass);
        }

        write.Result = new SaveResult(added, replaced) { Carried = carried };
    }

    private void Put(FeedState state, bool endsClaim)
    {
        Named("the state of the feed", state.Address.AbsoluteUri, () => _files.Work(() => _files.FeedStates.Upsert(FeedDocuments.Write(state))));
        _stored.Add((state, endsClaim));
    }

    /// <summary>A feed's state as this commit has it so far. Null: never activated.</summary>
    private FeedState? FindState(FeedId feed) => _stored.FindLast(stored => stored.State.Id == feed).State ?? _feeds.Find(feed);

    private int Retain(RetentionPass pass)
    {
        if (pass.Groups is { } groups)
        {
            _order.Change(groups);
        }

        if (pass.IsSorting)
        {
            _edits.SortSome(_sizes.SortedAtOnce);
            return 0;
        }

        if (pass.Stale is { } stale)
        {
            _files.Work(() => stale.Forget(_files, _edits));
            return 0;
        }

        var dropped = _edits.Drop(pass.Stories);
        _counters.KeepSince(pass.Before, MayForget(pass));
        return dropped;
    }

    /// <summary>Whether the age alone tells now since when stories are kept. A time that is yet to come was learned from a clock that was ahead.</summary>
    private bool MayForget(RetentionPass pass) => (pass.MayForget && !_sizes.IsFull) || Counts.KeptSince > pass.Now;

    private void Put(HostLesson lesson)
    {
        if (lesson.IsEmpty)
        {
            _files.Hosts.Delete(lesson.Host);
        }
        else
        {
            _files.Hosts.Upsert(HostDocuments.Write(lesson));
        }
    }

    /// <summary>
    /// Where the files are as large as they may be, the stories that go first make room for the new ones within the same commit; no commit holds others up
    /// by dropping many more than it adds.
    /// </summary>
    private void DropWhatIsTooMuch(IReadOnlyList<Write> writes)
    {
        if (_sizes.Excess(_counters.Stories) is > 0 and var excess)
        {
            _edits.DropFirst((int)Math.Min(excess, _sizes.DroppedAtOnce + writes.Sum(write => write.Batch.Stories.Count)));
        }
    }

    /// <summary>
    /// Remembers what this commit does to stories that the index of texts holds already, until the index is known to hold that too.
    /// </summary>
    private void PutUnindexed(long secured)
    {
        var changed = _edits.Changes.Where(change => !change.IsNew).Select(change => new BsonValue(change.Sequence)).ToList();
        if (changed.Count > 0)
        {
            _files.Unindexed.Upsert(new BsonDocument { ["_id"] = Commits + 1, ["s"] = new BsonArray(changed) });
        }

        if (secured > _secured)
        {
            _secured = secured;
            _files.Unindexed.DeleteMany(Query.LTE("_id", secured));
        }
    }

    /// <summary>Does something with a thing; a fault of the thing itself, not of the database, is told with its name.</summary>
    private static void Named(string kind, string name, Action action)
    {
        try
        {
            action();
        }
        catch (Exception fault) when (!IsOfTheDatabase(fault))
        {
            var reason = fault is LiteException
            {
                ErrorCode: 0 // no code of its own: "Document size exceed 16683050 limit"
            }
                ? "it is too large"
                : fault.Message.TrimEnd('.');
            throw new UnstorableException($"{kind} \"{(name.Length > 100 ? name[..100] + "..." : name)}\" cannot be stored: {reason}.", fault);
        }
    }

    private static bool IsOfTheDatabase(Exception fault) => fault is StoreException or IOException or ObjectDisposedException or LiteException
    {
        ErrorCode: LiteException.LOCK_TIMEOUT or LiteException.FILE_SIZE_EXCEEDED or LiteException.ENGINE_DISPOSED
            or LiteException.INVALID_FREE_SPACE_PAGE or LiteException.INVALID_DATAFILE_STATE
    };

    /// <summary>Back to before the transaction, which has changed nothing in the files yet.</summary>
    private void GiveUp()
    {
        if (_files.TryRollback())
        {
            _counters.Revert();
            _order.Revert();
        }
        else
        {
            TryRecover();
        }
    }

    /// <summary>Takes over what the files hold, which others were put in place of.</summary>
    public void Reload()
    {
        _secured = 0;
        _files.Work(Load);
    }

    private void TryRecover()
    {
        try
        {
            Recover();
        }
        catch (StoreException)
        {
            // The caller tells what broke the store; whether it can be opened again is tried, and told, with the next write.
        }
    }

    /// <summary>
    /// Opens the files anew and takes over what they hold: a commit that failed late may be there all the same, for LiteDB cannot take
    /// one back.
    /// </summary>
    private void Recover()
    {
        _broken = true;
        _files.Reopen();
        _files.Work(Load);
        _broken = false;
    }

    private void Load()
    {
        try
        {
            _counters.Load(_files.Meta);
            _order.Load(_counters.Published.Stories);
            _edits.Load();
            _sizes.Load(_files.Meta, _counters.Published.Stories);
        }
        catch (Exception fault)
        {
            throw _files.Listing.Explain(fault);
        }
    }
}
