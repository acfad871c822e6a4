using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Model.Text;
using Npgsql;

namespace Aggregator.Storage.PostgreSql;

/// <summary>
/// Stories in all, by topic, by saved feed and by rule. Every transaction adds rows with its differences, which are folded into one row a name now
/// and then: no writer waits for another, and a reader sums what is there.
/// </summary>
internal static class Counts
{
    /// <summary>What the names of the counts of dropped stories begin with; a rule's slug follows.</summary>
    public const string DroppedMark = "d|";

    /// <summary>So many rows are summed within a millisecond.</summary>
    private const int MostDifferences = 1_000;

    private const string Stories = "n", TopicMark = "t|", SavedFeedMark = "s|", RuleMark = "r|";

    /// <summary>Counts a story in (1) or out (-1).</summary>
    public static void Add(Dictionary<string, long> counts, Story? story, int direction)
    {
        if (story is null)
        {
            return;
        }

        var names = story.Rules.Select(effect => RuleMark + Slug.Of(effect.Rule));
        if (!story.IsMuted)
        {
            names = names.Concat(story.Topics.Select(topic => TopicMark + topic.Slug)).Concat(story.SavedFeeds.Select(slug => SavedFeedMark + slug));
        }

        foreach (var name in names.Distinct().Prepend(Stories))
        {
            Add(counts, name, direction);
        }
    }

    /// <summary>Adds to one count.</summary>
    public static void Add(Dictionary<string, long> counts, string name, long difference) => counts[name] = counts.GetValueOrDefault(name) + difference;

    /// <summary>The counts as of now.</summary>
    public static async Task<StoreCounts> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var sums = await Sql.ListAsync(
            Sql.Command(connection, "select name, sum(n)::bigint from counts group by name"), row => (Name: row.GetString(0), Count: row.GetInt64(1)), cancellationToken);
        return new StoreCounts(sums.Find(sum => sum.Name == Stories).Count, Of(TopicMark))
        {
            BySavedFeed = Of(SavedFeedMark),
            ByRule = Of(RuleMark),
            DroppedByRule = Of(DroppedMark),
        };

        Dictionary<string, long> Of(string mark) =>
            sums.Where(sum => sum.Name.StartsWith(mark, StringComparison.Ordinal)).ToDictionary(sum => sum.Name[mark.Length..], sum => sum.Count);
    }

    /// <summary>Folds the differences of each name into one row, where there are many. Several processes may do so at once.</summary>
    public static async Task<int> FoldAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var fold = Sql.Command(
            connection,
            """
            with gone as (delete from counts where (select count(*) from counts) > $1 returning name, n)
            insert into counts (name, n) select name, sum(n) from gone group by name
            """,
            MostDifferences);
        return await fold.ExecuteNonQueryAsync(cancellationToken);
    }
}
