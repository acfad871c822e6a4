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
    private static readonly string[] FileKeys = ["enclosure", "enc:enclosure", .. FeedElements.LinkKeys, "media:content"];
    private static readonly string[] Contents = ["media:content"];
    private static readonly string[] ContentsAndFiles = ["media:content", "enclosure"];
    private static readonly string[] Pictures = ["itunes:image"];
    private static readonly string[] PictureLinks = ["itunes:link"];
    private static readonly string[] SmallPictures = ["media:thumbnail"];
    private static readonly string[] PlaceKeys = ["georss:point", "gml:pos", "gml:coordinates", "geo:lat", "geo:long"];

    /// <summary>The files attached to an entry, each once.</summary>
    public IReadOnlyList<Enclosure> Enclosures(XElement item)
    {
        // A feed service counts downloads at an address of its own, which dies with the service, and tells the real one beside it.
        var original = elements.Address(elements.Find(item, "feedburner:origenclosurelink"));
        List<Enclosure>? found = null;
        foreach (var element in elements.Within(FileKeys))
        {
            if (found?.Count == FeedLimits.PartsOfAKind)
            {
                break;
            }

            var key = elements.Key(element);
            var isLink = key is "atom:link" or "link" && FeedElements.Attribute(element, "rel") == "enclosure";
            var isMedia = key == "media:content" && FeedElements.Attribute(element, "medium") is "audio" or "video";
            var place = isLink ? "href" : key == "enc:enclosure" ? "resource" : "url"; // RSS 1.0 names the file as RDF does
            if ((key is "enclosure" or "enc:enclosure" || isLink || isMedia) && ((found is null ? original : null) ?? elements.Address(element, place)) is { } address
                && found?.Exists(known => known.Address == address) is not true)
            {
                (found ??= []).Add(new Enclosure(address, FeedElements.Attribute(element, "type"), FeedElements.Length(element, isMedia ? "fileSize" : "length")));
            }
        }

        return found ?? [];
    }

    /// <summary>The entry's small pictures.</summary>
    public IReadOnlyList<Uri> Thumbnails()
    {
        List<Uri>? pictures = null;
        foreach (var element in elements.Within(SmallPictures))
        {
            if (elements.Address(element, "url") is { } address)
            {
                (pictures ??= []).Add(address);
                if (pictures.Count == FeedLimits.PartsOfAKind)
                {
                    break;
                }
            }
        }

        return pictures ?? [];
    }

    /// <summary>The picture that stands for the entry or feed.</summary>
    public Uri? Image() =>
        (elements.Within(Pictures).First is { } picture ? elements.Address(picture, "href") ?? elements.Address(picture, "url") : null)
            ?? LinkedPicture()
            ?? (elements.Within(SmallPictures).First is { } small ? elements.Address(small, "url") : null)
            ?? AttachedPicture();

    /// <summary>How long the attached media plays: "1:02:03", "3:00" or seconds.</summary>
    public TimeSpan? Duration(XElement item)
    {
        var text = elements.Value(item, "itunes:duration")
            ?? StatedDuration();
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

    private Uri? LinkedPicture()
    {
        foreach (var link in elements.Within(PictureLinks))
        {
            if (FeedElements.Attribute(link, "rel") == "image")
            {
                return elements.Address(link, "href");
            }
        }

        return null;
    }

    private Uri? AttachedPicture()
    {
        foreach (var file in elements.Within(ContentsAndFiles))
        {
            if (IsPicture(file) && elements.Address(file, "url") is { } address)
            {
                return address;
            }
        }

        return null;
    }

    private string? StatedDuration()
    {
        foreach (var file in elements.Within(Contents))
        {
            if (FeedElements.Attribute(file, "duration") is { } duration)
            {
                return duration;
            }
        }

        return null;
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
