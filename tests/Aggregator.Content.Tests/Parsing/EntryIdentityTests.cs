using Aggregator.Content.Parsing;
using Aggregator.Model.Feeds;

namespace Aggregator.Content.Tests.Parsing;

public sealed class EntryIdentityTests
{
    [Fact]
    public void Assign_IdLinkOrTitle_TakesTheFirstThatIsThere()
    {
        var keys = Keys(Entry("id-1", "/1", "One"), Entry(null, "/2", "Two"), Entry(null, null, "Three"));

        Assert.Equal("id-1", keys[0]);
        Assert.Equal("news.example/2", keys[1]);
        Assert.StartsWith("text:", keys[2], StringComparison.Ordinal);
    }

    [Fact]
    public void Assign_EditedEntry_KeepsItsKeyAndChangesItsFingerprint()
    {
        var before = Assign(Entry("a", "/a", "Title"))[0];
        var after = Assign(Entry("a", "/a", "Title") with { SummaryHtml = "corrected" })[0];

        Assert.Equal(before.Key, after.Key);
        Assert.NotEqual(before.Fingerprint, after.Fingerprint);
    }

    [Fact]
    public void Assign_LongId_KeepsItsKeyThroughEdits()
    {
        var id = "https://news.example/?" + new string('x', 600);

        var key = Keys(Entry(id, "/a", "Title") with { SummaryHtml = "one" }).Single();

        Assert.Equal(key, Keys(Entry(id, "/a", "New title") with { SummaryHtml = "two" }).Single());
        Assert.True(key.Length < 100);
    }

    [Fact]
    public void Assign_CopyWithAChangedLink_IsTheSameEntry()
    {
        var alone = Keys(Entry("a", "/old", "A"), Entry("b", "/b", "B"));
        var beside = Keys(Entry("a", "/new", "A"), Entry("a", "/old", "A"), Entry("b", "/b", "B")).Distinct();

        Assert.Equal(alone, beside);
    }

    [Fact]
    public void Assign_NewerEntryUnderATakenId_LeavesTheOlderItsKey()
    {
        var keys = Keys(Entry("a", "/2", "Second", day: 2), Entry("a", "/1", "First", day: 1), Entry("b", "/b", "B"), Entry("c", "/c", "C"));

        Assert.Equal(["news.example/2", "a", "b", "c"], keys);
    }

    [Fact]
    public void Assign_OneIdForAll_IsNotBelieved() => Assert.Equal(
        ["news.example/1", "news.example/2", "news.example/3"],
        Keys(Entry("feed", "/1", "One"), Entry("feed", "/2", "Two"), Entry("feed", "/3", "Three")));

    [Fact]
    public void Assign_OneLinkForAll_TellsThemApartByTitle()
    {
        var entries = new[] { Entry(null, "/", "One"), Entry(null, "/", "Two"), Entry(null, "/", "Three"), Entry(null, "/", "Four") };

        Assert.Equal(4, Keys(entries).Distinct().Count());
        Assert.Equal(Keys(entries).Skip(1), Keys(entries[1..]));
    }

    [Fact]
    public void Assign_TwoCopiesWithChangedLinksAmongMany_KeepTheirIds()
    {
        var rest = Enumerable.Range(1, 10).Select(i => Entry($"id-{i}", $"/{i}", $"Title {i}")).ToList();

        var keys = Keys([Entry("id-1", "/moved-1", "Title 1"), Entry("id-2", "/moved-2", "Title 2"), .. rest]);

        Assert.Equal(rest.Select(entry => entry.Id), keys.Skip(2));
        Assert.Equal(["id-1", "id-2"], keys.Take(2));
    }

    [Fact]
    public void Assign_SameEntryTwice_CountsTheFirstInTheDocument()
    {
        var all = Assign(Entry("a", "/a", "A") with { SummaryHtml = "new" }, Entry("a", "/a", "A") with { SummaryHtml = "old" });

        Assert.Equal(2, all.Count);
        Assert.Equal("new", Assert.Single(all, entry => !entry.IsCopy).SummaryHtml);
    }

    private static FeedEntry Entry(string? id, string? path, string? title, int day = 1) => new()
    {
        Key = "",
        Fingerprint = "",
        Id = id,
        Link = path is null ? null : new Uri("https://news.example" + path),
        Title = title,
        Published = new DateTimeOffset(2025, 6, day, 0, 0, 0, TimeSpan.Zero),
    };

    private static IReadOnlyList<FeedEntry> Assign(params FeedEntry[] entries) => EntryIdentity.Assign(entries, new ProblemList());

    private static List<string> Keys(params FeedEntry[] entries) => [.. Assign(entries).Select(entry => entry.Key)];
}
