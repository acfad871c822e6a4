using Aggregator.Model.Feeds;
using Aggregator.Model.Stories;
using Aggregator.Model.Topics;

namespace Aggregator.Model.Storage;

/// <summary>
/// The store: the one port between the service and whatever keeps its data. Safe for concurrent use. Infrastructure faults (disk full,
/// file damaged, server away) are thrown as <see cref="StoreException"/>.
/// </summary>
public interface IStoryStore : IAsyncDisposable
{
    /// <summary>
    /// Makes exactly these feeds the ones that <see cref="ClaimDueFeedsAsync"/> hands out. A feed not known yet gets a new state, due at
    /// its <see cref="FeedActivation.FirstPoll"/>; a known one keeps its state, except that one with another address forgets what the
    /// old address answered and is due at its FirstPoll, as is a <see cref="FeedHealth.Gone"/> feed that an earlier activation of this
    /// process had left out. Feeds left out keep their state and stories, and rest.
    /// </summary>
    Task ActivateFeedsAsync(IReadOnlyCollection<FeedActivation> feeds, CancellationToken cancellationToken);

    /// <summary>The states of all feeds ever activated, in no order.</summary>
    Task<IReadOnlyList<FeedState>> ListFeedStatesAsync(CancellationToken cancellationToken);

    /// <summary>A feed's state. Null: never activated.</summary>
    Task<FeedState?> FindFeedStateAsync(FeedId feed, CancellationToken cancellationToken);

    /// <summary>
    /// Takes up to <paramref name="limit"/> active feeds whose <see cref="FeedState.NextPoll"/> is <paramref name="now"/> or earlier, the
    /// longest due first, and holds them for this caller until the feed's state is saved or <paramref name="lease"/> has passed. Feeds
    /// that are <see cref="FeedHealth.Gone"/> are never due. A feed whose last poll or plan (<see cref="FeedState.PlannedAt"/>) lies in the future is due, and one that
    /// this process holds for longer than a lease from now is not held: the clock was wrong then.
    /// </summary>
    Task<IReadOnlyList<FeedState>> ClaimDueFeedsAsync(DateTimeOffset now, int limit, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>
    /// Makes a feed due at <paramref name="at"/>, but not before its <see cref="FeedState.QuietUntil"/>, if it is active and would be due
    /// later; a <see cref="FeedHealth.Gone"/> feed is woken. <paramref name="reason"/> is told as the reason of that poll.
    /// </summary>
    /// <returns>Whether the feed is active.</returns>
    Task<bool> HastenPollAsync(FeedId feed, DateTimeOffset at, string reason, CancellationToken cancellationToken);

    /// <summary>All subscriptions at hubs, in no order.</summary>
    Task<IReadOnlyList<HubSubscription>> ListSubscriptionsAsync(CancellationToken cancellationToken);

    /// <summary>The subscription of this <see cref="HubSubscription.Token"/>. Null: there is none.</summary>
    Task<HubSubscription?> FindSubscriptionAsync(string token, CancellationToken cancellationToken);

    /// <summary>The subscription of a feed that is not <see cref="HubState.Ending"/>. Null: there is none.</summary>
    Task<HubSubscription?> FindSubscriptionAsync(FeedId feed, CancellationToken cancellationToken);

    /// <summary>Stores a subscription, in place of the one of the same token; returns once it is stored for good.</summary>
    Task SaveSubscriptionAsync(HubSubscription subscription, CancellationToken cancellationToken);

    /// <summary>Forgets a subscription, if there is one of this token.</summary>
    Task RemoveSubscriptionAsync(string token, CancellationToken cancellationToken);

    /// <summary>The <see cref="Story.Fingerprint"/> of each of these stories that is stored.</summary>
    Task<IReadOnlyDictionary<StoryId, string>> FindFingerprintsAsync(IReadOnlyCollection<StoryId> stories, CancellationToken cancellationToken);

    /// <summary>What is remembered of each of these stories that a rule dropped (<see cref="StoryBatch.Dropped"/>).</summary>
    Task<IReadOnlyDictionary<StoryId, DroppedStory>> FindDroppedAsync(IReadOnlyCollection<StoryId> stories, CancellationToken cancellationToken);

    /// <summary>
    /// Stores what a poll brought, whole or not at all, and returns once it is stored for good. A story whose id is stored already
    /// replaces the old one, keeping the old <see cref="Story.FirstSeen"/>, its cluster, and its <see cref="Story.Corrections"/>, which hold
    /// for the new topics too (<see cref="CorrectedTags"/>); where its text tells something else, the old one is kept as a version. A new story
    /// that is the article of a stored one (<see cref="SameArticle"/>) is not stored again: its feed becomes a carrier of that one, to which its
    /// id leads from then on. A story that was deleted for good is not stored. The feed's state, if given, becomes visible together with the stories and ends the caller's claim.
    /// </summary>
    Task<SaveResult> SaveAsync(StoryBatch batch, CancellationToken cancellationToken);

    /// <summary>
    /// Gives stories other tags and changes nothing else of them but <see cref="Story.Retagged"/>; their corrections hold. A story that
    /// was stored again since its text was read, or is gone, is left alone.
    /// </summary>
    /// <returns>How many stories were given their tags.</returns>
    Task<int> RetagAsync(IReadOnlyCollection<StoryTagging> stories, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>
    /// Lays the user's word over a story's topics, in place of what was said of the same topic before, and changes nothing else of it but
    /// <see cref="Story.Retagged"/>.
    /// </summary>
    /// <returns>Whether there is such a story.</returns>
    Task<bool> CorrectAsync(StoryId story, TopicCorrection correction, CancellationToken cancellationToken);

    /// <summary>Takes back what the user said of a topic (its slug), likewise. Nothing was said: nothing happens.</summary>
    /// <returns>Whether there is such a story.</returns>
    Task<bool> UndoCorrectionAsync(StoryId story, string slug, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>Pins a story, or takes its pin away, and changes nothing else of it but <see cref="Story.Retagged"/>.</summary>
    /// <returns>Whether there is such a story.</returns>
    Task<bool> PinAsync(StoryId story, bool pinned, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>
    /// Puts all stories of one cluster into another and changes nothing else of them but <see cref="Story.Retagged"/>. Stories that are
    /// saved with the old cluster afterwards stay there until this is asked for again.
    /// </summary>
    /// <returns>How many stories there were.</returns>
    Task<int> JoinClustersAsync(ClusterId joined, ClusterId into, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>
    /// Puts stories of a cluster into another by the user's word and changes nothing else of them but <see cref="Story.Joined"/>,
    /// <see cref="Story.ApartFrom"/> and <see cref="Story.Retagged"/>. A story that has left the cluster meanwhile is left alone.
    /// </summary>
    /// <returns>How many stories were moved.</returns>
    Task<int> SplitClusterAsync(ClusterSplit split, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>
    /// Puts stories into clusters that were found anew, and changes nothing else of them but <see cref="Story.Joined"/> and <see cref="Story.Retagged"/>. A story that has left the
    /// cluster it was in meanwhile, by the user's word or with others, is left alone.
    /// </summary>
    /// <returns>How many stories were moved.</returns>
    Task<int> ReclusterAsync(IReadOnlyCollection<StoryClustering> stories, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>What hosts taught, as last saved (<see cref="StoryBatch.Hosts"/>), in no order.</summary>
    Task<IReadOnlyList<HostLesson>> ListHostLessonsAsync(CancellationToken cancellationToken);

    /// <summary>A story with its body, by its own id or by that of another feed's entry of the same article. Null: no such story.</summary>
    Task<Story?> FindStoryAsync(StoryId story, CancellationToken cancellationToken);

    /// <summary>The stored story of the same article as one that is not stored, with its body (<see cref="SameArticle.Tells"/>). Null: there is none.</summary>
    Task<Story?> FindSameArticleAsync(Story story, CancellationToken cancellationToken);

    /// <summary>The texts a story had before, the newest first; at most <see cref="StoryVersion.MaxKept"/>. Empty: no such story, or it was never changed.</summary>
    Task<IReadOnlyList<StoryVersion>> ListVersionsAsync(StoryId story, CancellationToken cancellationToken);

    /// <summary>
    /// Whether the texts can be searched: <see cref="StoryQuery.Text"/>, <see cref="CountFacetsAsync"/>. Not so while the index is
    /// being made, or after it has failed; storing never waits for that.
    /// </summary>
    bool CanSearchText { get; }

    /// <summary>One page of stories, newest first, or by relevance where the query says so.</summary>
    /// <exception cref="InvalidOperationException">The query asks for texts, and they cannot be searched now.</exception>
    Task<StoryPage> QueryAsync(StoryQuery query, CancellationToken cancellationToken);

    /// <summary>
    /// Counts all stories that a query finds; its place, order and limit do not matter. A <see cref="StoryQuery.Cluster"/>, a
    /// <see cref="StoryQuery.SavedFeed"/>, <see cref="StoryQuery.Corrected"/> and <see cref="StoryQuery.Pinned"/> are no conditions of counting.
    /// </summary>
    /// <exception cref="InvalidOperationException">The texts cannot be searched now, or the query has such a condition.</exception>
    Task<StoryFacets> CountFacetsAsync(StoryQuery query, CancellationToken cancellationToken);

    /// <summary>
    /// Makes the index of texts anew from what is stored. Storing and reading go on meanwhile; searching texts goes on from when this
    /// returns.
    /// </summary>
    /// <param name="progress">Told how many stories are done.</param>
    /// <param name="cancellationToken">Ends the work; the index is not there then, until it is made.</param>
    Task RebuildTextIndexAsync(IProgress<long>? progress, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes stories with their texts and versions. Of those deleted <see cref="StoryEnd.ForGood"/>, <see cref="FindFingerprintsAsync"/> still knows
    /// all entries that led to them, so that they are not read again.
    /// </summary>
    /// <returns>How many there were.</returns>
    Task<int> DeleteStoriesAsync(IReadOnlyCollection<StoryId> stories, StoryEnd fate, CancellationToken cancellationToken);

    /// <summary>Forgets the state of a feed that is not active. Its stories stay.</summary>
    /// <returns>Whether there was one, and it is forgotten.</returns>
    Task<bool> ForgetFeedAsync(FeedId feed, CancellationToken cancellationToken);

    /// <summary>
    /// What is kept from now on, in place of the <see cref="StoryRetention"/> that the store was opened with; but for its <see cref="StoryRetention.MaxBytes"/>,
    /// which holds until the store is opened anew. Applied by <see cref="RetainAsync"/>.
    /// </summary>
    void Keep(StoryRetention limits);

    /// <summary>What is kept.</summary>
    KeepRules Kept { get; }

    /// <summary>
    /// Drops what is not to be kept: what is too old, and of what is too much the untagged first, then the tagged, the oldest first. Dropped stories
    /// are <see cref="StoryEnd.Forgotten"/>; <see cref="StoreCounts.KeptSince"/> tells what not to bring again. Where the groups of stories
    /// (<see cref="KeepGroups"/>) have become others, all stories are put into their new ones first, which can take minutes; <see cref="StoryRetention.MaxBytes"/> is
    /// kept meanwhile. What hosts taught is forgotten once it says nothing any more (<see cref="HostLesson.IsOver"/>), and what
    /// rules dropped once its entry was not seen for long (<see cref="DroppedStory.Lifetime"/>). Done in steps between which others store. To be called every minute or so; returns once nothing is left to drop.
    /// </summary>
    /// <returns>How many stories were dropped.</returns>
    Task<int> RetainAsync(DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>How much there is of what is kept.</summary>
    Task<KeptAmounts> MeasureKeptAsync(CancellationToken cancellationToken);

    /// <summary>Stories in the order in which they go when there is too much.</summary>
    Task<IReadOnlyList<KeptStory>> ListKeptAsync(KeptQuery query, CancellationToken cancellationToken);

    /// <summary>
    /// Copies all that cannot be made again, as of one moment, while storing and reading go on. What is stored meanwhile is not in the copy.
    /// </summary>
    /// <param name="write">Takes the name and the content of each file in turn.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="NotSupportedException">The store lies on a server, which has means of its own; the message names them.</exception>
    /// <exception cref="InvalidOperationException">It is being copied already.</exception>
    Task BackUpAsync(Func<string, Stream, Task> write, CancellationToken cancellationToken);

    /// <summary>
    /// Puts the files of a closed store in place of this one's, between two commits: what is asked from then on is answered from them, and what is stored goes into
    /// them. No feed is active then until <see cref="ActivateFeedsAsync"/>, and texts cannot be searched until their index is made.
    /// </summary>
    /// <param name="source">The folder with the files, on the same disk; they are moved.</param>
    /// <param name="aside">The name of the folder beside the store's files that takes the old ones.</param>
    /// <param name="cancellationToken">Ends the wait for the commit under way.</param>
    /// <returns>The folder with the old files.</returns>
    /// <exception cref="NotSupportedException">The store lies on a server, which has means of its own.</exception>
    /// <exception cref="InvalidOperationException">The store is being copied.</exception>
    /// <exception cref="StoreException">The files cannot be replaced; the old ones are in their place, and in use.</exception>
    Task<string?> ReplaceAsync(string source, string aside, CancellationToken cancellationToken);

    /// <summary>
    /// What other processes that share the store did to its stories since this was last asked; the first time, nothing. One caller at a time.
    /// </summary>
    Task<OthersChanges> TakeOthersChangesAsync(CancellationToken cancellationToken);

    /// <summary>How much is stored.</summary>
    Task<StoreCounts> CountAsync(CancellationToken cancellationToken);
}

/// <summary>A feed to be polled.</summary>
/// <param name="Id">The feed.</param>
/// <param name="Address">Its address in feeds.json.</param>
/// <param name="FirstPoll">When to poll it first, if it is new.</param>
public sealed record FeedActivation(FeedId Id, Uri Address, DateTimeOffset FirstPoll)
{
    /// <summary>What the time is now, for <see cref="FeedState.PlannedAt"/>. Null: not known.</summary>
    public DateTimeOffset? PlannedAt { get; init; }
}

/// <summary>What is saved in one piece.</summary>
/// <param name="Stories">New and changed stories, with their bodies.</param>
/// <param name="Feed">The state of the feed that brought them. Null: the poll is not at its end yet.</param>
public sealed record StoryBatch(IReadOnlyList<Story> Stories, FeedState? Feed)
{
    /// <summary>Nothing.</summary>
    public static StoryBatch Empty { get; } = new([], null);

    /// <summary>What hosts taught, in place of what is stored of them. A lesson that is empty is forgotten.</summary>
    public IReadOnlyList<HostLesson> Hosts { get; init; } = [];

    /// <summary>
    /// Stories that a rule dropped. What is remembered of one ends when a story of its id is stored, or when its entry was not seen for long (<see cref="DroppedStory.Lifetime"/>):
    /// where it is seen again (<see cref="DroppedStory.IsWorthRenewing"/>), it is to be saved again.
    /// </summary>
    public IReadOnlyList<DroppedStory> Dropped { get; init; } = [];
}

/// <summary>What a tagger found in a story as it was read.</summary>
/// <param name="Story">The story.</param>
/// <param name="Updated">Its <see cref="Story.Updated"/> when it was read: the text that was tagged.</param>
/// <param name="Topics">What was found in it, without the user's word.</param>
/// <param name="Entities">The same for entities.</param>
public sealed record StoryTagging(StoryId Story, DateTimeOffset Updated, IReadOnlyList<TopicTag> Topics, IReadOnlyList<EntityTag> Entities)
{
    /// <summary>What the operator's rules did to it.</summary>
    public IReadOnlyList<RuleEffect> Rules { get; init; } = [];

    /// <summary>What a language model said of it, in place of what it said before. Null: what it said before stays.</summary>
    public IReadOnlyList<TopicOpinion>? Opinions { get; init; }
}

/// <summary>A cluster that the user splits.</summary>
/// <param name="From">The cluster.</param>
/// <param name="Into">The name of the new one.</param>
/// <param name="Stories">The stories that go into the new one.</param>
/// <param name="ApartFrom">Stories that stay, with which those are not to be joined again.</param>
public sealed record ClusterSplit(ClusterId From, ClusterId Into, IReadOnlyCollection<StoryId> Stories, IReadOnlyList<StoryId> ApartFrom);

/// <summary>The cluster of a story, found anew.</summary>
/// <param name="Story">The story.</param>
/// <param name="From">The cluster it was in when that was found.</param>
/// <param name="Cluster">Its cluster.</param>
/// <param name="Joined">Why it is in it. Null: it was the first.</param>
public sealed record StoryClustering(StoryId Story, ClusterId From, ClusterId Cluster, ClusterReason? Joined);

/// <summary>What other processes did to stories.</summary>
/// <param name="Count">How many stories they stored, changed or deleted.</param>
/// <param name="Stories">Those that were not deleted, with their bodies, in the order in which that was done.</param>
/// <param name="IsWhole">False: there was more, which is not known any more. What was made of stories is to be made anew.</param>
public sealed record OthersChanges(int Count, IReadOnlyList<Story> Stories, bool IsWhole)
{
    /// <summary>Nothing: always so where no other process shares the store.</summary>
    public static OthersChanges None { get; } = new(0, [], IsWhole: true);
}

/// <summary>What a save did.</summary>
/// <param name="Added">Stories that were not stored before.</param>
/// <param name="Replaced">Stories that were.</param>
public readonly record struct SaveResult(int Added, int Replaced)
{
    /// <summary>Stories that are the article of a stored one, to which their feeds were added.</summary>
    public int Carried { get; init; }
}

/// <summary>How much is stored.</summary>
/// <param name="Stories">Stories in all, muted ones too.</param>
/// <param name="ByTopic">Stories by topic slug, without those that a rule mutes.</param>
public sealed record StoreCounts(long Stories, IReadOnlyDictionary<string, long> ByTopic)
{
    private static readonly Dictionary<string, long> None = [];

    /// <summary>Stories by the slug of the saved feed they are in, without those that a rule mutes.</summary>
    public IReadOnlyDictionary<string, long> BySavedFeed { get; init; } = None;

    /// <summary>Stories that a rule did something to, by the slug of its name.</summary>
    public IReadOnlyDictionary<string, long> ByRule { get; init; } = None;

    /// <summary>Stories that a rule dropped and that are remembered (<see cref="DroppedStory.Lifetime"/>), by the slug of its name.</summary>
    public IReadOnlyDictionary<string, long> DroppedByRule { get; init; } = None;

    /// <summary>The bytes all of it takes on the disk, as last measured.</summary>
    public long Bytes { get; init; }

    /// <summary>What logs take of that, which are yet to be written back into their files; 0 where the store has none of its own.</summary>
    public long LogBytes { get; init; }

    /// <summary>
    /// Stories whose <see cref="Story.OrderedAt"/> is not later than this are not kept, whatever their group and tags (<see cref="IStoryStore.RetainAsync"/>): what is that
    /// old is not to be stored. Null: there is no such time.
    /// </summary>
    public DateTimeOffset? KeptSince { get; init; }
}

/// <summary>The store cannot do its work: the message says what is wrong and what to do, naming the path or server.</summary>
public sealed class StoreException : Exception
{
    /// <summary>Whether it is what was to be stored that cannot be, ever, and nothing is wrong with the store.</summary>
    public bool IsOfWhatWasGiven { get; init; }

    /// <summary>A fault without details.</summary>
    public StoreException()
    {
    }

    /// <summary>A fault in words for the operator.</summary>
    public StoreException(string message)
        : base(message)
    {
    }

    /// <summary>A fault in words for the operator, with its cause.</summary>
    public StoreException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
