using Aggregator.Model.Push;
using Aggregator.Model.Storage;
using Aggregator.Service.Hosting;
using Aggregator.Service.Push;
using Aggregator.Service.Tests.World;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Aggregator.Service.Tests.Push;

/// <summary>What webhooks never took is kept for a while, and never fills the disk.</summary>
public sealed class DeadLettersTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 3, 2, 12, 0, 0, TimeSpan.Zero));
    private readonly IPushStore _store;
    private readonly PushBook _book;

    public DeadLettersTests()
    {
        _store = StorageRegistration.OpenPush(_folder.Data);
        _book = new PushBook(_store, _clock, NullLogger<PushBook>.Instance);
    }

    [Fact]
    public void Save_MoreThanAThousand_DropsTheOldest()
    {
        for (var number = 1; number <= 1_003; number++)
        {
            GiveUp(number, bytes: 10);
        }

        _book.Save();

        Assert.Equal(1_000, _book.DeadLetterCount);
        Assert.Equal((1_003, 4), (_book.DeadLetters[0].Number, _book.DeadLetters[^1].Number));
    }

    [Fact]
    public void Save_MoreThanAHundredMegabytes_DropsTheOldest()
    {
        for (var number = 1; number <= 12; number++)
        {
            GiveUp(number, bytes: 10_000_000);
            _book.Save();
        }

        Assert.Equal(Enumerable.Range(3, 10).Reverse(), _book.DeadLetters.Select(letter => (int)letter.Number));
    }

    [Fact]
    public void ForgetTaken_AfterThirtyDays_DropsThem()
    {
        GiveUp(1, bytes: 10);
        _book.Save();
        _clock.Advance(TimeSpan.FromDays(29));
        GiveUp(2, bytes: 10);
        _book.ForgetTaken();
        Assert.Equal(2, _book.DeadLetterCount);

        _clock.Advance(TimeSpan.FromDays(2));
        _book.ForgetTaken();

        Assert.Equal(2, Assert.Single(_book.DeadLetters).Number);
    }

    [Fact]
    public void Find_LetterOfAList_HoldsWhatWasToBeTold()
    {
        GiveUp(1, bytes: 3);
        GiveUp(2, bytes: 7);
        _book.Save();

        var listed = _book.DeadLetters[0];
        var found = _book.FindDeadLetter(listed.Id)!;

        Assert.Equal(new ListedDeadLetter("letter 2", "desk", "http://news.example/feed.json", 2, found.Publication.At, found.GivenUp, "it answered 500", 7), listed);
        Assert.Equal(new byte[7], found.Publication.Body);
        Assert.True(_book.ForgetDeadLetter(listed.Id));
        Assert.False(_book.ForgetDeadLetter(listed.Id));
        Assert.Null(_book.FindDeadLetter(listed.Id));
    }

    public void Dispose()
    {
        _book.Dispose();
        _store.Dispose();
        _folder.Dispose();
    }

    /// <summary>A webhook does not take a publication in the end, a second after the one before.</summary>
    private void GiveUp(int number, int bytes)
    {
        _clock.Advance(TimeSpan.FromSeconds(1));
        var now = _clock.GetUtcNow();
        var publication = new Publication("http://news.example/feed.json", number, now.AddDays(-1), "application/feed+json", new byte[bytes]);
        _book.Change("desk", known => known, new DeadLetter($"letter {number}", "desk", now, "it answered 500", publication));
    }
}
