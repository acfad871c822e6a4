using Aggregator.Model.Feeds;
using Aggregator.Model.Stories;

namespace Aggregator.Storage.LiteDb.Search;

/// <summary>What is asked of the index of texts beside the stories that hold something (<see cref="TextCursor"/>).</summary>
internal static class SearchReader
{
    /// <summary>How much more a word in a title says than one in a body.</summary>
    private const string Weights = "6.0, 1.0";

    /// <summary>Stories that hold the words between the first and the last of those to be scored, at most so many are gone through.</summary>
    private const int MostScored = 20_000;

    /// <summary>
    /// How well stories fit a text, by BM25 with title and body weighed; less is better. The stories are given by their slots; one that lies behind
    /// more than 20,000 others that fit the text has no score.
    /// </summary>
    public static Dictionary<long, double> Score(SearchIndex index, TextCondition condition, IReadOnlyCollection<long> slots)
    {
        var scores = new Dictionary<long, double>();
        if (slots.Count == 0)
        {
            return scores;
        }

        var wanted = slots.ToHashSet();
        using var connection = index.Connect();
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT rowid, bm25(terms, {Weights}) FROM terms WHERE terms MATCH $text AND rowid BETWEEN $last AND $first ORDER BY rowid DESC LIMIT {MostScored}";
        command.Parameters.AddWithValue("$text", MatchExpression.Of(condition));
        command.Parameters.AddWithValue("$last", slots.Min());
        command.Parameters.AddWithValue("$first", slots.Max());
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            if (wanted.Contains(reader.GetInt64(0)))
            {
                scores[reader.GetInt64(0)] = reader.GetDouble(1);
            }
        }

        return scores;
    }

    /// <summary>Counts the stories that a query finds.</summary>
    public static StoryFacets Count(SearchIndex index, StoryQuery query, CancellationToken cancellationToken)
    {
        var topics = query.Topics.Distinct().Select(slug => index.NumberOf(Postings.Topic(slug))).ToList();
        var feeds = query.Feeds?.Select(feed => index.NumberOf(Postings.Feed(feed))).OfType<long>().ToHashSet();
        var byList = new Dictionary<long, long>();
        var byDay = new Dictionary<DateOnly, long>();
        var total = 0L;
        if (!topics.Contains(null) && feeds is not { Count: 0 })
        {
            Walk();
        }

        var names = index.Lists();
        var topicMark = Postings.Topic("");
        var feedMark = Postings.Feed(new FeedId(""));
        return new StoryFacets(
            total,
            byList.Where(list => names[list.Key].StartsWith(topicMark, StringComparison.Ordinal)).ToDictionary(list => names[list.Key][topicMark.Length..], list => list.Value),
            byList.Where(list => names[list.Key].StartsWith(feedMark, StringComparison.Ordinal)).ToDictionary(list => new FeedId(names[list.Key][feedMark.Length..]), list => list.Value),
            byDay);

        void Walk()
        {
            using var connection = index.Connect();
            using var command = connection.CreateCommand();
            command.CommandText = (query.Text is null
                    ? "SELECT s.slot, s.lists FROM stories s WHERE s.slot BETWEEN $since AND $until"
                    : "SELECT s.slot, s.lists FROM terms CROSS JOIN stories s ON s.slot = terms.rowid WHERE terms MATCH $text AND terms.rowid BETWEEN $since AND $until")
                + query.Muted switch { MutedStories.LeftOut => " AND s.muted = 0", MutedStories.Only => " AND s.muted = 1", _ => "" };
            command.Parameters.AddWithValue("$since", query.Since is { } since ? Slot.From(since) : 0L);
            command.Parameters.AddWithValue("$until", query.Until is { } until ? Slot.From(until) - 1 : long.MaxValue);
            if (query.Text is { } text)
            {
                command.Parameters.AddWithValue("$text", MatchExpression.Of(text));
            }

            var lists = new List<long>();
            var buffer = new byte[64];
            long day = 0, dayEnds = long.MinValue, ofDay = 0;
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                var length = reader.GetBytes(1, 0, null, 0, 0);
                if (length > buffer.Length)
                {
                    buffer = new byte[length];
                }

                reader.GetBytes(1, 0, buffer, 0, (int)length);
                lists.Clear();
                ListNumbers.Read(buffer.AsSpan(0, (int)length), lists);
                if (!topics.TrueForAll(topic => lists.Contains(topic!.Value)) || (feeds is not null && !lists.Exists(feeds.Contains)))
                {
                    continue;
                }

                // In the order of time, nearly always: a day's stories come together.
                var slot = reader.GetInt64(0);
                if (slot >= dayEnds || slot < day)
                {
                    EndDay();
                    var date = DateOnly.FromDateTime(Slot.Instant(slot).UtcDateTime);
                    day = Slot.From(new DateTimeOffset(date, TimeOnly.MinValue, TimeSpan.Zero));
                    dayEnds = Slot.From(new DateTimeOffset(date.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero));
                }

                ofDay++;
                foreach (var list in lists)
                {
                    System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(byList, list, out _)++;
                }

                if ((++total & 0xFFF) == 0)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                }
            }

            EndDay();

            void EndDay()
            {
                if (ofDay > 0)
                {
                    var date = DateOnly.FromDateTime(Slot.Instant(day).UtcDateTime);
                    byDay[date] = byDay.GetValueOrDefault(date) + ofDay;
                    ofDay = 0;
                }
            }
        }
    }
}
