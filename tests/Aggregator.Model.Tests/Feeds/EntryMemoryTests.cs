using Aggregator.Model.Feeds;
using Aggregator.Model.Stories;

namespace Aggregator.Model.Tests.Feeds;

public sealed class EntryMemoryTests
{
    private static readonly FeedId Feed = new("0123456789abcdef");
    private static readonly DateTimeOffset Day = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    private static readonly FeedEntry[] Before =
    [
        Entry("http://old.example/1", "http://old.example/1", "One", Day),
        Entry("http://old.example/2", "http://old.example/2", "Two", Day.AddDays(1)),
    ];

    [Fact]
    public void Recognise_SiteMovedToHttps_KnowsEveryEntry() =>
        Assert.Equal(Stories(Before), Known(Before, Entry("https://old.example/1", "https://old.example/1", "One", Day), Entry("https://old.example/2", "https://old.example/2", "Two", Day.AddDays(1))));

    [Fact]
    public void Recognise_OtherIdsForTheSameLinks_KnowsEveryEntryWhateverTheOrder() =>
        Assert.Equal(Stories(Before).Reverse(), Known(Before, Entry("post-2", "https://old.example/2", "Two, corrected", Day.AddDays(1)), Entry("post-1", "https://old.example/1", "One", Day)));

    [Fact]
    public void Recognise_OtherIdsAndLinks_KnowsThemByTitleAndDate() =>
        Assert.Equal(Stories(Before), Known(Before, Entry("post-1", "https://new.example/a", "One", Day), Entry("post-2", "https://new.example/b", "Two", Day.AddDays(1))));

    [Fact]
    public void Recognise_NewEntryUnderTheSameLinkAndTitle_IsNew()
    {
        FeedEntry[] yesterday = [Entry("day-1", "https://picture.example/", "Picture of the day", Day)];
        var today = Entry("day-2", "https://picture.example/", "Picture of the day", Day.AddDays(1));

        Assert.Equal([StoryId.Of(Feed, "day-2")], Known(yesterday, today));
    }

    [Fact]
    public void Recognise_TheOldEntryIsStillThere_TheOtherIsNew() =>
        Assert.Equal([.. Stories(Before), StoryId.Of(Feed, "copy")], Known(Before, [.. Before, Entry("copy", "http://old.example/1", "One", Day)]));

    [Fact]
    public void Recognise_SeveralCouldBeIt_NoneIs()
    {
        FeedEntry[] twins = [Entry("a", "https://same.example/", "Same", Day), Entry("b", "https://same.example/", "Same", Day)];

        Assert.Equal([StoryId.Of(Feed, "c")], Known(twins, Entry("c", "https://same.example/", "Same", Day)));
    }

    [Fact]
    public void After_EntryKnownAgain_IsRememberedByItsNewIdAndThroughTheStore()
    {
        FeedEntry[] moved = [Entry("post-1", "https://new.example/a", "One", Day)];
        var memory = EntryMemory.Empty.After(Before, Feed);
        memory = memory.After(memory.Recognise(moved, Feed), Feed);
        var stored = EntryMemory.FromBytes(memory.Bytes.ToArray());

        Assert.Equal(Stories(Before)[0], stored.Recognise([Entry("post-1", "https://new.example/a2", "One, corrected", Day.AddHours(1))], Feed)[0].StoryIn(Feed));
    }

    [Fact]
    public void After_EntryThatLeftForOnePoll_IsStillRemembered()
    {
        var memory = EntryMemory.Empty.After(Before, Feed).After([Entry("3", "https://old.example/3", "Three", Day)], Feed);

        Assert.Equal(Stories(Before)[0], memory.Recognise([Entry("https://old.example/1", "https://old.example/1", "One", Day)], Feed)[0].StoryIn(Feed));
    }

    [Fact]
    public void After_ManyDocuments_DoesNotGrow()
    {
        var memory = EntryMemory.Empty;
        for (var i = 0; i < 100; i++)
        {
            memory = memory.After([Entry($"{i}", $"https://old.example/{i}", "Title", Day)], Feed);
        }

        Assert.InRange(memory.Bytes.Length, 1, 2 * 28);
    }

    private static StoryId[] Stories(FeedEntry[] entries) => [.. entries.Select(entry => StoryId.Of(Feed, entry.Key))];

    private static StoryId[] Known(FeedEntry[] before, params FeedEntry[] now) =>
        [.. EntryMemory.Empty.After(before, Feed).Recognise(now, Feed).Select(entry => entry.StoryIn(Feed))];

    private static FeedEntry Entry(string id, string link, string title, DateTimeOffset published) =>
        new() { Key = id, Fingerprint = "", Id = id, Link = new Uri(link), Title = title, Published = published };
}
