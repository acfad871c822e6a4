using Aggregator.Service.Hosting;
using Aggregator.Service.Images;
using Aggregator.Service.Tests.World;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Aggregator.Service.Tests.Images;

public sealed class ImageCacheTests : IDisposable
{
    private const int Megabyte = 1024 * 1024;

    private readonly TestFolder _folder = new();
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 3, 2, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public void Keep_MoreThanTheSize_LetsGoOfWhatWasNotUsedLongest()
    {
        var cache = NewCache();
        for (var i = 0; i < 15; i++)
        {
            Keep(cache, i);
        }

        Assert.NotNull(cache.Find(Address(0)));
        Keep(cache, 15);
        Keep(cache, 16);

        Assert.NotNull(cache.Find(Address(0)));
        Assert.Null(cache.Find(Address(1)));
        Assert.NotNull(cache.Find(Address(16)));
        Assert.InRange(cache.Bytes, 1, 16 * Megabyte);
        Assert.Equal(cache.Bytes, Directory.EnumerateFiles(Path.Combine(_folder.Data, "images")).Sum(file => new FileInfo(file).Length));
    }

    [Fact]
    public void Find_AfterARestart_KnowsWhatIsThereAndInWhichOrder()
    {
        var before = NewCache();
        for (var i = 0; i < 15; i++)
        {
            Keep(before, i);
        }

        _clock.Advance(TimeSpan.FromHours(2));
        before.Find(Address(0));
        var cache = NewCache();
        Keep(cache, 15);
        Keep(cache, 16);

        Assert.NotNull(cache.Find(Address(0)));
        Assert.Null(cache.Find(Address(1)));
    }

    [Fact]
    public void Find_AfterAMonth_IsToBeFetchedAnew()
    {
        var cache = NewCache();
        Keep(cache, 1);
        _clock.Advance(TimeSpan.FromDays(31));

        Assert.Null(cache.Find(Address(1)));
        Assert.Equal(0, cache.Bytes);
    }

    [Fact]
    public void Find_FileThatIsGone_IsToBeFetchedAnew()
    {
        var cache = NewCache();
        Keep(cache, 1);
        Directory.Delete(Path.Combine(_folder.Data, "images"), recursive: true);

        Assert.Null(cache.Find(Address(1)));
        Keep(cache, 1);
        Assert.NotNull(cache.Find(Address(1)));
    }

    [Fact]
    public void Keep_FolderThatIsALink_WritesNothingWhereItLeads()
    {
        var outside = Directory.CreateDirectory(Path.Combine(_folder.Path, "outside")).FullName;
        Directory.CreateDirectory(_folder.Data);
        Directory.CreateSymbolicLink(Path.Combine(_folder.Data, "images"), outside);

        var stored = NewCache().Keep(Address(1), [1, 2, 3], "png");

        Assert.Equal([1, 2, 3], stored.Content);
        Assert.Empty(Directory.EnumerateFileSystemEntries(outside));
    }

    [Fact]
    public void Keep_DiskThatTakesNothing_GivesThePictureAllTheSame()
    {
        Directory.CreateDirectory(_folder.Data);
        File.WriteAllText(Path.Combine(_folder.Data, "images"), "in the way");

        Assert.Equal([1], NewCache().Keep(Address(1), [1], "gif").Content);
    }

    [Theory]
    [InlineData("89504E470D0A1A0A00", "png")]
    [InlineData("FFD8FFE0", "jpg")]
    [InlineData("474946383961", "gif")]
    [InlineData("474946383761", "gif")]
    [InlineData("524946460000000057454250", "webp")]
    [InlineData("000000206674797061766966", "avif")]
    [InlineData("000000206674797061766973", "avif")]
    [InlineData("0000002066747970686569630000", null)]
    [InlineData("524946460000000057415645", null)]
    [InlineData("3C737667", null)]
    [InlineData("3C3F786D6C", null)]
    [InlineData("424D", null)]
    [InlineData("00000100", null)]
    [InlineData("25504446", null)]
    [InlineData("", null)]
    public void Kind_IsToldByTheFirstBytes(string bytes, string? ending) => Assert.Equal(ending, ImageKind.Of(Convert.FromHexString(bytes)));

    public void Dispose() => _folder.Dispose();

    private static Uri Address(int number) => new($"https://pictures.example/{number}.png");

    private void Keep(ImageCache cache, int number)
    {
        var content = new byte[Megabyte];
        content[0] = (byte)number;
        cache.Keep(Address(number), content, "png");
        _clock.Advance(TimeSpan.FromSeconds(1));
    }

    private ImageCache NewCache() => new(new ServicePaths(_folder.Feeds, _folder.Data), Options.Create(new ImagesOptions { Megabytes = 16 }), _clock, NullLogger<ImageCache>.Instance);
}
