using Aggregator.Model.Feeds;
using Aggregator.Model.Text;

namespace Aggregator.Content.Querying;

/// <summary>The names that a query may use. Where a list is null, any name goes.</summary>
public sealed record QueryNames
{
    /// <summary>Any name goes.</summary>
    public static QueryNames Any { get; } = new();

    /// <summary>The topics' full names.</summary>
    public IReadOnlyCollection<string>? Topics { get; init; }

    /// <summary>The organisations' and products' canonical names.</summary>
    public IReadOnlyCollection<string>? Entities { get; init; }

    /// <summary>The feeds.</summary>
    public IReadOnlyCollection<NamedFeed>? Feeds { get; init; }
}

/// <summary>A feed and what it may be called.</summary>
/// <param name="Id">The feed.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Address">Its address.</param>
/// <param name="Hosts">The hosts of its address and site, and their short forms.</param>
public sealed record NamedFeed(FeedId Id, string Name, Uri Address, IReadOnlyList<string> Hosts)
{
    /// <summary>Whether a text means this feed: its id, its address, one of its hosts, or its name or a host as a slug. Case does not matter.</summary>
    public bool IsMeantBy(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var slug = Slug.Of(text);
        return Id.Value.Equals(text, StringComparison.OrdinalIgnoreCase)
            || (Uri.TryCreate(text, UriKind.Absolute, out var address) && AddressKey.Of(Address) == AddressKey.Of(address))
            || (slug.Length > 0 && Slug.Of(Name) == slug)
            || Hosts.Any(host => host.Equals(text, StringComparison.OrdinalIgnoreCase) || (slug.Length > 0 && Slug.Of(host) == slug));
    }
}
