using System.Globalization;
using System.Xml.Linq;
using Aggregator.Model.Feeds;

namespace Aggregator.Content.Parsing.Formats.Xml;

/// <summary>Reads how often a publisher wishes to be asked: RSS 2.0 ttl, skipHours, skipDays; the syndication module of RSS 1.0.</summary>
internal static class PollingWishesReader
{
    public static PollingWishes Read(XElement channel, FeedElements elements)
    {
        string? ttl = null, period = null, frequency = null;
        var hours = new HashSet<int>();
        var days = new HashSet<DayOfWeek>();
        foreach (var element in channel.Elements())
        {
            switch (elements.Key(element))
            {
                case "ttl":
                    ttl = element.Value.Trim();
                    break;
                case "sy:updateperiod":
                    period = element.Value.Trim().ToLowerInvariant();
                    break;
                case "sy:updatefrequency":
                    frequency = element.Value.Trim();
                    break;
                case "skiphours":
                    hours.UnionWith(element.Elements().Select(hour => Number(hour.Value.Trim())).Where(hour => hour is >= 0 and <= 24).Select(hour => hour!.Value % 24));
                    break;
                case "skipdays":
                    days.UnionWith(element.Elements().Select(day => Enum.TryParse<DayOfWeek>(day.Value.Trim(), true, out var name) && Enum.IsDefined(name) ? name : (DayOfWeek?)null).OfType<DayOfWeek>());
                    break;
            }
        }

        return new PollingWishes
        {
            // A feed that says both means both: the longer one keeps either.
            MinimumInterval = Longer(Number(ttl) is > 0 and < 525_600 and var minutes ? TimeSpan.FromMinutes(minutes) : null, Rhythm(period, frequency)),
            SkipHours = hours.Count == 24 ? [] : [.. hours.Order()],
            SkipDays = days.Count == 7 ? [] : [.. days.Order()],
        };
    }

    private static TimeSpan? Rhythm(string? period, string? frequency)
    {
        TimeSpan? span = period switch
        {
            "hourly" => TimeSpan.FromHours(1),
            "daily" => TimeSpan.FromDays(1),
            "weekly" => TimeSpan.FromDays(7),
            "monthly" => TimeSpan.FromDays(30),
            "yearly" => TimeSpan.FromDays(365),
            _ => null,
        };
        return span / (Number(frequency) is > 0 and var times ? times : 1);
    }

    /// <summary>A feed that states both wishes has both.</summary>
    private static TimeSpan? Longer(TimeSpan? a, TimeSpan? b) => a is null || b > a ? b : a;

    private static int? Number(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
