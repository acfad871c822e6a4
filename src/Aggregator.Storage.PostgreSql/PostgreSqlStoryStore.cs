using System.Data.Common;
using Aggregator.Model.Feeds;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Model.Topics;
using Npgsql;

namespace Aggregator.Storage.PostgreSql;

/// <summary>
/// The store on a PostgreSQL server (14 or later), for several processes at once: each is handed other feeds, and what they store comes together as if one had
/// stored it. Safe for concurrent use. What is reported stored is on the server's disk. A server that is away is told with every call, and is used
/// again as soon as it answers.
/// </summary>
public sealed class PostgreSqlStoryStore : IStoryStore
{
    private readonly Database _database;
    private readonly Nodes _nodes;
    private readonly Upkeep _upkeep;
    private readonly Changes _changes;
    private readonly FeedTable _feeds;
    private readonly SubscriptionTable _subscriptions;
    private readonly TextIndex _texts;
    private readonly WriteQueue _writes;
    private readonly Retention _retention;
    private bool _disposed;

    private PostgreSqlStoryStore(Database database, PostgreSqlStoryStoreOptions options, TimeProvider clock)
    {
        _database = database;
        _texts = new TextIndex(database);
        _nodes = new Nodes(database, options);
        _changes = new Changes(database, _nodes);
        _upkeep = new Upkeep(database, clock, async (connection, cancellationToken) =>
        {
            await _texts.LookAsync(connection, cancellationToken);
            await Counts.FoldAsync(connection, cancellationToken);
            await Changes.ForgetAsync(connection, cancellationToken);
        });
        _feeds = new FeedTable(database, _nodes);
        _subscriptions = new SubscriptionTable(database);
        _writes = new WriteQueue(new StoryWriter(database, _nodes).CommitAsync, options.Writers, options.StoriesPerCommit);
        _retention = new Retention(database, options.Retention, ForgetAsync, DropAsync);
    }

    /// <inheritdoc/>
    public bool CanSearchText => _texts.CanSearch;

    /// <summary>This process's number among the nodes, for tests.</summary>
    internal Guid Node => _nodes.Id;

    /// <summary>How other tables beside the store's are reached: those of a scheduler that the processes share.</summary>
    /// <exception cref="StoreException">The connection string cannot be read.</exception>
    public static (DbProviderFactory Factory, string ConnectionString) ConnectionOf(PostgreSqlStoryStoreOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var settings = Database.SettingsOf(options);
        settings.ApplicationName += " scheduler";
        settings.MaxPoolSize = 5;
        settings.PersistSecurityInfo = true; // the scheduler reads it back from the connection
        return (NpgsqlFactory.Instance, settings.ConnectionString);
    }

    /// <summary>Opens the store, making or bringing up to date what is missing on the server.</summary>
    /// <exception cref="StoreException">The server cannot be reached or refuses, the connection string cannot be read, or the tables are from a newer program.</exception>
    public static async Task<PostgreSqlStoryStore> OpenAsync(PostgreSqlStoryStoreOptions options, TimeProvider clock, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        var database = Database.Of(options);
        try
        {
            await Migrator.ApplyAsync(database, cancellationToken);
            var store = new PostgreSqlStoryStore(database, options, clock);
            await store._nodes.StartAsync(cancellationToken);
            await store._database.ReadAsync(
                async connection =>
                {
                    await store._texts.LookAsync(connection, cancellationToken);
                    return true;
                },
                cancellationToken);
            return store;
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public Task ActivateFeedsAsync(IReadOnlyCollection<FeedActivation> feeds, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(feeds);
        return _feeds.ActivateAsync(feeds, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<FeedState>> ListFeedStatesAsync(CancellationToken cancellationToken) => _feeds.ListAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<FeedState?> FindFeedStateAsync(FeedId feed, CancellationToken cancellationToken) => _feeds.FindAsync(feed, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<FeedState>> ClaimDueFeedsAsync(DateTimeOffset now, int limit, TimeSpan lease, CancellationToken cancellationToken) =>
        _feeds.ClaimAsync(now, limit, lease, cancellationToken);

    /// <inheritdoc/>
    public Task<bool> HastenPollAsync(FeedId feed, DateTimeOffset at, string reason, CancellationToken cancellationToken) =>
        _feeds.HastenAsync(feed, at, reason, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<HubSubscription>> ListSubscriptionsAsync(CancellationToken cancellationToken) => _subscriptions.ListAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<HubSubscription?> FindSubscriptionAsync(string token, CancellationToken cancellationToken) => _subscriptions.FindAsync(token, cancellationToken);

    /// <inheritdoc/>
    public Task<HubSubscription?> FindSubscriptionAsync(FeedId feed, CancellationToken cancellationToken) => _subscriptions.FindAsync(feed, cancellationToken);

    /// <inheritdoc/>
    public Task SaveSubscriptionAsync(HubSubscription subscription, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(subscription);
        return _subscriptions.SaveAsync(subscription, cancellationToken);
    }

    /// <inheritdoc/>
    public Task RemoveSubscriptionAsync(string token, CancellationToken cancellationToken) => _subscriptions.RemoveAsync(token, cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<StoryId, string>> FindFingerprintsAsync(IReadOnlyCollection<StoryId> stories, CancellationToken cancellationToken) =>
        await _database.ReadAsync(connection => StoryQueries.FingerprintsAsync(connection, stories, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<StoryId, DroppedStory>> FindDroppedAsync(IReadOnlyCollection<StoryId> stories, CancellationToken cancellationToken) =>
        await _database.ReadAsync(connection => StoryQueries.DroppedAsync(connection, stories, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public async Task<SaveResult> SaveAsync(StoryBatch batch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var claim = batch.Feed is { } feed ? _feeds.ClaimOn(feed.Id) : null;
        var result = await _writes.SaveAsync(new Write(batch) { Claim = claim }, cancellationToken);
        if (claim is not null)
        {
            _feeds.EndClaim(batch.Feed!.Id, claim.Value);
        }

        return result;
    }

    /// <inheritdoc/>
    public Task<int> RetagAsync(IReadOnlyCollection<StoryTagging> stories, DateTimeOffset at, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stories);
        return ChangeAsync(
            stories.Select(tags => new StoryChange(
                tags.Story, story => story.Updated == tags.Updated ? story.WithFound(tags.Topics, tags.Entities) with { Rules = tags.Rules, Opinions = tags.Opinions ?? story.Opinions } : null, at)),
            cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<bool> CorrectAsync(StoryId story, TopicCorrection correction, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(correction);
        return await ChangeAsync([new StoryChange(story, known => known.WithCorrection(correction), correction.At)], cancellationToken) > 0;
    }

    /// <inheritdoc/>
    public async Task<bool> UndoCorrectionAsync(StoryId story, string slug, DateTimeOffset at, CancellationToken cancellationToken) =>
        await ChangeAsync([new StoryChange(story, known => known.WithoutCorrection(slug), at)], cancellationToken) > 0;

    /// <inheritdoc/>
    public async Task<bool> PinAsync(StoryId story, bool pinned, DateTimeOffset at, CancellationToken cancellationToken) =>
        await ChangeAsync([new StoryChange(story, known => known.IsPinned == pinned ? known : known with { PinnedAt = pinned ? at : null }, at)], cancellationToken) > 0;

    /// <inheritdoc/>
    public async Task<int> JoinClustersAsync(ClusterId joined, ClusterId into, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var stories = await _database.ReadAsync(
            connection => Sql.ListAsync(
                Sql.Command(connection, "select id from stories where cluster = $1", PgText.Of(joined.Value)), row => StoryKey.Id(row.GetFieldValue<byte[]>(0)), cancellationToken),
            cancellationToken);
        return await ChangeAsync(stories.Select(id => new StoryChange(id, story => story.Cluster == joined ? story with { Cluster = into } : null, at)), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<int> SplitClusterAsync(ClusterSplit split, DateTimeOffset at, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(split);
        return ChangeAsync(
            split.Stories.Select(id => new StoryChange(
                id,
                story => story.Cluster == split.From
                    ? story with { Cluster = split.Into, Joined = null, ApartFrom = [.. story.ApartFrom.Union(split.ApartFrom)] }
                    : null,
                at)),
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<int> ReclusterAsync(IReadOnlyCollection<StoryClustering> stories, DateTimeOffset at, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stories);
        var changes = stories.Select(found => new StoryChange(
            found.Story, story => story.Cluster == found.From ? story with { Cluster = found.Cluster, Joined = found.Joined } : null, at));
        return ChangeAsync(changes, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<HostLesson>> ListHostLessonsAsync(CancellationToken cancellationToken) => _database.ReadAsync<IReadOnlyList<HostLesson>>(
        async connection => await Sql.ListAsync(
            Sql.Command(connection, "select host, held_until, spacing, learned_at from hosts"),
            row => new HostLesson(row.GetString(0))
            {
                HeldUntil = row.IsDBNull(1) ? null : StoryKey.Instant(row.GetInt64(1)),
                Spacing = TimeSpan.FromSeconds(row.GetDouble(2)),
                LearnedAt = StoryKey.Instant(row.GetInt64(3)),
            },
            cancellationToken),
        cancellationToken);

    /// <inheritdoc/>
    public Task<Story?> FindStoryAsync(StoryId story, CancellationToken cancellationToken) =>
        _database.ReadAsync(connection => StoryQueries.FindAsync(connection, story, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<Story?> FindSameArticleAsync(Story story, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(story);
        return _database.ReadAsync(connection => StoryQueries.FindSameArticleAsync(connection, story, cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<StoryVersion>> ListVersionsAsync(StoryId story, CancellationToken cancellationToken) =>
        await _database.ReadAsync(connection => StoryQueries.ListVersionsAsync(connection, story, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<StoryPage> QueryAsync(StoryQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.Limit, StoryQuery.MaxLimit);
        if (query.ByRelevance && query.Text is null)
        {
            throw new InvalidOperationException("stories come by relevance only where a text is asked for");
        }

        RefuseTexts(query);
        return _database.ReadAsync(connection => StoryQueries.PageAsync(connection, query, cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<StoryFacets> CountFacetsAsync(StoryQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (query.Cluster is not null || query.SavedFeed is not null || query.Corrected || query.Pinned)
        {
            throw new InvalidOperationException("stories are not counted by cluster, saved feed, correction or pin");
        }

        RefuseTexts(query);
        return _database.ReadAsync(connection => FacetQueries.CountAsync(connection, query, cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public Task RebuildTextIndexAsync(IProgress<long>? progress, CancellationToken cancellationToken) => _texts.RebuildAsync(progress, cancellationToken);

    /// <inheritdoc/>
    public async Task<int> DeleteStoriesAsync(IReadOnlyCollection<StoryId> stories, StoryEnd fate, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stories);
        return stories.Count == 0 ? 0 : (await _writes.SaveAsync(new Write(StoryBatch.Empty) { Deletions = [.. stories.Distinct()], End = fate }, cancellationToken)).Replaced;
    }

    /// <inheritdoc/>
    public Task<bool> ForgetFeedAsync(FeedId feed, CancellationToken cancellationToken) => _feeds.ForgetAsync(feed, cancellationToken);

    /// <inheritdoc/>
    public KeepRules Kept => _retention.Kept;

    /// <inheritdoc/>
    public void Keep(StoryRetention limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        _retention.Keep(limits);
    }

    /// <inheritdoc/>
    public Task<int> RetainAsync(DateTimeOffset now, CancellationToken cancellationToken) => _retention.ApplyAsync(now, cancellationToken);

    /// <inheritdoc/>
    public Task<KeptAmounts> MeasureKeptAsync(CancellationToken cancellationToken) =>
        _database.ReadAsync(connection => Retention.MeasureAsync(connection, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<KeptStory>> ListKeptAsync(KeptQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        return _database.ReadAsync(connection => Keeping.ListAsync(connection, query, cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public Task BackUpAsync(Func<string, Stream, Task> write, CancellationToken cancellationToken) => throw new NotSupportedException(
        $"The stories lie on the PostgreSQL server {_database.Server}. Back them up with its own means, for example: pg_dump --format=custom --schema={_database.Schema}");

    /// <inheritdoc/>
    public Task<string?> ReplaceAsync(string source, string aside, CancellationToken cancellationToken) => throw new NotSupportedException(
        $"The stories lie on the PostgreSQL server {_database.Server}. Put them back with its own means: stop all processes, then pg_restore --clean --schema={_database.Schema}");

    /// <inheritdoc/>
    public Task<OthersChanges> TakeOthersChangesAsync(CancellationToken cancellationToken) => _changes.TakeAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<StoreCounts> CountAsync(CancellationToken cancellationToken) => _database.ReadAsync(
        async connection => await Retention.AddToAsync(await Counts.ReadAsync(connection, cancellationToken), connection, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_disposed)
        {
            _disposed = true;
            await _writes.DisposeAsync();
            await _upkeep.DisposeAsync();
            await _nodes.DisposeAsync();
            await _database.DisposeAsync();
        }
    }

    private async Task ForgetAsync(IReadOnlyCollection<StoryId> dropped, DateTimeOffset now, CancellationToken cancellationToken) =>
        await _writes.SaveAsync(new Write(StoryBatch.Empty) { Forgotten = dropped, ForgottenAt = now }, cancellationToken);

    private async Task<int> DropAsync(IReadOnlyCollection<StoryId> stories, Func<Story, bool> mayGo, CancellationToken cancellationToken) => stories.Count == 0
        ? 0
        : (await _writes.SaveAsync(new Write(StoryBatch.Empty) { Deletions = [.. stories], End = StoryEnd.Forgotten, MayGo = mayGo }, cancellationToken)).Replaced;

    private async Task<int> ChangeAsync(IEnumerable<StoryChange> changes, CancellationToken cancellationToken) =>
        changes.ToList() is { Count: > 0 } some
            ? (await _writes.SaveAsync(new Write(StoryBatch.Empty) { Changes = some }, cancellationToken)).Replaced
            : 0;

    private void RefuseTexts(StoryQuery query)
    {
        if (query.Text is not null && !CanSearchText)
        {
            throw new InvalidOperationException("the texts cannot be searched now: their index is being made, or has failed");
        }
    }
}
