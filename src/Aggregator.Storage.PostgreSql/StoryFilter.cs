using Aggregator.Model.Stories;

namespace Aggregator.Storage.PostgreSql;

/// <summary>
/// A query's conditions but the text, as statements: which lists, from which place to which. Lists are read in the order of their index, newest first,
/// so that an answer costs about what it shows, however many stories there are.
/// </summary>
internal sealed class StoryFilter
{
    /// <summary>Of so many feeds each is read by itself, and what they give put in order; of more, the stories of other lists are asked for their feed.</summary>
    private const int MostFeedsReadSingly = 64;

    private readonly long[] _lists;
    private readonly long[]? _feeds;
    private readonly int[] _signs;
    private readonly string? _cluster;
    private readonly (long Place, byte[] Id)? _after;

    private StoryFilter(StoryQuery query, bool hasPlace)
    {
        _lists = [.. query.Topics.Distinct().Select(Lists.Topic)
            .Concat(query.SavedFeed is { } savedFeed ? [Lists.SavedFeed(savedFeed)] : Array.Empty<long>())
            .Concat(query.Corrected ? [Lists.Corrected] : Array.Empty<long>())
            .Concat(query.Pinned ? [Lists.Pinned] : Array.Empty<long>())];
        _feeds = query.Feeds is { } feeds ? [.. feeds.Distinct().Select(Lists.Feed)] : null;
        _signs = query.Muted switch
        {
            MutedStories.LeftOut => [1],
            MutedStories.Only => [-1],
            _ => [1, -1],
        };
        _cluster = query.Cluster is { } cluster ? PgText.Of(cluster.Value) : null;
        Newest = query.Until is { } until ? StoryKey.PlaceFrom(until) + 1 : long.MinValue;
        Oldest = query.Since is { } since ? StoryKey.PlaceFrom(since) : long.MaxValue;
        if (hasPlace && query.After is { } after)
        {
            _after = (StoryKey.Place(after.OrderedAt), StoryKey.Bytes(after.Id) ?? []);
            Newest = Math.Max(Newest, _after.Value.Place);
        }
    }

    /// <summary>The first place that may be found.</summary>
    public long Newest { get; }

    /// <summary>The last place that may be found.</summary>
    public long Oldest { get; }

    /// <summary>Whether anything but time and muting is asked for.</summary>
    public bool IsNarrow => _lists.Length > 0 || _feeds is not null || _cluster is not null;

    /// <summary>Which of each list's two numbers are meant: its own (1), that of its muted stories (-1).</summary>
    public IReadOnlyList<int> Signs => _signs;

    /// <summary>A list that every story found is in: its numbers.</summary>
    public long[] Leading => [.. _signs.Select(sign => sign * (_lists.Length > 0 ? _lists[0] : Lists.All))];

    /// <summary>The conditions for a page of an answer.</summary>
    public static StoryFilter OfPage(StoryQuery query) => new(query, hasPlace: true);

    /// <summary>The conditions for all of an answer.</summary>
    public static StoryFilter OfAll(StoryQuery query) => new(query, hasPlace: false);

    /// <summary>A statement for the first places and ids, newest first.</summary>
    public string First(Sql sql, int limit)
    {
        var order = $"order by place, id limit {sql.Value(limit)}";
        var parts = _signs.Select(sign => $"(select place, id from ({Found(sql, sign, order)}) s {order})");
        return $"select place, id from ({string.Join(" union all ", parts)}) s {order}";
    }

    /// <summary>A statement for all places and ids, in no order.</summary>
    public string All(Sql sql) => string.Join(" union all ", _signs.Select(sign => Found(sql, sign, "")));

    /// <summary>The conditions as those of a row of texts, "t", that the index of terms found.</summary>
    public string OfText(Sql sql)
    {
        var conditions = new List<string>
        {
            Range("t", sql),
            $"({string.Join(" or ", _signs.Select(sign => $"t.lists @> {sql.Value(_lists.Append(Lists.All).Select(list => sign * list).ToArray())}"))})",
        };
        if (_feeds is not null)
        {
            conditions.Add($"t.lists && {sql.Value(_feeds.Concat(_feeds.Select(feed => -feed)).ToArray())}");
        }

        if (_cluster is not null)
        {
            conditions.Add($"exists (select from stories c where c.id = t.id and c.cluster = {sql.Value(_cluster)})");
        }

        return string.Join(" and ", conditions);
    }

    /// <summary>The condition that a row is where it may be found.</summary>
    public string Range(string row, Sql sql)
    {
        var range = $"{row}.place between {sql.Value(Newest)} and {sql.Value(Oldest)}";
        return _after is { } after ? $"{range} and ({row}.place, {row}.id) > ({sql.Value(after.Place)}, {sql.Value(after.Id)})" : range;
    }

    /// <summary>A statement for what is found among the stories of one kind, muted or not; <paramref name="order"/> ends each of its pieces.</summary>
    private string Found(Sql sql, int sign, string order)
    {
        var lists = _lists.Select(list => sql.Value(sign * list)).ToList();
        if (_feeds is null)
        {
            return Chain(sql, lists.Count > 0 ? lists : [sql.Value(sign * Lists.All)], "true", order);
        }

        var feeds = sql.Value(_feeds.Select(feed => sign * feed).ToArray());
        return _feeds.Length > MostFeedsReadSingly
            ? Chain(sql, lists.Count > 0 ? lists : [sql.Value(sign * Lists.All)], $"exists (select from postings f where f.list = any({feeds}) and f.place = p0.place and f.id = p0.id)", order)
            : $"select distinct s.place, s.id from unnest({feeds}) f (list) cross join lateral ({Chain(sql, ["f.list", .. lists], "true", order)}) s";
    }

    /// <summary>What is in every one of several lists.</summary>
    private string Chain(Sql sql, List<string> lists, string condition, string order)
    {
        var joined = lists.Skip(1).Select((list, at) =>
            $" join postings p{at + 1} on p{at + 1}.list = {list} and p{at + 1}.place = p0.place and p{at + 1}.id = p0.id and {Range($"p{at + 1}", sql)}");
        var cluster = _cluster is null ? "" : $" join stories c on c.id = p0.id and c.cluster = {sql.Value(_cluster)}";
        return $"select p0.place, p0.id from postings p0{string.Concat(joined)}{cluster} where p0.list = {lists[0]} and {Range("p0", sql)} and {condition} {order}";
    }
}
