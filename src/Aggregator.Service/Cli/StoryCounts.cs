using System.Globalization;
using Aggregator.Service.Api;
using Spectre.Console;

namespace Aggregator.Service.Cli;

/// <summary>Draws how the stories that a question finds divide.</summary>
internal static class StoryCounts
{
    /// <summary>Bars longer than this say no more.</summary>
    private const int WidestHistogram = 100;

    /// <summary>Tables of topics, sources and days, so many lines each; where <paramref name="lines"/> is null, bars over time instead.</summary>
    public static void Show(FacetsAnswer facets, int? lines)
    {
        if (lines is { } most)
        {
            Show("topic", [.. facets.Topics.Select(topic => (topic.Topic, topic.Count))], most);
            Show("source", [.. facets.Sources.Select(source => (source.Name, source.Count))], most);
            Show("day", [.. facets.Days.Select(day => (day.Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), day.Count))], most);
        }
        else
        {
            foreach (var line in Histogram.Lines(facets, TimeProvider.System.GetUtcNow(), Math.Min(Terminal.Width, WidestHistogram)))
            {
                Console.WriteLine(line);
            }
        }

        var counted = facets.LookedBackTo is { } place ? string.Create(CultureInfo.InvariantCulture, $", counted back to {place.UtcDateTime:yyyy-MM-dd HH:mm} UTC") : "";
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{facets.Total:N0} stories in all{counted}."));
    }

    private static void Show(string name, IReadOnlyList<(string Name, long Count)> counts, int most)
    {
        if (counts.Count == 0)
        {
            return;
        }

        var table = Terminal.Table(name, "stories");
        foreach (var (part, count) in counts.Take(most))
        {
            table.AddRow(Terminal.Cell(part), Terminal.Cell(count.ToString("N0", CultureInfo.InvariantCulture)));
        }

        Terminal.Show(table);
        if (counts.Count > most)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  and {counts.Count - most:N0} more: --limit {counts.Count}"));
        }
    }
}
