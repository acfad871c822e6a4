using Aggregator.Model.Feeds;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using LiteDB;

namespace Aggregator.Storage.LiteDb;

/// <summary>
/// Turns what callers want stored into one commit, and brings files and counts back in order when one fails. Everything but
/// <see cref="Counts"/> belongs to the writer's thread.
/// </summary>
internal sealed class StoryWriter
{
    private readonly StoreFiles _files;
    private readonly FeedTable _feeds;
    private readonly SubscriptionTable _subscriptions;
    private readonly StoreCounters _counters = new();

    /// <summary>The last number given to a story. It is never taken back, or a later story would overwrite another.</summary>
    private long _lastSequence;

    /// <summary>Whether a commit failed and the files could not be opened anew yet.</summary>
    private bool _broken;

    public StoryWriter(StoreFiles files, FeedTable feeds, SubscriptionTable subscriptions)
    {
        _files = files;
        _feeds = feeds;
        _subscriptions = subscriptions;
        Load();
    }

    /// <summary>The counts as of the last commit. Safe from every thread.</summary>
    public StoreCounts Counts => _counters.Published;

    /// <summary>Stores all of these, or none.</summary>
    /// <exception cref="UnstorableException">One of them can never be stored. The store is as it was before.</exception>
    /// <exception cref="StoreException">
    /// Nothing can be stored now. The store is opened anew, at once or else with the next call, as the disk has it.
    /// </exception>
    public void Commit(IReadOnlyList<Write> writes)
    {
        Begin();
        try
        {
            foreach (var write in writes)
            {
                Apply(write);
            }

            _counters.Write(_files.Meta);
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
        foreach (var state in writes.Select(write => write.Batch.Feed).OfType<FeedState>())
        {
            _feeds.Put(state);
        }

        foreach (var write in writes)
        {
            _subscriptions.Apply(write.Subscription, write.EndedSubscription);
        }
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
        int added = 0, replaced = 0;
        foreach (var story in write.Batch.Stories)
        {
            Named("the story", story.Title, () => _ = Put(story) ? added++ : replaced++);
        }

        if (write.Batch.Feed is { } state)
        {
            Named("the state of the feed", state.Address.AbsoluteUri, () => _files.FeedStates.Upsert(FeedDocuments.Write(state)));
        }

        foreach (var lesson in write.Batch.Hosts)
        {
            Named("what was learned of the host", lesson.Host, () => Put(lesson));
        }

        if (write.Subscription is { } subscription)
        {
            Named("the subscription to", subscription.Topic.OriginalString, () => _files.Subscriptions.Upsert(SubscriptionDocuments.Write(subscription)));
        }

        if (write.EndedSubscription is { } token)
        {
            _files.Subscriptions.Delete(token);
        }

        write.Result = new SaveResult(added, replaced);
    }

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

    /// <returns>Whether the story is new.</returns>
    private bool Put(Story given)
    {
        var known = _files.Find(given.Id);
        var story = known is { } old ? given with { FirstSeen = old.Story.FirstSeen } : given;
        var sequence = known?.Sequence ?? ++_lastSequence;
        if (known is { } before)
        {
            _counters.Add(before.Story, -1);
            var place = Postings.Place(before.Story.OrderedAt, before.Story.Id);
            foreach (var list in Postings.ListsOf(before.Story))
            {
                _files.Postings.Delete(Postings.Key(list, place));
            }
        }

        _counters.Add(story, 1);
        _files.Stories.Upsert(StoryDocuments.Write(story, sequence));
        _files.Keys.Upsert(new BsonDocument { ["_id"] = story.Id.Value, ["q"] = sequence, ["j"] = story.Fingerprint });
        var newPlace = Postings.Place(story.OrderedAt, story.Id);
        foreach (var list in Postings.ListsOf(story))
        {
            _files.Postings.Upsert(new BsonDocument { ["_id"] = Postings.Key(list, newPlace), ["q"] = sequence });
        }

        _files.Bodies.Put(sequence, story.Body ?? StoryBody.Empty);
        return known is null;
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
        }
        else
        {
            TryRecover();
        }
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
        Load();
        _broken = false;
    }

    private void Load()
    {
        try
        {
            _counters.Load(_files.Meta);
            var last = _files.Stories.Find(Query.All("_id", Query.Descending), 0, 1).Select(story => story["_id"].AsInt64).FirstOrDefault();
            _lastSequence = Math.Max(_lastSequence, last);
        }
        catch (Exception fault)
        {
            throw _files.Listing.Explain(fault);
        }
    }
}
