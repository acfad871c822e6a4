using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Storage.LiteDb.Search;
using LiteDB;

namespace Aggregator.Storage.LiteDb;

/// <summary>
/// What the commit under way does to stories: the files' documents, the lists the stories are in, the counts, and what the index of texts is told. Belongs to the
/// writer's thread, which holds the files' turn, but for <see cref="InsertPostings"/>, which takes it piece by piece.
/// </summary>
internal sealed class StoryEdits(StoreFiles files, StoreCounters counters, KeptOrder order)
{
    /// <summary>How many postings are inserted while readers wait: about a millisecond's work.</summary>
    private const int PostingsAtOnce = 64;

    /// <summary>Postings of new stories that are yet to be inserted, all at once and in the order of their keys.</summary>
    private readonly List<BsonDocument> _postings = [];
    private readonly List<IndexChange> _changes = [];
    private long _lastSequence;

    /// <summary>What became of a story.</summary>
    public enum Placed
    {
        Added,
        Replaced,
        Carried,

        /// <summary>Not stored, for it was deleted for good.</summary>
        Refused,
    }

    /// <summary>What was done to stories since <see cref="Begin"/>, for the index of texts.</summary>
    public IReadOnlyList<IndexChange> Changes => _changes;

    /// <summary>The last number given to a story. It is never taken back, or a later story would overwrite another.</summary>
    public long LastSequence => Interlocked.Read(ref _lastSequence);

    /// <summary>A commit begins.</summary>
    public void Begin()
    {
        _postings.Clear();
        _changes.Clear();
    }

    /// <summary>Takes over the files' last number. Those of a crash between the two commits, bodies that no story has, stay unused.</summary>
    public void Load() => _lastSequence = Math.Max(_lastSequence, Math.Max(Documents.LastNumber(files.Stories), files.Bodies.LastSequence));

    /// <summary>Stores a story.</summary>
    public Placed Put(Story story, PackedBody body)
    {
        if (files.Find(story.Id) is not { } known)
        {
            if (files.Deleted.Get(story.Id.Value) is not null)
            {
                return Placed.Refused;
            }

            Forget(story.Id);
            if (files.FindSameArticle(story) is { } same)
            {
                Carry(same.Story, story, same.Sequence);
                return Placed.Carried;
            }

            Add(story, body, Interlocked.Increment(ref _lastSequence));
            return Placed.Added;
        }

        if (known.Story.Id != story.Id)
        {
            Carry(known.Story with { Body = files.Bodies.Find(known.Sequence) }, story, known.Sequence);
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
            PinnedAt = known.Story.PinnedAt,
        };
        KeepVersion(known.Story, replacing, known.Sequence);
        Replace(known.Story, replacing.WithCorrections(known.Story.Corrections), body, known.Sequence);
        return Placed.Replaced;
    }

    /// <summary>Stores what else is said of a story.</summary>
    /// <returns>Whether there is such a story, and it was not to be left alone.</returns>
    public bool Put(StoryChange change)
    {
        if (files.Find(change.Story) is not { } known || change.Make(known.Story) is not { } story)
        {
            return false;
        }

        if (!story.HasTagsOf(known.Story) || !story.Corrections.SequenceEqual(known.Story.Corrections) || story.Cluster != known.Story.Cluster || story.PinnedAt != known.Story.PinnedAt)
        {
            InsertPostings();
            ReplaceKeepingText(known.Story, story with { Retagged = change.At }, known.Sequence);
        }

        return true;
    }

    /// <summary>Remembers a dropped story.</summary>
    public void Put(DroppedStory dropped)
    {
        Forget(dropped.Id);
        files.Dropped.Insert(DroppedDocuments.Write(dropped));
        counters.AddDropped(dropped.Rule, 1);
    }

    /// <summary>Deletes a story.</summary>
    /// <returns>Whether there was one.</returns>
    public bool Delete(StoryId id, StoryEnd end)
    {
        if (files.Find(id) is not { } known)
        {
            return false;
        }

        InsertPostings();
        Delete(known.Story, known.Sequence, end);
        return true;
    }

    /// <summary>Drops the stories that go first.</summary>
    /// <param name="most">How many at most.</param>
    /// <returns>How many there were.</returns>
    public int DropFirst(int most)
    {
        files.Work(InsertPostings);
        var dropped = 0;
        if (!order.IsRanked)
        {
            // Which have no topic is not known yet of files that an earlier program wrote.
            foreach (var sequence in files.Read(() => Postings.Oldest(files, most)))
            {
                files.Work(() => dropped += files.Stories.Get(sequence) is { } document && Drop(StoryDocuments.Read(document), sequence, isLast: true) ? 1 : 0);
            }

            return dropped;
        }

        var spare = StoryRetention.SpareUntagged(order.CountOf(KeepRank.Untagged), order.CountOf(KeepRank.Tagged));
        foreach (var (rank, upTo) in ((KeepRank Rank, long UpTo)[])[(KeepRank.Untagged, spare), (KeepRank.Tagged, most), (KeepRank.Untagged, most), (KeepRank.Pinned, most)])
        {
            var some = (int)Math.Min(upTo, most - dropped);
            foreach (var posting in some > 0 ? files.Read(() => Postings.Oldest(files, Postings.Rank(rank), some)) : [])
            {
                dropped += Drop(posting, isLast: rank != KeepRank.Untagged, _ => true);
            }
        }

        return dropped;
    }

    /// <summary>Drops stories that were found to be too old or too many, if they still are as they were then, and not pinned.</summary>
    /// <returns>How many there were.</returns>
    public int Drop(IReadOnlyList<Doomed> stories)
    {
        if (stories.Count > 0)
        {
            files.Work(InsertPostings);
        }

        return stories.Sum(doomed => Drop(doomed.Posting, doomed.IsLast, story => !story.IsPinned && (doomed.Group is null || order.GroupOf(story) == doomed.Group)));
    }

    /// <summary>Puts some stories where they belong in the order in which they go.</summary>
    public void SortSome(int most)
    {
        files.Work(InsertPostings);
        order.SortSome(most);
    }

    /// <summary>Neighbours in the index lie on one page: in their order, each finds its place at hand.</summary>
    public void InsertPostings()
    {
        _postings.Sort((one, other) => string.CompareOrdinal(one["_id"].AsString, other["_id"].AsString));
        foreach (var piece in _postings.Chunk(PostingsAtOnce))
        {
            files.Work(() => files.Postings.Insert(piece));
        }

        _postings.Clear();
    }

    /// <summary>Drops the story of a posting; the posting alone, if there is no such story.</summary>
    private int Drop(BsonDocument posting, bool isLast, Func<Story, bool> mayGo)
    {
        var dropped = 0;
        files.Work(() =>
        {
            if (files.Stories.Get(posting["q"]) is not { } document)
            {
                files.Postings.Delete(posting["_id"]);
            }
            else if (files.Postings.Get(posting["_id"]) is not null && StoryDocuments.Read(document) is var story)
            {
                if (mayGo(story))
                {
                    dropped = Drop(story, posting["q"].AsInt64, isLast) ? 1 : 0;
                }
                else if (!story.IsPinned)
                {
                    order.Refile(story, posting);
                }
            }
        });
        return dropped;
    }

    /// <param name="story">The story.</param>
    /// <param name="sequence">Its number.</param>
    /// <param name="isLast">Whether none is kept that is as old, or only by the user's pin.</param>
    private bool Drop(Story story, long sequence, bool isLast)
    {
        if (story.IsPinned && !order.IsRanked)
        {
            return false;
        }

        Delete(story, sequence, StoryEnd.Forgotten);
        if (isLast && !story.IsPinned)
        {
            counters.KeepSince(story.OrderedAt);
        }

        return true;
    }

    /// <summary>What is remembered of a dropped story ends.</summary>
    public void Forget(StoryId dropped)
    {
        if (files.Dropped.Get(dropped.Value) is { } document)
        {
            files.Dropped.Delete(dropped.Value);
            counters.AddDropped(DroppedDocuments.Read(document).Rule, -1);
        }
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
            PutAddresses(carried, sequence, stored);
        }

        files.Keys.Upsert(KeyOf(come, sequence));
    }

    private void Delete(Story story, long sequence, StoryEnd end)
    {
        counters.Add(story, -1);
        order.Leave(story);
        foreach (var posting in PostingsOf(story, sequence))
        {
            files.Postings.Delete(posting["_id"]);
        }

        DeleteAddresses(story.ArticleKeys, sequence);
        foreach (var entry in story.Carriers.Select(carrier => carrier.Entry).Prepend(story.Id).Distinct())
        {
            var fingerprint = files.Keys.Get(entry.Value)?["j"].AsString ?? "";
            files.Keys.Delete(entry.Value);
            if (end == StoryEnd.ForGood)
            {
                files.Deleted.Upsert(new BsonDocument { ["_id"] = entry.Value, ["j"] = fingerprint });
            }
        }

        files.Stories.Delete(sequence);
        files.Bodies.Delete(sequence);
        _changes.Add(new IndexChange(sequence, null, IsNew: false, TextChanged: true));
    }

    private void KeepVersion(Story before, Story after, long sequence)
    {
        if (after.Updated == before.Updated)
        {
            return;
        }

        var text = files.Bodies.Find(sequence).Text;
        if (!StoryVersion.TellsTheSame(before.Title, after.Title) || !StoryVersion.TellsTheSame(text, after.Body?.Text ?? ""))
        {
            files.Bodies.AddVersion(sequence, new StoryVersion(before.Updated, after.Updated, before.Title, text));
        }
    }

    private void Add(Story story, PackedBody body, long sequence)
    {
        counters.Add(story, 1);
        files.Stories.Insert(StoryDocuments.Write(story, sequence));
        files.Keys.Insert(KeyOf(story, sequence));
        PutAddresses(story, sequence);
        files.Bodies.Add(sequence, body);
        _postings.AddRange(PostingsOf(story, sequence));
        _postings.AddRange(order.Enter(story, sequence, StorySize.Of(story, body.Bytes.Length)));
        _changes.Add(new IndexChange(sequence, story, IsNew: true, TextChanged: true));
    }

    private void Replace(Story before, Story story, PackedBody body, long sequence)
    {
        counters.Add(before, -1);
        foreach (var posting in PostingsOf(before, sequence))
        {
            files.Postings.Delete(posting["_id"]);
        }

        counters.Add(story, 1);
        files.Stories.Update(StoryDocuments.Write(story, sequence));
        files.Keys.Update(KeyOf(story, sequence));
        PutAddresses(story, sequence, before);
        files.Postings.Insert(PostingsOf(story, sequence));
        order.Move(before, story, sequence, body.Bytes.Length);
        files.Bodies.Replace(sequence, body);
        _changes.Add(new IndexChange(sequence, story, IsNew: false, TextChanged: true));
    }

    /// <summary>Only the lists that the story enters or leaves are touched, and no text.</summary>
    private void ReplaceKeepingText(Story before, Story story, long sequence)
    {
        counters.Add(before, -1);
        counters.Add(story, 1);
        files.Stories.Update(StoryDocuments.Write(story, sequence));
        var old = PostingsOf(before, sequence).ToDictionary(posting => posting["_id"].AsString);
        var now = PostingsOf(story, sequence).ToDictionary(posting => posting["_id"].AsString);
        foreach (var key in old.Keys.Except(now.Keys))
        {
            files.Postings.Delete(key);
        }

        files.Postings.Insert(now.Where(posting => !old.ContainsKey(posting.Key)).Select(posting => posting.Value));
        order.Move(before, story, sequence, textBytes: null);
        _changes.Add(new IndexChange(sequence, story, IsNew: false, TextChanged: false));
    }

    /// <summary>
    /// An address that several stories have leads to the one stored last: a page that is written anew every day. One that the story had before (null: it is new)
    /// and has no more leads nowhere.
    /// </summary>
    private void PutAddresses(Story story, long sequence, Story? before = null)
    {
        DeleteAddresses(before?.ArticleKeys.Except(story.ArticleKeys) ?? [], sequence);
        foreach (var key in story.ArticleKeys)
        {
            files.Keys.Upsert(new BsonDocument { ["_id"] = StoreFiles.AddressId(key), ["q"] = sequence });
        }
    }

    /// <summary>Of these keys of articles, those that lead to a story do so no more.</summary>
    private void DeleteAddresses(IEnumerable<string> articleKeys, long sequence)
    {
        foreach (var address in articleKeys.Select(StoreFiles.AddressId).Where(address => files.Keys.Get(address)?["q"].AsInt64 == sequence))
        {
            files.Keys.Delete(address);
        }
    }

    private static BsonDocument KeyOf(Story story, long sequence) =>
        new() { ["_id"] = story.Id.Value, ["q"] = sequence, ["j"] = story.Fingerprint };

    private static IEnumerable<BsonDocument> PostingsOf(Story story, long sequence)
    {
        var place = Postings.Place(story.OrderedAt, story.Id);
        return Postings.ListsOf(story).Select(list => new BsonDocument { ["_id"] = Postings.Key(list, place), ["q"] = sequence });
    }
}
