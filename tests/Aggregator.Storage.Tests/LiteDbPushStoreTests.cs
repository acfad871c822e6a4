using Aggregator.Model.Push;
using Aggregator.Storage.LiteDb;

namespace Aggregator.Storage.Tests;

/// <summary>What is pushed to whom, in its file.</summary>
public sealed class LiteDbPushStoreTests
{
    private const string Feed = "http://news.example/feed.json";

    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void List_DeadLetterOfAnEarlierVersion_TellsItsSizeToo()
    {
        using var folder = new TemporaryFolder();
        using (var store = LiteDbPushStore.Open(folder.Path))
        {
            store.Save([], [], [Letter("new", 7), Letter("old", 3)]);
        }

        using (var file = DatabaseFile.Open(Path.Combine(folder.Path, LiteDbPushStore.FileName), 1024 * 1024, []))
        {
            var letters = file.Collection("deadLetters");
            var old = letters.FindById("old");
            old.Remove("bytes");
            letters.Update(old);
        }

        using var again = LiteDbPushStore.Open(folder.Path);
        Assert.Equal([("new", 7), ("old", 3)], again.ListDeadLetters().Select(letter => (letter.Id, letter.Bytes)).Order());
        Assert.Equal(2, again.ForgetDeadLetters(["new", "old", "none"]));
        Assert.Equal(0, again.CountDeadLetters());
    }

    [Fact]
    public void ListPublications_TellsTheSizeOfWhatIsKept()
    {
        using var folder = new TemporaryFolder();
        using (var store = LiteDbPushStore.Open(folder.Path))
        {
            store.Publish(new PublishedTopic(Feed, Noon, 3, new Dictionary<string, long>()), [.. Enumerable.Range(1, 3).Select(number => new Publication(Feed, number, Noon.AddMinutes(number), "text/plain", new byte[number * 10_000]))]);
            store.ForgetPublications(Feed, 1);
        }

        using var again = LiteDbPushStore.Open(folder.Path);
        Assert.Equal([new ListedPublication(Feed, 2, Noon.AddMinutes(2), 20_000), new ListedPublication(Feed, 3, Noon.AddMinutes(3), 30_000)], again.ListPublications().OrderBy(publication => publication.Number));
    }

    private static DeadLetter Letter(string id, int bytes) =>
        new(id, "desk", Noon, "it answered 500", new Publication(Feed, 1, Noon.AddDays(-1), "application/feed+json", new byte[bytes]));
}
