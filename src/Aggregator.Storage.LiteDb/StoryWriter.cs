using Aggregator.Model.Feeds;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Storage.LiteDb.Search;
using LiteDB;

namespace Aggregator.Storage.LiteDb;

/// <summary>
/// Turns what callers want stored into one commit, and brings files and counts back in order when one fails. Everything but
/// <see cref="Counts"/> belongs to the writer's thread.
/// </summary>
internal sealed class StoryWriter
{
    /// <summary>How many postings are inserted while readers wait: about a millisecond's work.</summary>
    private const int PostingsAtOnce = 64;

    private readonly StoreFiles _files;
    private readonly FeedTable _feeds;
    private readonly SubscriptionTable _subscriptions;
    private readonly StoreCounters _counters = new();

    /// <summary>Postings of new stories that the commit under way has yet to insert, all at once and in the order of their keys.</summary>
    private readonly List<BsonDocument> _postings = [];

    /// <summary>What the commit under way does to stories, for the index of texts.</summary>
    private readonly List<IndexChange> _changes = [];

    /// <summary>The last commit of which the index of texts is known to lose nothing.</summary>
    private long _secured;

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

    /// <summary>How many commits there were.</summary>
    public long Commits => _counters.Commits;

    /// <summary>The last number given to a story.</summary>
    public long LastSequence => Interlocked.Read(ref _lastSequence);

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
        _postings.Clear();
        _changes.Clear();
        try
        {
            foreach (var write in writes)
            {
                Apply(write);
            }

            var stories = writes.SelectMany(write => write.Batch.Stories).Take(2).ToList();
            Named("the index of", stories.Count == 1 ? stories[0].Title : "several stories", InsertPostings);
            _files.Work(() => PutUnindexed(secured));
            _files.Work(() => _counters.Write(_files.Meta));
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

        return [.. _changes];
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
            Named("the story", story.Title, () => _files.Work(() => _ = Put(story, body) switch
            {
                Placed.Added => added++,
                Placed.Replaced => replaced++,
                Placed.Carried => carried++,
                _ => 0,
            }));
        }

        foreach (var change in write.Changes)
        {
            Named("what is said of the story", change.Story.Value, () => _files.Work(() => replaced += Put(change) ? 1 : 0));
        }

        foreach (var deleted in write.Deleted)
        {
            Named("the end of the story", deleted.Value, () => _files.Work(() => replaced += Delete(deleted) ? 1 : 0));
        }

        foreach (var dropped in write.Batch.Dropped)
        {
            Named("what is remembered of the dropped story", dropped.Id.Value, () => _files.Work(() => Put(dropped)));
        }

        if (write.Batch.Feed is { } state)
        {
            Named("the state of the feed", state.Address.AbsoluteUri, () => _files.Work(() => _files.FeedStates.Upsert(FeedDocuments.Write(state))));
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

        write.Result = new SaveResult(added, replaced) { Carried = carried };
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

    private void Put(DroppedStory dropped)
    {
        Forget(dropped.Id);
        _files.Dropped.Insert(DroppedDocuments.Write(dropped));
        _counters.AddDropped(dropped.Rule, 1);
    }

    /// <summary>What is remembered of a dropped story ends.</summary>
    private void Forget(StoryId dropped)
    {
        if (_files.Dropped.Get(dropped.Value) is { } document)
        {
            _files.Dropped.Delete(dropped.Value);
            _counters.AddDropped(DroppedDocuments.Read(document).Rule, -1);
        }
    }

    private Placed Put(Story story, PackedBody body)
    {
        if (_files.Find(story.Id) is not { } known)
        {
            if (_files.Deleted.Get(story.Id.Value) is not null)
            {
                return Placed.Refused;
            }

            Forget(story.Id);
            if (_files.FindSameArticle(story) is { } same)
            {
                Carry(same.Story, story, same.Sequence);
                return Placed.Carried;
            }

            Add(story, body, ++_lastSequence);
            return Placed.Added;
        }

        if (known.Story.Id != story.Id)
        {
            Carry(known.Story with { Body = _files.Bodies.Find(known.Sequence) }, story, known.Sequence);
            return Placed.Carried;
        }

        // What a model said of a text holds for that text.
        var opinions = story.Updated == known.Story.Updated ? known.Story.Opinions : story.Opinions;
        InsertPostings();
        var replacing = story with
        {
            FirstSeen = known.Story.FirstSeen,
            Carriers = known.Story.Carriers,
            OtherAddresses = [.. story.OtherAddresses.Union(known.Story.OtherAddresses).Take(Story.MostAddresses)],
            Opinions = opinions,
            Cluster = known.Story.Cluster,
            Joined = known.Story.Joined,
            ApartFrom = known.Story.ApartFrom,
        };
        KeepVersion(known.Story, replacing, known.Sequence);
        Replace(known.Story, replacing.WithCorrections(known.Story.Corrections), body, known.Sequence);
        return Placed.Replaced;
    }

    /// <summary>Another feed's entry of a stored article: the feed is added to it, and the entry's id leads to it.</summary>
    private void Carry(Story stored, Story come, long sequence)
    {
        InsertPostings();
        var carried = SameArticle.Carry(stored, come);
        if (carried.Updated != stored.Updated)
        {
            KeepVersion(stored, carried, sequence);
            Replace(stored, carried, PackedBody.Of(carried.Body ?? StoryBody.Empty), sequence);
        }
        else
        {
            ReplaceKeepingText(stored, carried, sequence);
            PutAddresses(carried, sequence);
        }

        _files.Keys.Upsert(KeyOf(come, sequence));
    }

    /// <returns>Whether there was such a story.</returns>
    private bool Delete(StoryId id)
    {
        if (_files.Find(id) is not { } known)
        {
            return false;
        }

        InsertPostings();
        var (story, sequence) = known;
        _counters.Add(story, -1);
        foreach (var posting in PostingsOf(story, sequence))
        {
            _files.Postings.Delete(posting["_id"]);
        }

        foreach (var address in story.ArticleKeys.Select(StoreFiles.AddressId).Where(address => _files.Keys.Get(address)?["q"].AsInt64 == sequence))
        {
            _files.Keys.Delete(address);
        }

        foreach (var entry in story.Carriers.Select(carrier => carrier.Entry).Prepend(story.Id).Distinct())
        {
            var fingerprint = _files.Keys.Get(entry.Value)?["j"].AsString ?? "";
            _files.Keys.Delete(entry.Value);
            _files.Deleted.Upsert(new BsonDocument { ["_id"] = entry.Value, ["j"] = fingerprint });
        }

        _files.Stories.Delete(sequence);
        _files.Bodies.Delete(sequence);
        _changes.Add(new IndexChange(sequence, null, IsNew: false, TextChanged: true));
        return true;
    }

    private void KeepVersion(Story before, Story after, long sequence)
    {
        if (after.Updated == before.Updated)
        {
            return;
        }

        var text = _files.Bodies.Find(sequence).Text;
        if (!StoryVersion.TellsTheSame(before.Title, after.Title) || !StoryVersion.TellsTheSame(text, after.Body?.Text ?? ""))
        {
            _files.Bodies.AddVersion(sequence, new StoryVersion(before.Updated, after.Updated, before.Title, text));
        }
    }

    /// <returns>Whether there is such a story, and it was not to be left alone.</returns>
    private bool Put(StoryChange change)
    {
        if (_files.Find(change.Story) is not { } known || change.Make(known.Story) is not { } story)
        {
            return false;
        }

        if (!story.HasTagsOf(known.Story) || !story.Corrections.SequenceEqual(known.Story.Corrections) || story.Cluster != known.Story.Cluster)
        {
            InsertPostings();
            ReplaceKeepingText(known.Story, story with { Retagged = change.At }, known.Sequence);
        }

        return true;
    }

    private void Add(Story story, PackedBody body, long sequence)
    {
        _counters.Add(story, 1);
        _files.Stories.Insert(StoryDocuments.Write(story, sequence));
        _files.Keys.Insert(KeyOf(story, sequence));
        PutAddresses(story, sequence);
        _files.Bodies.Add(sequence, body);
        _postings.AddRange(PostingsOf(story, sequence));
        _changes.Add(new IndexChange(sequence, story, IsNew: true, TextChanged: true));
    }

    private void Replace(Story before, Story story, PackedBody body, long sequence)
    {
        _counters.Add(before, -1);
        foreach (var posting in PostingsOf(before, sequence))
        {
            _files.Postings.Delete(posting["_id"]);
        }

        _counters.Add(story, 1);
        _files.Stories.Update(StoryDocuments.Write(story, sequence));
        _files.Keys.Update(KeyOf(story, sequence));
        PutAddresses(story, sequence);
        _files.Postings.Insert(PostingsOf(story, sequence));
        _files.Bodies.Replace(sequence, body);
        _changes.Add(new IndexChange(sequence, story, IsNew: false, TextChanged: true));
    }

    /// <summary>Only the lists that the story enters or leaves are touched, and no text.</summary>
    private void ReplaceKeepingText(Story before, Story story, long sequence)
    {
        _counters.Add(before, -1);
        _counters.Add(story, 1);
        _files.Stories.Update(StoryDocuments.Write(story, sequence));
        var old = PostingsOf(before, sequence).ToDictionary(posting => posting["_id"].AsString);
        var now = PostingsOf(story, sequence).ToDictionary(posting => posting["_id"].AsString);
        foreach (var key in old.Keys.Except(now.Keys))
        {
            _files.Postings.Delete(key);
        }

        _files.Postings.Insert(now.Where(posting => !old.ContainsKey(posting.Key)).Select(posting => posting.Value));
        _changes.Add(new IndexChange(sequence, story, IsNew: false, TextChanged: false));
    }

    /// <summary>
    /// Remembers what this commit does to stories that the index of texts holds already, until the index is known to hold that too.
    /// </summary>
    private void PutUnindexed(long secured)
    {
        var changed = _changes.Where(change => !change.IsNew).Select(change => new BsonValue(change.Sequence)).ToList();
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

    /// <summary>Neighbours in the index lie on one page: in their order, each finds its place at hand.</summary>
    private void InsertPostings()
    {
        _postings.Sort((one, other) => string.CompareOrdinal(one["_id"].AsString, other["_id"].AsString));
        foreach (var piece in _postings.Chunk(PostingsAtOnce))
        {
            _files.Work(() => _files.Postings.Insert(piece));
        }

        _postings.Clear();
    }

    /// <summary>An address that several stories have leads to the one stored last: a page that is written anew every day.</summary>
    private void PutAddresses(Story story, long sequence)
    {
        foreach (var key in story.ArticleKeys)
        {
            _files.Keys.Upsert(new BsonDocument { ["_id"] = StoreFiles.AddressId(key), ["q"] = sequence });
        }
    }

    private static BsonDocument KeyOf(Story story, long sequence) =>
        new() { ["_id"] = story.Id.Value, ["q"] = sequence, ["j"] = story.Fingerprint };

    private static IEnumerable<BsonDocument> PostingsOf(Story story, long sequence)
    {
        var place = Postings.Place(story.OrderedAt, story.Id);
        return Postings.ListsOf(story).Select(list => new BsonDocument { ["_id"] = Postings.Key(list, place), ["q"] = sequence });
    }

    /// <summary>What became of a story.</summary>
    private enum Placed
    {
        Added,
        Replaced,
        Carried,

        /// <summary>Not stored, for it was deleted for good.</summary>
        Refused,
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
        _files.Work(Load);
        _broken = false;
    }

    private void Load()
    {
        try
        {
            _counters.Load(_files.Meta);

            // A crash between the two commits leaves bodies whose numbers no story has; those numbers stay unused.
            _lastSequence = Math.Max(_lastSequence, Math.Max(Documents.LastNumber(_files.Stories), _files.Bodies.LastSequence));
        }
        catch (Exception fault)
        {
            throw _files.Listing.Explain(fault);
        }
    }
}
