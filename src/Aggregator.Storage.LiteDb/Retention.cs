using Aggregator.Model.Storage;

namespace Aggregator.Storage.LiteDb;

/// <summary>
/// Drops what is not to be kept, in steps between which others store, and tells how much there is. Files that an earlier program wrote, and those whose groups have become others, are
/// brought into order first (<see cref="KeptOrder"/>). Safe for concurrent use.
/// </summary>
/// <param name="files">The files.</param>
/// <param name="sizes">How large they are.</param>
/// <param name="writer">The writer, for what it has published.</param>
/// <param name="writes">Where steps are queued.</param>
/// <param name="limits">What is kept.</param>
internal sealed class Retention(StoreFiles files, FileSizes sizes, StoryWriter writer, WriteLoop writes, StoryRetention limits)
{
    private static readonly TimeSpan ForgetsEvery = TimeSpan.FromDays(1);

    /// <summary>When the files were last looked through for <see cref="StaleMemories"/>, in milliseconds (Unix).</summary>
    private long _forgotAt = long.MinValue;

    private volatile KeepRules _kept = new(limits);

    /// <summary>What is kept.</summary>
    public KeepRules Kept => _kept;

    /// <summary>What is kept from now on; the size stays.</summary>
    public void Keep(StoryRetention kept) => _kept = new KeepRules(kept with { MaxBytes = _kept.Limits.MaxBytes });

    /// <summary>Drops what is not to be kept.</summary>
    /// <returns>How many stories were dropped.</returns>
    public async Task<int> ApplyAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var dropped = await DropAsync(now, cancellationToken);
        await ForgetAsync(now, cancellationToken);
        return dropped;
    }

    /// <summary>How much there is of what is kept.</summary>
    public KeptAmounts Measure()
    {
        var order = writer.Order;
        return new KeptAmounts(order.ByRank, order.ByGroup)
        {
            NotYetSorted = order.SortedTo is { } at ? Math.Max(0, Math.Min(writer.Counts.Stories, writer.LastSequence - at)) : null,
            Groups = order.Groups,
            Fitting = sizes.Fitting,
        };
    }

    /// <summary>Stories in the order in which they go when there is too much.</summary>
    public IReadOnlyList<KeptStory> List(KeptQuery query, CancellationToken cancellationToken)
    {
        var found = new List<KeptStory>(query.Limit);
        foreach (var rank in Enum.GetValues<KeepRank>().Where(rank => (query.Rank ?? rank) == rank && !(query.After?.Rank > rank) && !(query.Group is not null && rank == KeepRank.Pinned)))
        {
            var list = query.Group is { } group ? Postings.Group(group, rank) : Postings.Rank(rank);
            var after = query.After is { } last && last.Rank == rank ? Postings.Place(last.Story.OrderedAt, last.Story.Id) : null;
            foreach (var posting in found.Count < query.Limit ? files.Read(() => Postings.Oldest(files, list, query.Limit - found.Count, after: after)) : [])
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (files.Find(posting["q"].AsInt64, withBody: false) is { } story)
                {
                    found.Add(new KeptStory(story, rank, posting["b"].AsInt64));
                }
            }
        }

        return found;
    }

    private async Task<int> DropAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var order = writer.Order;
        var inForce = order.Groups.Continue(_kept.Limits);
        var groups = KeepGroups.Of(inForce);
        if (groups.ToString() != order.Groups.ToString())
        {
            await PassAsync(new RetentionPass { Groups = groups, IsSorting = true }, cancellationToken);
        }

        while (!order.IsSorted)
        {
            await PassAsync(new RetentionPass { IsSorting = true }, cancellationToken);
        }

        var finder = new DoomedStories(files, order, inForce, now);
        var pass = new RetentionPass { Now = now, Before = now - inForce.LongestAge, MayForget = inForce.MaxStories is null };
        var dropped = 0;
        while (true)
        {
            var doomed = finder.Find(sizes.DroppedAtOnce, cancellationToken);
            if (doomed.Count == 0 && !writer.HasToDrop(pass))
            {
                return dropped;
            }

            var gone = await PassAsync(pass with { Stories = doomed }, cancellationToken);
            dropped += gone;
            if (doomed.Count > 0 && gone == 0)
            {
                return dropped; // whoever changed them meanwhile: the next time tells
            }
        }
    }

    /// <summary>Once a day, for it reads all that is remembered: nothing tells what of it is old.</summary>
    private async Task ForgetAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var at = now.ToUnixTimeMilliseconds();
        var last = Interlocked.Read(ref _forgotAt);
        if (last <= at && at < last + ForgetsEvery.TotalMilliseconds)
        {
            return;
        }

        foreach (var stale in StaleMemories.Find(files, now, sizes.SortedAtOnce))
        {
            await PassAsync(new RetentionPass { Stale = stale }, cancellationToken);
        }

        Interlocked.Exchange(ref _forgotAt, at);
    }

    private async Task<int> PassAsync(RetentionPass pass, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return (await writes.SaveAsync(new Write(StoryBatch.Empty) { Retention = pass }, cancellationToken)).Replaced;
    }
}
