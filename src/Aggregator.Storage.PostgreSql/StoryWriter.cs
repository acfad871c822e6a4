using Aggregator.Model.Storage;
using Aggregator.Model.Stories;

namespace Aggregator.Storage.PostgreSql;

/// <summary>Turns what callers want stored into one transaction: what becomes of each story is decided here, as every store must decide it.</summary>
internal sealed class StoryWriter(Database database, Nodes nodes)
{
    private readonly KnownLists _lists = new();

    /// <summary>Stores all of these, or none, and sets their results.</summary>
    /// <exception cref="UnstorableException">One of them can never be stored.</exception>
    /// <exception cref="StoreException">Nothing can be stored now.</exception>
    public async Task CommitAsync(IReadOnlyList<Write> writes)
    {
        foreach (var story in writes.SelectMany(write => write.Batch.Stories))
        {
            RefuseUnnamed(story.Id, story.Title);
        }

        var told = await database.WriteAsync(
            async connection =>
            {
                var book = await StoryBook.LoadAsync(connection, database.Schema, writes);
                foreach (var write in writes)
                {
                    Apply(write, book);
                }

                return await StoryFlush.WriteAsync(connection, book, writes, _lists, nodes.Id);
            },
            CancellationToken.None);
        _lists.Add(told);
    }

    private static void Apply(Write write, StoryBook book)
    {
        int added = 0, replaced = 0, carried = 0;
        foreach (var (story, text) in write.Batch.Stories.Zip(write.Texts))
        {
            switch (Put(story, text, book))
            {
                case Placed.Added:
                    added++;
                    break;
                case Placed.Replaced:
                    replaced++;
                    break;
                case Placed.Carried:
                    carried++;
                    break;
            }
        }

        replaced += write.Changes.Count(change => Change(change, book));
        replaced += write.Deletions.Count(story => Delete(story, write, book));
        foreach (var dropped in write.Batch.Dropped)
        {
            RefuseUnnamed(dropped.Id, dropped.Rule);
            book.Remember(dropped);
        }

        foreach (var forgotten in write.Forgotten)
        {
            book.Forget(forgotten, write.ForgottenAt);
        }

        write.Result = new SaveResult(added, replaced) { Carried = carried };
    }

    private static Placed Put(Story story, StoredText text, StoryBook book)
    {
        if (book.IsDeleted(story.Id))
        {
            return Placed.Refused;
        }

        if (book.Find(story.Id) is not { } known)
        {
            book.Forget(story.Id);
            if (book.FindSameArticle(story) is { } same)
            {
                Carry(same, story, book);
                return Placed.Carried;
            }

            book.Add(story, text);
            return Placed.Added;
        }

        if (known.Now!.Id != story.Id)
        {
            Carry(known, story, book);
            return Placed.Carried;
        }

        Replace(known, story, book);
        return Placed.Replaced;
    }

    private static void Replace(BookStory known, Story story, StoryBook book)
    {
        // What a model said of a text holds for that text.
        var before = known.Now!;
        var replacing = story with
        {
            FirstSeen = before.FirstSeen,
            Carriers = before.Carriers,
            OtherAddresses = [.. story.OtherAddresses.Union(before.OtherAddresses).Take(Story.MostAddresses)],
            Opinions = story.Updated == before.Updated ? before.Opinions : story.Opinions,
            Cluster = before.Cluster,
            Joined = before.Joined,
            ApartFrom = before.ApartFrom,
            PinnedAt = before.PinnedAt,
        };
        PutText(known, replacing.WithCorrections(before.Corrections));
        book.PutAddresses(known.Now!);
    }

    /// <summary>Another feed's entry of a stored article: the feed is added to it, and the entry's id leads to it.</summary>
    private static void Carry(BookStory stored, Story come, StoryBook book)
    {
        var before = stored.Now! with { Body = stored.Body };
        var carried = SameArticle.Carry(before, come);
        if (carried.Updated != before.Updated)
        {
            PutText(stored, carried);
        }
        else
        {
            stored.Now = carried;
        }

        book.PutAddresses(carried);
        book.Lead(come, carried.Id);
    }

    /// <summary>Puts a story with its text in place of the one known; where its text tells something else, the old one is kept as a version.</summary>
    private static void PutText(BookStory known, Story story)
    {
        var (before, text, body) = (known.Now!, known.Body, story.Body ?? StoryBody.Empty);
        if (story.Updated != before.Updated
            && (!StoryVersion.TellsTheSame(before.Title, story.Title) || !StoryVersion.TellsTheSame(text.Text, body.Text)))
        {
            known.NewVersions.Add(new StoryVersion(before.Updated, story.Updated, before.Title, text.Text));
        }

        if (body != text || story.Title != before.Title || story.Language != before.Language || story.OrderedAt != before.OrderedAt)
        {
            known.NewText = StoredText.Of(story);
        }

        known.Now = story;
        known.Body = body;
    }

    /// <returns>Whether there is such a story, and it was not to be left alone.</returns>
    private static bool Change(StoryChange change, StoryBook book)
    {
        if (book.Find(change.Story) is not { Now: { } before } known || change.Make(before) is not { } story)
        {
            return false;
        }

        if (!story.HasTagsOf(before) || !story.Corrections.SequenceEqual(before.Corrections) || story.Cluster != before.Cluster || story.PinnedAt != before.PinnedAt)
        {
            known.Now = story with { Retagged = change.At };
        }

        return true;
    }

    private static bool Delete(StoryId id, Write write, StoryBook book)
    {
        if (book.Find(id) is not { } known || write.MayGo?.Invoke(known.Now!) == false)
        {
            return false;
        }

        known.Now = null;
        known.End = write.End;
        return true;
    }

    private static void RefuseUnnamed(StoryId id, string title)
    {
        if (!StoryId.TryParse(id.Value, out _))
        {
            throw new UnstorableException($"the story \"{(title.Length > 100 ? title[..100] + "..." : title)}\" cannot be stored: its id is not 24 hex digits.");
        }
    }

    /// <summary>What became of a story.</summary>
    private enum Placed
    {
        Added,
        Replaced,
        Carried,
        Refused,
    }
}
