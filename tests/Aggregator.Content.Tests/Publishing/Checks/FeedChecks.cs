using Aggregator.Content.Publishing;

namespace Aggregator.Content.Tests.Publishing.Checks;

/// <summary>
/// What is wrong with a published document: the rules of its format, and what the W3C's feed validator says beyond them
/// (https://github.com/w3c/feedvalidator, where each finding has the name given here). Errors and warnings count alike. JSON Feed, which that
/// validator does not know, is held to its specification.
/// </summary>
internal static class FeedChecks
{
    /// <summary>What is wrong with a feed as a writer writes it.</summary>
    public static IReadOnlyList<string> Of(IFeedWriter writer, PublishedFeed feed, DateTimeOffset now) => Of(writer.Extension, writer.Write(feed), feed.Self, now);

    /// <summary>What is wrong with a document that was fetched from an address at a time. Empty: nothing.</summary>
    public static IReadOnlyList<string> Of(string extension, byte[] document, Uri self, DateTimeOffset now)
    {
        var findings = new Findings();
        if (extension == "json")
        {
            new JsonFeedChecks(findings, now).Check(document, self);
            return findings.All;
        }

        if (CheckedXml.Read(document, findings, now) is { } xml)
        {
            switch (extension)
            {
                case "atom":
                    new AtomChecks(xml, self).Check();
                    break;
                case "rss":
                    new RssChecks(xml, self).Check();
                    break;
                default:
                    new RdfChecks(xml, self).Check();
                    break;
            }
        }

        return findings.All;
    }
}

/// <summary>What was found.</summary>
internal sealed class Findings
{
    private readonly List<string> _all = [];

    public IReadOnlyList<string> All => _all;

    /// <summary>A fault, unless something holds.</summary>
    public void Unless(bool holds, string fault, string where, string? value = null)
    {
        if (!holds)
        {
            _all.Add($"{fault}: {where}{(value is null ? "" : $": {(value.Length > 200 ? value[..200] : value)}")}");
        }
    }
}
