using Aggregator.Model.Feeds;

namespace Aggregator.Service.Hub;

/// <summary>What a feed says of its hub (W3C WebSub section 4). Pure.</summary>
/// <param name="Hubs">The hubs named, in order.</param>
/// <param name="Topic">The feed's address as its hubs know it. Null: not named, so there is nothing to subscribe to.</param>
public sealed record HubLinks(IReadOnlyList<Uri> Hubs, Uri? Topic)
{
    /// <summary>
    /// Reads the Link header of the feed's answer (RFC 8288), as sent, and, for what it does not name, the document's own links.
    /// </summary>
    public static HubLinks Find(string? linkHeader, Uri address, IReadOnlyList<FeedLink> documentLinks)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(documentLinks);
        var header = ReadHeader(linkHeader ?? "", address);
        var hubs = Named(header, "hub");
        var topics = Named(header, "self");
        return new HubLinks(
            hubs.Count > 0 ? hubs : Named(documentLinks.Select(link => (link.Address, link.Relation)), "hub"),
            topics.Count > 0 ? topics[0] : Named(documentLinks.Select(link => (link.Address, link.Relation)), "self").FirstOrDefault());
    }

    private static List<Uri> Named(IEnumerable<(Uri Address, string Relations)> links, string relation) =>
        [.. links.Where(link => link.Relations.Split(' ').Contains(relation, StringComparer.OrdinalIgnoreCase)).Select(link => link.Address)];

    private static List<(Uri Address, string Relations)> ReadHeader(string header, Uri address)
    {
        var links = new List<(Uri, string)>();
        for (var start = header.IndexOf('<', StringComparison.Ordinal); start >= 0;)
        {
            var end = header.IndexOf('>', start);
            if (end < 0)
            {
                break;
            }

            var target = header[(start + 1)..end].Trim();
            var (relations, next) = ReadParameters(header, end + 1);
            if (relations is not null && Uri.TryCreate(address, target, out var resolved))
            {
                // An absolute address stays as it is spelt: hubs compare topics as text.
                links.Add((Uri.TryCreate(target, UriKind.Absolute, out var spelt) && spelt.Scheme == resolved.Scheme ? spelt : resolved, relations));
            }

            start = next < header.Length ? header.IndexOf('<', next) : -1;
        }

        return links;
    }

    /// <summary>The first rel of a link's parameters (RFC 8288 section 3.3), and where the link ends: at a comma outside quotes.</summary>
    private static (string? Relations, int End) ReadParameters(string header, int position)
    {
        string? relations = null;
        while (position < header.Length && header[position] != ',')
        {
            var nameStart = position;
            while (position < header.Length && header[position] is not ('=' or ';' or ','))
            {
                position++;
            }

            var name = header[nameStart..position].Trim();
            var value = "";
            if (position < header.Length && header[position] == '=')
            {
                (value, position) = ReadValue(header, position + 1);
            }

            if (name.Equals("rel", StringComparison.OrdinalIgnoreCase))
            {
                relations ??= value;
            }

            position += position < header.Length && header[position] == ';' ? 1 : 0;
        }

        return (relations, position);
    }

    private static (string Value, int End) ReadValue(string header, int position)
    {
        while (position < header.Length && header[position] == ' ')
        {
            position++;
        }

        var start = position;
        if (position < header.Length && header[position] == '"')
        {
            do
            {
                position += header[position] == '\\' ? 2 : 1;
            }
            while (position < header.Length && header[position] != '"');
            var value = header[(start + 1)..Math.Min(position, header.Length)];
            return (value, Math.Min(position + 1, header.Length));
        }

        while (position < header.Length && header[position] is not (';' or ','))
        {
            position++;
        }

        return (header[start..position].Trim(), position);
    }
}
