using Aggregator.Model.Text;

namespace Aggregator.Model.Tests.Text;

public sealed class AddressSecretsTests
{
    [Theory]
    [InlineData("https://a.example/feed?token=0123456789", "https://a.example/feed")]
    [InlineData("https://a.example/feed?n=1&private_token=0123456789&m=2#x", "https://a.example/feed?n=1&m=2#x")]
    [InlineData("https://a.example/feed?API_KEY=0123456789&key=abcdefgh", "https://a.example/feed")]
    [InlineData("https://a.example/feed?key=news", "https://a.example/feed?key=news")]
    [InlineData("https://a.example/feed?author=someone-well-known", "https://a.example/feed?author=someone-well-known")]
    [InlineData("https://a.example/feed?feed=rss2&category=technology", "https://a.example/feed?feed=rss2&category=technology")]
    public void Without_ParametersThatLookLikeSecrets_AreLeftOut(string address, string shown) =>
        Assert.Equal(shown, AddressSecrets.Without(new Uri(address)).AbsoluteUri);
}
