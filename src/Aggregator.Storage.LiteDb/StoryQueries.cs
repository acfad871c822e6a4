using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Storage.LiteDb.Search;
using LiteDB;
using Microsoft.Data.Sqlite;

namespace Aggregator.Storage.LiteDb;

/// <summary>Answers questions about stories, from the files and the index of their texts. Safe for concurrent use.</summary>
internal sealed class StoryQueries(StoreFiles files, IndexKeeper texts)
{
    /// <summary>Stories compared when they are to be ordered by relevance: the newest that fit.</summary>
    private const int MostCompared = 1_000;

    private SearchIndex TextIndex => texts.Whole ?? throw new InvalidOperationException("texts cannot be searched now");

    /// <summary>One page of stories.</summary>
    public StoryPage Find(StoryQuery query, CancellationToken cancellationToken) => Search(() => query.ByRelevance ? Rank(query, cancellationToken) : List(query, cancellationToken));

    /// <summary>Counts the stories that a query finds.</summary>
    public StoryFacets Count(StoryQuery query, CancellationToken cancellationToken) => Search(() => SearchReader.Count(TextIndex, query, cancellationToken));

    /// <summary>A story with its body, by its own id or by that of another feed's entry of the same article. Null: no such story.</summary>
    public Story? Find(StoryId id) => files.Read(() => files.Find(id) is { } found ? found.Story with { Body = files.Bodies.Find(found.Sequence) } : null);

    /// <summary>The stored story of which another is the article. Null: there is none.</summary>
    public Story? FindSameArticle(Story story) => files.Read(() => files.FindSameArticle(story)?.Story);

    /// <summary>The texts a story had before, the newest first.</summary>
    public IReadOnlyList<StoryVersion> ListVersions(StoryId id) => files.Read(() => files.Find(id) is { } found ? files.Bodies.FindVersions(found.Sequence) : []);

    /// <summary>The fingerprints of the entries that are stored, or deleted for good.</summary>
    public IReadOnlyDictionary<StoryId, string> FindFingerprints(IEnumerable<StoryId> ids) => files.Read(() =>
    {
        var found = new Dictionary<StoryId, string>();
        foreach (var id in ids)
        {
            if ((files.Keys.Get(id.Value) ?? files.Deleted.Get(id.Value)) is { } key)
            {
                found[id] = key["j"].AsString;
            }
        }

        return found;
    });

    /// <summary>What is remembered of stories that a rule dropped.</summary>
    public IReadOnlyDictionary<StoryId, DroppedStory> FindDropped(IEnumerable<StoryId> ids) => files.Read(() => ids.Distinct()
        .Select(id => files.Dropped.Get(id.Value))
        .OfType<BsonDocument>()
        .Select(DroppedDocuments.Read)
        .ToDictionary(dropped => dropped.Id));

    /// <summary>Makes the index of texts anew.</summary>
    /// <param name="lastSequence">Tells the number of the last story there is.</param>
    /// <param name="progress">Told how many stories are done.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RebuildIndexAsync(Func<long> lastSequence, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        try
        {
            await texts.RebuildAsync(lastSequence, progress, cancellationToken);
        }
        catch (Exception fault) when (fault is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw Explain(fault);
        }
    }

    private StoryPage List(StoryQuery query, CancellationToken cancellationToken)
    {
        var stories = new List<Story>(query.Limit);
        using var cursor = Postings.Open(files, query.Text is null ? null : TextIndex, query);
        for (; cursor.Current is not null && stories.Count < query.Limit; cursor.MoveNext())
        {
            cancellationToken.ThrowIfCancellationRequested();

            // A posting without its story was removed while this page was read.
            if (files.Find(cursor.Sequence, query.WithBody) is { } story)
            {
                stories.Add(story);
            }
        }

        return new StoryPage(stories, cursor.Current is not null ? StoryCursor.After(stories[^1]) : null);
    }

    private StoryPage Rank(StoryQuery query, CancellationToken cancellationToken)
    {
        var text = query.Text ?? throw new InvalidOperationException("stories come by relevance only where a text is asked for");
        var index = TextIndex;
        var fitting = new List<long>();
        using var cursor = Postings.Open(files, index, query);
        for (; cursor.Current is not null && fitting.Count < MostCompared; cursor.MoveNext())
        {
            cancellationToken.ThrowIfCancellationRequested();
            fitting.Add(cursor.Sequence);
        }

        var scores = SearchReader.Score(index, text, fitting);
        var stories = fitting.OrderBy(sequence => scores.GetValueOrDefault(sequence)).Select(sequence => files.Find(sequence, query.WithBody)).OfType<Story>().Take(query.Limit);
        return new StoryPage([.. stories], null) { ComparedOnly = cursor.Current is null ? null : MostCompared };
    }

    /// <summary>Asks the index of texts; what goes wrong with it is told as a fault of the store.</summary>
    private T Search<T>(Func<T> ask)
    {
        try
        {
            return ask();
        }
        catch (Exception fault) when (fault is SqliteException or IOException or ObjectDisposedException)
        {
            throw Explain(fault);
        }
    }

    private StoreException Explain(Exception fault)
    {
        texts.GiveUp();
        return new StoreException($"the index of texts, {Path.Combine(files.Folder, LiteDbStoryStore.IndexFile)}, cannot be used: {IoFault.Words(fault)}. Nothing is lost: see that its disk has space and that this user may write there, and make the index again.", fault);
    }
}
