using Aggregator.Model.Text;

namespace Aggregator.Model.Tests.Text;

public sealed class ArticleAddressTests
{
    [Theory]
    [InlineData("http://www.harbour.example/2026/cranes/?utm_source=rss#top")]
    [InlineData("https://m.harbour.example/2026/cranes")]
    [InlineData("https://amp.harbour.example/2026/cranes")]
    [InlineData("https://harbour.example/amp/2026/cranes")]
    [InlineData("https://harbour.example/2026/cranes/amp/")]
    [InlineData("https://harbour.example/2026/cranes?amp=1")]
    [InlineData("https://harbour.example/2026/cranes?outputType=amp")]
    [InlineData("https://www-harbour-example.cdn.ampproject.org/c/s/www.harbour.example/2026/cranes/amp")]
    [InlineData("https://search.example/amp/s/harbour.example/2026/cranes")]
    [InlineData("https://clicks.example/r?id=7&url=https%3A%2F%2Fharbour.example%2F2026%2Fcranes%3Futm_medium%3Dfeed")]
    [InlineData("https://clicks.example/r?u=https%3A%2F%2Fother.example%2Fgo%3Fto%3Dhttps%253A%252F%252Fharbour.example%252F2026%252Fcranes")]
    public void KeyOf_AnyWayToAnArticle_IsOne(string address) =>
        Assert.Equal("harbour.example/2026/cranes", ArticleAddress.KeyOf(new Uri(address)));

    [Theory]
    [InlineData("https://harbour.example/article?id=3", "harbour.example/article?id=3")]
    [InlineData("https://m.example/a", "m.example/a")]
    [InlineData("https://harbour.example/amplifier", "harbour.example/amplifier")]
    [InlineData("https://harbour.example/news.amp.html", "harbour.example/news.html")]
    [InlineData("https://en.m.wiki.example/Crane", "en.wiki.example/Crane")]
    [InlineData("https://harbour.example/login?to=https%3A%2F%2Fharbour.example%2Fa", "harbour.example/login?to=https%3A%2F%2Fharbour.example%2Fa")]
    [InlineData("https://harbour.example/search?q=cranes", "harbour.example/search?q=cranes")]
    [InlineData("https://harbour.example:8080/a", "harbour.example:8080/a")]
    public void KeyOf_WhatNamesThePage_Stays(string address, string key) => Assert.Equal(key, ArticleAddress.KeyOf(new Uri(address)));

    [Theory]
    [InlineData("https://harbour.example/")]
    [InlineData("https://www.harbour.example?utm_source=rss")]
    [InlineData("https://amp.harbour.example/amp/")]
    public void KeyOf_FirstPageOfASite_NamesNoArticle(string address) => Assert.Null(ArticleAddress.KeyOf(new Uri(address)));
}
