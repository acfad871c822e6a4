using Aggregator.Model.Push;
using Aggregator.Storage.LiteDb;

namespace Aggregator.Storage.Tests;

/// <summary>What is pushed to whom, in its file.</summary>
public sealed class LiteDbPushStoreTests
{
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

    private static DeadLetter Letter(string id, int bytes) =>
        new(id, "desk", Noon, "it answered 500", new Publication("http://news.example/feed.json", 1, Noon.AddDays(-1), "application/feed+json", new byte[bytes]));
}
