using Aggregator.Service.Hosting;
using Aggregator.Service.Tests.World;

namespace Aggregator.Service.Tests.Hosting;

public sealed class ConfigurationSourcesTests
{
    [Theory]
    [InlineData("Polling:DefaultInterval", "abc", "from 00:15:00 to 7.00:00:00")]
    [InlineData("Polling:DefaultInterval", "00:01:00", "from 00:15:00 to 7.00:00:00")]
    [InlineData("Hosting:FeedEntries", "x", "a whole number from 1 to 500")]
    [InlineData("Hosting:FeedEntries", "501", "a whole number from 1 to 500")]
    [InlineData("Fetching:MostBytesInHand", "12", "a whole number from 4000000 to 2000000000")]
    [InlineData("Hosting:TagAuthority", "mine", "news.example.org,2026")]
    [InlineData("Hosting:Listen", "5080", "http://127.0.0.1:5080")]
    [InlineData("Hosting:Listen", "", "http://127.0.0.1:5080")]
    [InlineData("Hosting:Listen", "ftp://127.0.0.1:5080", "https://")]
    [InlineData("Hosting:Listen", ";", "semicolons")]
    [InlineData("Hosting:Listen", "http://127.0.0.1:5080;5443", "semicolons")]
    [InlineData("Hosting:Listen", "http://news.example.org:5080", "IP address")]
    [InlineData("Hosting:Listen", "http://127.0.0.1:99999", "port")]
    [InlineData("Hosting:Listen", "http://127.0.0.1:5080/news", "http://127.0.0.1:5080")]
    [InlineData("Hosting:Listen", "http://localhost:0", "port")]
    [InlineData("Hosting:PublicAddress", "news.example.org", "https://news.example.org")]
    [InlineData("Hosting:PublicAddress", "https://example.org/news?x=1", "perhaps a path")]
    [InlineData("Hosting:PublicAddress", "https://me@example.org/", "perhaps a path")]
    [InlineData("Hosting:PublicAddress", "https://example.org//news", "perhaps a path")]
    [InlineData("Hosting:PublicAddress", "file:///news", "perhaps a path")]
    [InlineData("Hosting:TrustedProxies:0", "10.0.0.1/8", "10.0.0.0/8")]
    [InlineData("Hosting:TrustedProxies:1", "proxy.internal", "the IP address of a proxy")]
    [InlineData("Hosting:TrustedProxies:0", "10.1", "the IP address of a proxy")]
    [InlineData("Hosting:TrustedProxies", "127.0.0.1", "Hosting:TrustedProxies:0")]
    [InlineData("Fetching:Proxy", "proxy.example", "a whole address")]
    [InlineData("Fetching:AllowedNetworks", "10.0.0.0/8", "Fetching:AllowedNetworks:0")]
    public void Read_ValueThatCannotBeUsed_StopsTheStartWithNameValueAndWhatIsAllowed(string name, string value, string allowed)
    {
        var fault = Assert.Throws<StartException>(() => Read(new Dictionary<string, string?> { [name] = value }));

        Assert.StartsWith($"{name}=\"{value.Replace("me@", "(hidden)@", StringComparison.Ordinal)}\" cannot be used", fault.Message, StringComparison.Ordinal);
        Assert.Contains(allowed, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', fault.Message);
    }

    [Theory]
    [InlineData("Polling:DefaultInterval", "00:30:00")]
    [InlineData("Hosting:Listen", "http://localhost:5080")]
    [InlineData("Hosting:Listen", "http://*:5080")]
    [InlineData("Hosting:Listen", "http://[::]:0")]
    [InlineData("Hosting:Listen", "http://127.0.0.1:5080; https://*:443")]
    [InlineData("Hosting:PublicAddress", "https://news.example.org")]
    [InlineData("Hosting:PublicAddress", "https://example.org/news/")]
    [InlineData("Hosting:PublicAddress", "https://example.org/our/news")]
    [InlineData("Hosting:PublicAddress", "")]
    [InlineData("Hosting:TrustedProxies:0", "127.0.0.1")]
    [InlineData("Hosting:TrustedProxies:0", "fd00::/8")]
    [InlineData("Fetching:AllowedNetworks:0", "10.0.0.0/8")]
    public void Read_ValueThatCanBeUsed_IsTakenOver(string name, string value) =>
        Assert.Equal(value, Read(new Dictionary<string, string?> { [name] = value })[name]);

    [Theory]
    [InlineData("{ \"Polling\": {\n  \"Concurrency\": 4,,\n} }", ":2:20: ")]
    [InlineData("[]", "aggregator.json: ")]
    public void Read_FileThatIsNoJson_SaysWhere(string json, string where)
    {
        using var folder = new TestFolder();
        File.WriteAllText(Path.Combine(folder.Path, "aggregator.json"), json);

        var fault = Assert.Throws<StartException>(() => ConfigurationSources.Read(new ServicePaths(folder.Feeds, folder.Data), new Dictionary<string, string?>()));

        Assert.Contains("aggregator.json", fault.Message, StringComparison.Ordinal);
        Assert.Contains(where, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', fault.Message);
    }

    private static Microsoft.Extensions.Configuration.IConfiguration Read(Dictionary<string, string?> settings)
    {
        using var folder = new TestFolder();
        return ConfigurationSources.Read(new ServicePaths(folder.Feeds, folder.Data), settings);
    }
}
