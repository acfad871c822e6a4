using System.Globalization;
using System.Xml.Linq;
using Aggregator.Model.Feeds;

namespace Aggregator.Content.Parsing.Formats.Xml;

/// <summary>
/// Reads what the entry (or feed) that was entered shows, plays and marks: enclosures, Media RSS, iTunes, and the place it is about
/// (GeoRSS, GML, W3C geo).
/// </summary>
internal sealed class EntryMediaReader(FeedElements elements)
{
    private static readonly string[] FileKeys = ["enclosure", .. FeedElements.LinkKeys, "media:content"];
    private static readonly string[] PlaceKeys = ["georss:point", "gml:pos", "gml:coordinates", "geo:lat", "geo:long"];

    /// <summary>The files attached to an entry, each once.</summary>
    public List<Enclosure> Enclosures(XElement item)
    {
        // A feed service counts downloads at an address of its own, which dies with the service, and tells the real one beside it.
        var original = elements.Address(elements.Find(item, "feedburner:origenclosurelink"));
        var found = new Dictionary<Uri, Enclosure>();
        foreach (var element in elements.Within(FileKeys))
        {
            if (found.Count == FeedLimits.PartsOfAKind)
            {
                break;
            }

            var key = elements.Key(element);
            var isLink = key is "atom:link" or "link" && FeedElements.Attribute(element, "rel") == "enclosure";
            var isMedia = key == "media:content" && FeedElements.Attribute(element, "medium") is "audio" or "video";
            if ((key == "enclosure" || isLink || isMedia) && ((found.Count == 0 ? original : null) ?? elements.Address(element, isLink ? "href" : "url")) is { } address)
            {
                found.TryAdd(address, new Enclosure(address, FeedElements.Attribute(element, "type"), FeedElements.Length(element, isMedia ? "fileSize" : "length")));
            }
        }

        return [.. found.Values];
    }

    /// <summary>The entry's small pictures.</summary>
    public List<Uri> Thumbnails() =>
        [.. elements.Within("media:thumbnail").Select(element => elements.Address(element, "url")).OfType<Uri>().Take(FeedLimits.PartsOfAKind)];

    /// <summary>The picture that stands for the entry or feed.</summary>
    public Uri? Image() =>
        elements.AddressWithin("itunes:image", "href", "url")
            ?? elements.Within("itunes:link").Where(link => FeedElements.Attribute(link, "rel") == "image").Select(link => elements.Address(link, "href")).FirstOrDefault()
            ?? elements.AddressWithin("media:thumbnail", "url")
            ?? elements.Within("media:content", "enclosure").Where(IsPicture).Select(element => elements.Address(element, "url")).FirstOrDefault(address => address is not null);

    /// <summary>How long the attached media plays: "1:02:03", "3:00" or seconds.</summary>
    public TimeSpan? Duration(XElement item)
    {
        var text = elements.Value(item, "itunes:duration")
            ?? elements.Within("media:content").Select(element => FeedElements.Attribute(element, "duration")).FirstOrDefault(value => value is not null);
        var seconds = 0L;
        foreach (var part in text?.Split(':') ?? [])
        {
            if (!int.TryParse(part.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                return null;
            }

            seconds = seconds * 60 + number;
        }

        return seconds is > 0 and < 1_000_000 ? TimeSpan.FromSeconds(seconds) : null;
    }

    /// <summary>Whether the publisher marks the feed or entry as explicit.</summary>
    public bool? Explicit(XElement owner) => elements.Value(owner, "itunes:explicit", "media:adult")?.ToLowerInvariant() switch
    {
        "yes" or "true" or "explicit" => true,
        "no" or "false" or "clean" => false,
        _ => null,
    };

    /// <summary>The point the entry is about.</summary>
    public GeoPoint? Place()
    {
        string? latitude = null, longitude = null;
        foreach (var element in elements.Within(PlaceKeys))
        {
            switch (elements.Key(element))
            {
                case "georss:point" or "gml:pos" or "gml:coordinates" when element.Value.Length < 100:
                    var numbers = element.Value.Split([' ', ',', '\t', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries);
                    if (numbers.Length >= 2 && Point(numbers[0], numbers[1]) is { } point)
                    {
                        return point;
                    }

                    break;
                case "geo:lat":
                    latitude ??= element.Value;
                    break;
                case "geo:long":
                    longitude ??= element.Value;
                    break;
            }
        }

        return Point(latitude, longitude);
    }

    private static GeoPoint? Point(string? latitude, string? longitude) =>
        Degrees(latitude) is >= -90 and <= 90 and var north && Degrees(longitude) is >= -180 and <= 180 and var east ? new GeoPoint(north, east) : null;

    private static double? Degrees(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var degrees) ? degrees : null;

    private bool IsPicture(XElement element) => elements.Key(element) switch
    {
        "media:content" => FeedElements.Attribute(element, "medium") == "image" || HasImageType(element),
        "enclosure" => HasImageType(element),
        _ => false,
    };

    private static bool HasImageType(XElement element) => FeedElements.Attribute(element, "type")?.StartsWith("image/", StringComparison.Ordinal) == true;
}
