using Aggregator.Content.Parsing;
using Aggregator.Content.Publishing;
using Aggregator.Model.Feeds;
using Aggregator.Model.Stories;
using AngleSharp.Html.Parser;

namespace Aggregator.Content.Tests.Publishing;

/// <summary>What is published, read again by the parser that reads everybody else's feeds.</summary>
public sealed class RoundTripTests
{
    public static TheoryData<string> Formats => [.. PublishedFormats.All.Select(format => format.Extension)];

    [Theory]
    [MemberData(nameof(Formats))]
    public void Read_WhatWasWritten_SaysTheSame(string extension)
    {
        var (feed, text) = Read(extension, Samples.Feed(new PublishedEntry(Samples.Story("A report", "<p>Body with <a href='/x'>a link</a> &amp; more.</p>"))));

        Assert.Empty(feed.Problems);
        Assert.Equal("All & everything", feed.Title);
        var entry = Assert.Single(feed.Entries);
        Assert.Equal("A report", entry.Title);
        Assert.Equal("https://paper.example/a?x=1&y=2", entry.Link!.AbsoluteUri);
        Assert.Equal(Samples.Noon.AddHours(-1), entry.Published);
        Assert.Equal(["Ann O’Nym", "Bob"], entry.Authors);
        Assert.Contains("Body with", text, StringComparison.Ordinal);
        Assert.Contains("& more.", text, StringComparison.Ordinal);
        Assert.Contains("Source: The Example & Co", text, StringComparison.Ordinal);
        Assert.Superset(new HashSet<string> { "EVs & self-driving", "AI", "Example Motors" }, entry.Categories.ToHashSet());
        Assert.Equal("https://paper.example/a.mp3", entry.Enclosures[0].Address.AbsoluteUri);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Read_NastyTitles_AreThoseThatWereWritten(string extension)
    {
        var entries = Samples.NastyTitles.Select((title, at) => new PublishedEntry(Samples.Story(title) with { Cluster = new ClusterId($"cluster{at}") }));
        var (feed, _) = Read(extension, Samples.Feed([.. entries]));

        Assert.Empty(feed.Problems);
        Assert.Equal(Samples.NastyTitles.Length, feed.Entries.Count);
        Assert.Equal("]]> ends nothing", feed.Entries[2].Title);
        Assert.Equal("Emoji 😀👩‍💻 and 𝒳", feed.Entries[4].Title);
        Assert.Equal("עברית ועוד", feed.Entries[5].Title);
        Assert.Equal("quote \" ' `", feed.Entries[11].Title);
        Assert.Equal("X: y", feed.Entries[12].Title);

        // RSS does not say whether a title is HTML, and readers take it for that where it looks like it. Written twice escaped it would be told wrong by the others.
        if (extension is "atom" or "json")
        {
            Assert.Equal("AT&T <b>buys</b> &amp; sells", Seen(feed.Entries[1].Title));
            Assert.Equal("<script>alert(1)</script>", Seen(feed.Entries[13].Title));
        }
    }

    /// <summary>Without what keeps text from being taken for HTML, which has no width.</summary>
    private static string? Seen(string? title) => title?.Replace("\u2060", "", StringComparison.Ordinal);

    private static (ParsedFeed Feed, string Text) Read(string extension, PublishedFeed published)
    {
        var writer = PublishedFormats.All.Single(format => format.Extension == extension);
        var feed = FeedParser.Parse(writer.Write(published), new FeedDocument(published.Self, writer.MediaType));
        return (feed, new HtmlParser().ParseDocument(feed.Entries[0].ContentHtml ?? "").Body!.TextContent);
    }
}
