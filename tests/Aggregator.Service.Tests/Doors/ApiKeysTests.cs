using Aggregator.Service.Doors;
using Aggregator.Service.Hosting;
using Aggregator.Service.Tests.World;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Aggregator.Service.Tests.Doors;

/// <summary>Keys: what is kept of them, and what they open for how long.</summary>
public sealed class ApiKeysTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 24, 8, 0, 0, TimeSpan.Zero));

    public ApiKeysTests() => Directory.CreateDirectory(_folder.Data);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Key_Made_IsFoundByItsTextAlone()
    {
        var keys = Open();
        var (key, text) = keys.Add("desk", KeyScope.Change, [], null)!.Value;

        Assert.Matches("^agg_[0-9a-f]{12}_[0-9a-f]{64}$", text);
        Assert.Equal("desk", keys.Find(text)!.Key.Name);
        Assert.Null(keys.Find(key.Id));
        Assert.Null(keys.Find(key.Hash));
        Assert.Null(keys.Find($"agg_{key.Id}_"));
        Assert.Null(keys.Find($"agg_{key.Id}_{new string('0', 64)}"));
        Assert.Null(keys.Find(text + "0"));
        Assert.Null(keys.Find(text.ToUpperInvariant()));
        Assert.Null(keys.Find(""));
        Assert.Null(keys.Find("agg__"));
    }

    [Fact]
    public void File_HoldsNoSecretAndIsItsOwnersOnly()
    {
        var (_, text) = Open().Add("desk", KeyScope.Change, [], null)!.Value;
        var path = Path.Combine(_folder.Data, "keys.json");

        Assert.DoesNotContain(text[^64..], File.ReadAllText(path), StringComparison.OrdinalIgnoreCase);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        }

        Assert.Equal("desk", Open().Find(text)!.Key.Name);
        Assert.Equal([path], Directory.GetFiles(_folder.Data));
    }

    [Fact]
    public void Key_Revoked_OpensNothingAndEndsWhatItOpened()
    {
        var keys = Open();
        var (_, text) = keys.Add("desk", KeyScope.Read, [], null)!.Value;
        var (_, other) = keys.Add("phone", KeyScope.Read, [], null)!.Value;
        var (held, kept) = (keys.Find(text)!, keys.Find(other)!);

        Assert.NotNull(keys.Revoke("DESK"));

        Assert.Null(keys.Find(text));
        Assert.True(held.Ended.IsCancellationRequested);
        Assert.False(kept.Ended.IsCancellationRequested);
        Assert.NotNull(keys.Find(other));
        Assert.Null(keys.Revoke("desk"));
        Assert.Null(Open().Find(text));
    }

    [Fact]
    public void Key_Replaced_HasAnotherTextAndIsOtherwiseTheSame()
    {
        var keys = Open();
        var expires = _clock.GetUtcNow().AddDays(90);
        var (key, text) = keys.Add("desk", KeyScope.Read, ["feeds/ip-watch"], expires)!.Value;

        var (replaced, another) = keys.Replace(key.Id)!.Value;

        Assert.Null(keys.Find(text));
        Assert.Equal((key.Name, key.Scope, expires), (replaced.Name, replaced.Scope, replaced.Expires));
        Assert.Equal(["feeds/ip-watch"], keys.Find(another)!.Key.Feeds);
        Assert.Single(keys.All);
    }

    [Fact]
    public void Key_ThatExpires_IsGoodUntilThen()
    {
        var keys = Open();
        var (_, text) = keys.Add("desk", KeyScope.Read, [], _clock.GetUtcNow().AddHours(12))!.Value;
        var held = keys.Find(text)!;
        _clock.Advance(TimeSpan.FromHours(12) - TimeSpan.FromSeconds(1));
        Assert.NotNull(keys.Find(text));
        Assert.False(held.Ended.IsCancellationRequested);

        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Null(keys.Find(text));
        Assert.True(held.Ended.IsCancellationRequested);
    }

    [Fact]
    public void Key_ThatExpiresInMonths_EndsWhatItOpenedThen()
    {
        var keys = Open();
        var (_, text) = keys.Add("desk", KeyScope.Read, [], _clock.GetUtcNow().AddDays(90))!.Value;
        var held = keys.Find(text)!;
        for (var day = 0; day < 89; day++)
        {
            _clock.Advance(TimeSpan.FromDays(1));
        }

        Assert.False(held.Ended.IsCancellationRequested);
        _clock.Advance(TimeSpan.FromDays(1));
        Assert.True(held.Ended.IsCancellationRequested);
    }

    /// <summary>That a key was used is noted in the same file; a key that was taken out of it a moment ago must not come back by that.</summary>
    [Fact]
    public void File_EditedAMomentAgo_IsNotWrittenOver()
    {
        var (keys, path) = (Open(), Path.Combine(_folder.Data, "keys.json"));
        var (_, text) = keys.Add("desk", KeyScope.Read, [], null)!.Value;
        var withOne = File.ReadAllText(path);
        var (_, other) = keys.Add("phone", KeyScope.Read, [], null)!.Value;
        File.WriteAllText(path, withOne);

        Assert.NotNull(keys.Find(text));
        Assert.Equal(withOne, File.ReadAllText(path));

        keys.Add("tablet", KeyScope.Read, [], null);
        Assert.Null(keys.Find(other));
        Assert.Equal(["desk", "tablet"], Open().All.Select(key => key.Name).Order(StringComparer.Ordinal));

        File.WriteAllText(path, "{ \"keys\": [ oops");
        Assert.Throws<IOException>(() => keys.Revoke("desk"));
        Assert.Equal("{ \"keys\": [ oops", File.ReadAllText(path));
    }

    [Fact]
    public void Keys_OfOneName_AreOne()
    {
        var keys = Open();
        keys.Add("desk", KeyScope.Read, [], null);

        Assert.Null(keys.Add("Desk", KeyScope.Change, [], null));
    }

    [Fact]
    public void Use_IsNotedByTheDay()
    {
        var keys = Open();
        var (_, text) = keys.Add("desk", KeyScope.Read, [], null)!.Value;
        Assert.Null(keys.All[0].LastUsed);
        keys.Find(text);
        var written = File.ReadAllBytes(keys.Path);
        _clock.Advance(TimeSpan.FromHours(3));
        keys.Find(text);
        Assert.Equal(written, File.ReadAllBytes(keys.Path));

        _clock.Advance(TimeSpan.FromDays(1));
        keys.Find(text);

        Assert.Equal(new DateOnly(2026, 11, 25), Open().All[0].LastUsed);
    }

    [Fact]
    public void Use_ThatCannotBeNoted_OpensAllTheSame()
    {
        var keys = Open();
        var (_, text) = keys.Add("desk", KeyScope.Read, [], null)!.Value;
        Directory.CreateDirectory(keys.Path + ".new");

        Assert.NotNull(keys.Find(text));
        Assert.Throws<UnauthorizedAccessException>(() => keys.Add("phone", KeyScope.Read, [], null));
        Assert.Single(keys.All);
    }

    /// <summary>The operator's editor is a way to revoke, too.</summary>
    [Fact]
    public void File_EditedByHand_IsTakenOver()
    {
        var keys = Open();
        var (_, text) = keys.Add("desk", KeyScope.Read, [], null)!.Value;
        var file = File.ReadAllText(keys.Path);
        Assert.False(keys.Refresh());

        File.WriteAllText(keys.Path, "{ \"keys\": [ ] }");
        Assert.True(keys.Refresh());
        Assert.Null(keys.Find(text));

        File.WriteAllText(keys.Path, file);
        Assert.True(keys.Refresh());
        Assert.NotNull(keys.Find(text));

        File.WriteAllText(keys.Path, "{ \"keys\": [ ");
        Assert.Throws<System.Text.Json.JsonException>(() => keys.Refresh());
        Assert.False(keys.Refresh());
        Assert.NotNull(keys.Find(text));

        File.Delete(keys.Path);
        Assert.True(keys.Refresh());
        Assert.Null(keys.Find(text));
    }

    [Theory]
    [InlineData("{ \"keys\": [ ")]
    [InlineData("[]")]
    [InlineData("{ \"keys\": [ { \"id\": \"one\" } ] }")]
    [InlineData("{ \"keys\": [ { \"id\": null, \"name\": \"a\", \"hash\": \"b\", \"scope\": \"read\" } ] }")]
    public void File_ThatIsNone_StopsTheStart(string content)
    {
        File.WriteAllText(Path.Combine(_folder.Data, "keys.json"), content);

        Assert.Contains("keys.json: this is no list of keys", Assert.Throws<StartException>(Open).Message, StringComparison.Ordinal);
    }

    /// <summary>
    /// Whoever tries texts learns nothing by how long it takes: whether the id is known, unknown or no id at all, the same is done. It shows in what the check makes in
    /// memory, which does not depend on how busy the machine is.
    /// </summary>
    [Fact]
    public void Find_OfAnyWrongText_DoesTheSame()
    {
        var keys = Open();
        var (key, text) = keys.Add("desk", KeyScope.Read, [], null)!.Value;
        keys.Find(text);
        string[] wrong = [$"agg_{key.Id}_{new string('0', 64)}", $"agg_{new string('0', 12)}_{new string('0', 64)}", $"agg_{key.Id}_{text[17..^1]}{(text[^1] == '0' ? '1' : '0')}"];
        var least = new long[wrong.Length];
        for (var round = 0; round < 500; round++)
        {
            for (var i = 0; i < wrong.Length; i++)
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                var found = keys.Find(wrong[i]);
                var made = GC.GetAllocatedBytesForCurrentThread() - before;
                Assert.Null(found);
                least[i] = round == 0 ? made : Math.Min(least[i], made);
            }
        }

        Assert.True(least[0] > 0);
        Assert.All(least, made => Assert.Equal(least[0], made));
    }

    private ApiKeys Open() => new(new ServicePaths(_folder.Feeds, _folder.Data), _clock, NullLogger<ApiKeys>.Instance);
}
