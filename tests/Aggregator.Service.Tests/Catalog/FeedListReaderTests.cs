using System.Text;
using Aggregator.Model.Storage;
using Aggregator.Service.Catalog;
using CsCheck;

namespace Aggregator.Service.Tests.Catalog;

public sealed class FeedListReaderTests
{
    [Fact]
    public void Parse_SavedAsLatin1_SaysWhereTheForeignByteIs()
    {
        var json = Encoding.Latin1.GetBytes("{ \"feeds\": [\n  { \"url\": \"https://a.example/\", \"title\": \"Zürich\" } ] }");

        var error = FeedListReader.Parse(json, "feeds.json").Error;

        Assert.Equal((2, 45), (error?.Line, error?.Column));
        Assert.Contains("UTF-8", error!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "url": "https://b.example/", "title": "half a pair \ud83d" }""")]
    [InlineData("""{ "url": "https://b.example/", "interval": "\ud83d" }""")]
    [InlineData("""{ "url": "https://b.example/\udc00" }""")]
    [InlineData("""{ "url": "https://b.example/", "interval": "-Infinityh" }""")]
    [InlineData("""{ "url": "https://b.example/", "interval": "-5h" }""")]
    [InlineData("""{ "url": "https://b.example/", "interval": 1e999 }""")]
    public void Parse_ValueThatCannotBe_CostsItsFeedOnly(string feed)
    {
        var list = Parse($$"""{ "feeds": [ {{feed}}, { "url": "https://a.example/" } ] }""");

        Assert.Equal("a.example", Assert.Single(list.Feeds).Address.Host);
        Assert.Equal(FeedListSeverity.Skipped, Assert.Single(list.Problems).Severity);
    }

    [Fact]
    public void Parse_FieldNameThatIsHalfAPair_IsAnUnknownField()
    {
        var list = Parse("""{ "feeds": [ { "url": "https://a.example/", "\ud83d": 1 } ] }""");

        Assert.Single(list.Feeds);
        Assert.Equal(FeedListSeverity.Warning, Assert.Single(list.Problems).Severity);
    }

    [Fact]
    public void Parse_WhatIsKeptOfAFeed_IsTaken()
    {
        var list = Parse("""
            { "feeds": [
                { "url": "https://a.example/", "keep": { "age": "90d", "stories": 500, "megabytes": 20 } },
                { "url": "https://b.example/", "keep": { "age": "forever", "stories": null } },
                { "url": "https://c.example/", "keep": null }, { "url": "https://d.example/", "keep": { } } ] }
            """);

        Assert.Empty(list.Problems);
        Assert.Equal(
            [new KeepLimits { MaxAge = TimeSpan.FromDays(90), MaxStories = 500, MaxBytes = 20 << 20 }, new KeepLimits { MaxAge = StoryRetention.ForEver }, null, null],
            list.Feeds.Select(feed => feed.Keep));
    }

    [Theory]
    [InlineData("90")]
    [InlineData("[]")]
    [InlineData("""{ "age": "5h" }""")]
    [InlineData("""{ "age": 90 }""")]
    [InlineData("""{ "stories": 0 }""")]
    [InlineData("""{ "stories": 1.5 }""")]
    [InlineData("""{ "stories": [1, 2] }""")]
    [InlineData("""{ "megabytes": -1 }""")]
    [InlineData("""{ "days": 5 }""")]
    public void Parse_WhatIsKeptThatCannotBe_CostsItsFeedOnlyAndSaysWhatIsExpected(string keep)
    {
        var list = Parse($$"""{ "feeds": [ { "url": "https://a.example/", "keep": {{keep}}, "title": "A" }, { "url": "https://b.example/" } ] }""");

        Assert.Equal("b.example", Assert.Single(list.Feeds).Address.Host);
        Assert.Contains("\"keep\": expected what is kept of the feed", Assert.Single(list.Problems).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://a.example/feed?b=1")]
    [InlineData("http://a.example/feed?b=1")]
    [InlineData("https://A.Example:443/feed?b=1#top")]
    public void Parse_SameAddressInAnotherSpelling_IsOneFeed(string again)
    {
        var list = Parse($$"""{ "feeds": [ { "url": "https://a.example/feed?b=1" }, { "url": "{{again}}" } ] }""");

        Assert.Single(list.Feeds);
        Assert.Contains("already", Assert.Single(list.Problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_FeedWithASecretsName_IsTaken()
    {
        var list = Parse("""{ "feeds": [ { "url": "https://a.example/", "auth": "my-paper", "authPages": true }, { "url": "https://b.example/", "auth": null } ] }""");

        Assert.Equal([("my-paper", true), (null, false)], list.Feeds.Select(feed => (feed.Auth, feed.AuthForPages)));
        Assert.Empty(list.Problems);
    }

    [Theory]
    [InlineData("""{ "url": "https://me:pass@b.example/" }""", "secrets.json")]
    [InlineData("""{ "url": "https://b.example/", "auth": "two words" }""", "the name of a secret")]
    [InlineData("""{ "url": "https://b.example/", "auth": { "user": "me", "password": "pass" } }""", "the name of a secret")]
    public void Parse_SecretInTheList_IsRefusedWithAdvice(string feed, string advice)
    {
        var problem = Assert.Single(Parse($$"""{ "feeds": [ {{feed}} ] }""").Problems);

        Assert.Equal(FeedListSeverity.Skipped, problem.Severity);
        Assert.Contains(advice, problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("pass\"", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "url": "https://b.example/feed?token=0123456789" }""", "token")]
    [InlineData("""{ "url": "http://b.example/feed", "auth": "paper" }""", "http")]
    public void Parse_SecretAtRisk_IsTakenWithAWarning(string feed, string word)
    {
        var list = Parse($$"""{ "feeds": [ {{feed}} ] }""");

        Assert.Single(list.Feeds);
        var problem = Assert.Single(list.Problems);
        Assert.Equal(FeedListSeverity.Warning, problem.Severity);
        Assert.Contains(word, problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("0123456789", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_LargerThanTheLimit_IsRefusedUnread()
    {
        var list = FeedListReader.Parse(Encoding.UTF8.GetBytes("{\"feeds\":[]}" + new string(' ', FeedListReader.MaxBytes)), "feeds.json");

        Assert.Equal("feeds.json:1:1: the file is larger than 5 MB: expected a list of feeds", list.Error?.ToString());
    }

    [Fact]
    public void Parse_NestedWithoutEnd_SaysWhere() =>
        Assert.StartsWith("feeds.json:1:", FeedListReader.Parse(Encoding.UTF8.GetBytes("{\"feeds\":" + new string('[', 100_000)), "feeds.json").Error?.ToString(), StringComparison.Ordinal);

    [Fact]
    public void Parse_BadEntriesAmongGoodOnes_AreNamedByLineAndCostNoOther()
    {
        var list = FeedListReader.Parse("{\n\"feeds\": [\n{ \"url\": \"https://a.example/\" },\n{ \"url\": \"javascript:alert(1)\" },\n{ \"url\": \"file:///etc/passwd\" },\n7,\n{ \"url\": \"https://b.example/\", \"colour\": \"red\" },\n{ \"title\": \"x\" }\n] }"u8, "feeds.json");

        Assert.Null(list.Error);
        Assert.Equal(["https://a.example/", "https://b.example/"], list.Feeds.Select(feed => feed.Address.AbsoluteUri));
        Assert.Equal([4, 5, 6, 7, 8], list.Problems.Select(problem => problem.Line));
    }

    [Fact]
    public void Parse_AnyBytes_NeverThrows() =>
        Gen.Byte.Array[0, 200].Select(noise => (byte[])[.. "{\"feeds\":[{\"url\":\"http://a.example/"u8, .. noise, .. "\"}]}"u8])
            .Sample(json => FeedListReader.Parse(json, "feeds.json").Problems.Count >= 0, iter: 2000);

    private static FeedList Parse(string json) => FeedListReader.Parse(Encoding.UTF8.GetBytes(json), "feeds.json");
}
