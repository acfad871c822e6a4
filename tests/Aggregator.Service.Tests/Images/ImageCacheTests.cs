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

        Assert.True(IsThere(cache, 0));
        Keep(cache, 15);
        Keep(cache, 16);

        Assert.True(IsThere(cache, 0));
        Assert.False(IsThere(cache, 1));
        Assert.True(IsThere(cache, 16));
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
        Assert.True(IsThere(before, 0));
        var cache = NewCache();
        Keep(cache, 15);
        Keep(cache, 16);

        Assert.True(IsThere(cache, 0));
        Assert.False(IsThere(cache, 1));
    }

    [Fact]
    public void Find_AfterAMonth_IsToBeFetchedAnew()
    {
        var cache = NewCache();
        Keep(cache, 1);
        _clock.Advance(TimeSpan.FromDays(31));

        Assert.False(IsThere(cache, 1));
        Assert.Equal(0, cache.Bytes);
    }

    [Fact]
    public void Find_FileThatIsGone_IsToBeFetchedAnew()
    {
        var cache = NewCache();
        Keep(cache, 1);
        Directory.Delete(Path.Combine(_folder.Data, "images"), recursive: true);

        Assert.False(IsThere(cache, 1));
        Keep(cache, 1);
        Assert.True(IsThere(cache, 1));
    }

    [Fact]
    public void Keep_FolderThatIsALink_WritesNothingWhereItLeads()
    {
        var outside = Directory.CreateDirectory(Path.Combine(_folder.Path, "outside")).FullName;
        Directory.CreateDirectory(_folder.Data);
        Directory.CreateSymbolicLink(Path.Combine(_folder.Data, "images"), outside);

        Assert.False(NewCache().Keep(Address(1), [1, 2, 3], "png"));
        Assert.Empty(Directory.EnumerateFileSystemEntries(outside));
    }

    [Fact]
    public void Keep_DiskThatTakesNothing_SaysSo()
    {
        Directory.CreateDirectory(_folder.Data);
        File.WriteAllText(Path.Combine(_folder.Data, "images"), "in the way");

        var cache = NewCache();
        Assert.False(cache.Keep(Address(1), [1], "gif"));
        Assert.False(IsThere(cache, 1));
    }

    /// <summary>Thousands may ask for a large picture and take their time.</summary>
    [Fact]
    public void Find_TakesNoMemoryForWhatIsInIt()
    {
        var cache = NewCache();
        Keep(cache, 1);
        Assert.True(IsThere(cache, 1));
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.True(IsThere(cache, 1));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Megabyte / 20);
    }

    [Fact]
    public void Found_LetGoOfBeforeItIsRead_IsReadToItsEnd()
    {
        var cache = NewCache();
        Keep(cache, 0);
        using var found = cache.Find(Address(0))!;
        for (var i = 1; i <= 17; i++)
        {
            Keep(cache, i);
        }

        Assert.False(IsThere(cache, 0));
        using var read = new MemoryStream();
        found.Content.CopyTo(read);
        Assert.Equal(Megabyte, read.Length);
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

    private static bool IsThere(ImageCache cache, int number)
    {
        using var found = cache.Find(Address(number));
        return found is not null;
    }

    private void Keep(ImageCache cache, int number)
    {
        var content = new byte[Megabyte];
        content[0] = (byte)number;
        cache.Keep(Address(number), content, "png");
        _clock.Advance(TimeSpan.FromSeconds(1));
    }

    private ImageCache NewCache() => new(new ServicePaths(_folder.Feeds, _folder.Data), Options.Create(new ImagesOptions { Megabytes = 16 }), _clock, NullLogger<ImageCache>.Instance);
}
