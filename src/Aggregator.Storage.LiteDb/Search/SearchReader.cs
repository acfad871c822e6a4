using System.Runtime.InteropServices;
using System.Text.Json;
using Aggregator.Model.Feeds;
using Aggregator.Model.Stories;
using Microsoft.Data.Sqlite;

namespace Aggregator.Storage.LiteDb.Search;

/// <summary>What is asked of the index of texts beside the stories that hold something (<see cref="TextCursor"/>).</summary>
internal static class SearchReader
{
    private const long MillisecondsADay = 24 * 60 * 60 * 1000;

    /// <summary>How much more a word in a title says than one in a body.</summary>
    private const string Weights = "6.0, 1.0";

    /// <summary>Stories that hold the words between the first and the last of those to be scored, at most so many are gone through.</summary>
    private const int MostScored = 20_000;

    /// <summary>
    /// How well stories fit a text, by BM25 with title and body weighed; less is better. The stories are given and told by their numbers in the
    /// database; one that lies behind more than 20,000 others that fit the text has no score.
    /// </summary>
    public static Dictionary<long, double> Score(SearchIndex index, TextCondition condition, IReadOnlyCollection<long> sequences)
    {
        var scores = new Dictionary<long, double>();
        if (sequences.Count == 0)
        {
            return scores;
        }

        using var connection = index.Connect();
        var wanted = NumbersOf(connection, sequences);
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT rowid, bm25(terms, {Weights}) FROM terms WHERE terms MATCH $text AND rowid BETWEEN $last AND $first ORDER BY rowid DESC LIMIT {MostScored}";
        command.Parameters.AddWithValue("$text", MatchExpression.Of(condition));
        command.Parameters.AddWithValue("$last", wanted.Keys.DefaultIfEmpty(0).Min());
        command.Parameters.AddWithValue("$first", wanted.Keys.DefaultIfEmpty(0).Max());
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            if (wanted.TryGetValue(reader.GetInt64(0), out var sequence))
            {
                scores[sequence] = reader.GetDouble(1);
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
                    ? "SELECT s.at, s.lists FROM stories s WHERE s.number BETWEEN $first AND $last"
                    : "SELECT s.at, s.lists FROM terms CROSS JOIN stories s ON s.number = terms.rowid WHERE terms MATCH $text AND terms.rowid BETWEEN $first AND $last")
                + query.Muted switch { MutedStories.LeftOut => " AND s.muted = 0", MutedStories.Only => " AND s.muted = 1", _ => "" };
            var (from, to) = (query.Since is { } since ? Milliseconds(since) : 0, query.Until is { } until ? Milliseconds(until) : long.MaxValue);
            command.Parameters.AddWithValue("$first", Shelf.First(Shelf.Of(from)));
            command.Parameters.AddWithValue("$last", to == long.MaxValue ? to : Shelf.Last(Shelf.Of(to)));
            if (query.Text is { } text)
            {
                command.Parameters.AddWithValue("$text", MatchExpression.Of(text));
            }

            var lists = new List<long>();
            var buffer = new byte[64];
            var days = new Dictionary<long, long>();
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                var at = reader.GetInt64(0);
                if (at < from || at >= to)
                {
                    continue;
                }

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

                CollectionsMarshal.GetValueRefOrAddDefault(days, at / MillisecondsADay, out _)++;
                foreach (var list in lists)
                {
                    CollectionsMarshal.GetValueRefOrAddDefault(byList, list, out _)++;
                }

                if ((++total & 0xFFF) == 0)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                }
            }

            foreach (var (day, count) in days)
            {
                byDay[DateOnly.FromDateTime(DateTime.UnixEpoch.AddDays(day))] = count;
            }
        }
    }

    private static long Milliseconds(DateTimeOffset instant) => (long)Math.Ceiling((instant - DateTimeOffset.UnixEpoch).TotalMilliseconds);

    /// <summary>The numbers in the index by which stories stand there, with those in the database.</summary>
    private static Dictionary<long, long> NumbersOf(SqliteConnection connection, IReadOnlyCollection<long> sequences)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT s.number, s.seq FROM json_each($seqs) j CROSS JOIN stories s ON s.seq = j.value";
        command.Parameters.AddWithValue("$seqs", JsonSerializer.Serialize(sequences));
        using var reader = command.ExecuteReader();
        var numbers = new Dictionary<long, long>();
        while (reader.Read())
        {
            numbers[reader.GetInt64(0)] = reader.GetInt64(1);
        }

        return numbers;
    }
}
