namespace Aggregator.Model.Feeds;

/// <summary>Somebody named by a feed. At least one member is set.</summary>
/// <param name="Name">The name, without mail address. Null: not given.</param>
/// <param name="Email">The mail address as stated. Null: not given.</param>
/// <param name="Address">The person's page. Null: not given.</param>
public sealed record FeedPerson(string? Name, string? Email, Uri? Address);

/// <summary>A category as the publisher states it.</summary>
/// <param name="Term">The category. Never empty.</param>
/// <param name="Scheme">Whose vocabulary it is from (RSS domain, Atom scheme). Null: not given.</param>
/// <param name="Label">The category for people. Null: the term is.</param>
public sealed record FeedCategory(string Term, string? Scheme, string? Label);

/// <summary>A link as stated (RFC 4287 section 4.2.7).</summary>
/// <param name="Address">Where it leads.</param>
/// <param name="Relation">What it is to the feed or entry, lower case: "alternate", "self", "related"...</param>
/// <param name="MediaType">The target's media type. Null: not stated.</param>
/// <param name="Title">The link's name for people. Null: not stated.</param>
/// <param name="Language">The target's language. Null: not stated.</param>
/// <param name="Length">The target's size in bytes. Null: not stated.</param>
public sealed record FeedLink(Uri Address, string Relation, string? MediaType, string? Title, string? Language, long? Length);

/// <summary>The feed an entry was taken over from.</summary>
public sealed record FeedOrigin
{
    /// <summary>Its title as plain text. Null: not given.</summary>
    public string? Title { get; init; }

    /// <summary>The title as HTML, links absolute, not cleaned, where it has markup. Null: it has none.</summary>
    public string? TitleHtml { get; init; }

    /// <summary>Its address or that of its site. Null: not given.</summary>
    public Uri? Link { get; init; }

    /// <summary>Its id. Null: not given.</summary>
    public string? Id { get; init; }

    /// <summary>When it was last changed, in UTC. Null: not given.</summary>
    public DateTimeOffset? Updated { get; init; }

    /// <summary>The program that wrote it. Null: not given.</summary>
    public string? Generator { get; init; }

    /// <summary>Its picture. Null: not given.</summary>
    public Uri? Image { get; init; }

    /// <summary>Its small square picture. Null: not given.</summary>
    public Uri? Icon { get; init; }

    /// <summary>Its copyright notice as plain text. Null: not given.</summary>
    public string? Rights { get; init; }

    /// <summary>The notice as HTML, links absolute, not cleaned, where it has markup (a link to the licence). Null: it has none.</summary>
    public string? RightsHtml { get; init; }

    /// <summary>Its description as HTML. Null: not given.</summary>
    public string? DescriptionHtml { get; init; }

    /// <summary>Its authors.</summary>
    public IReadOnlyList<FeedPerson> Authors { get; init; } = [];

    /// <summary>Who else took part in it.</summary>
    public IReadOnlyList<FeedPerson> Contributors { get; init; } = [];

    /// <summary>Its categories.</summary>
    public IReadOnlyList<FeedCategory> Categories { get; init; } = [];

    /// <summary>Its links.</summary>
    public IReadOnlyList<FeedLink> Links { get; init; } = [];
}

/// <summary>A point on the earth (WGS 84).</summary>
/// <param name="Latitude">Degrees north, -90 to 90.</param>
/// <param name="Longitude">Degrees east, -180 to 180.</param>
public sealed record GeoPoint(double Latitude, double Longitude);
