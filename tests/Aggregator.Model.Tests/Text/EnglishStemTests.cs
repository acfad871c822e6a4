using Aggregator.Model.Text;

namespace Aggregator.Model.Tests.Text;

public sealed class EnglishStemTests
{
    /// <summary>Pairs that the algorithm's description gives, and words of the news.</summary>
    [Theory]
    [InlineData("consistency", "consist")]
    [InlineData("consolation", "consol")]
    [InlineData("knightly", "knight")]
    [InlineData("kneel", "kneel")]
    [InlineData("knackeries", "knackeri")]
    [InlineData("hopping", "hop")]
    [InlineData("hoping", "hope")]
    [InlineData("luxuriated", "luxuri")]
    [InlineData("generously", "generous")]
    [InlineData("ties", "tie")]
    [InlineData("cries", "cri")]
    [InlineData("gas", "gas")]
    [InlineData("kiwis", "kiwi")]
    [InlineData("relational", "relat")]
    [InlineData("controlling", "control")]
    [InlineData("skies", "sky")]
    [InlineData("news", "news")]
    [InlineData("investigating", "investig")]
    [InlineData("investigations", "investig")]
    [InlineData("companies", "compani")]
    [InlineData("chips", "chip")]
    [InlineData("stolen", "stolen")]
    public void Of_Word_IsItsStem(string word, string stem) => Assert.Equal(stem, EnglishStem.Of(word));

    [Theory]
    [InlineData("c++")]
    [InlineData("gpt4")]
    [InlineData("ümlauts")]
    [InlineData("is")]
    [InlineData("")]
    public void Of_NoEnglishWord_StaysAsItIs(string word) => Assert.Equal(word, EnglishStem.Of(word));

    [Fact]
    public void Of_AnyLetters_NeverThrowsNorGrows()
    {
        var random = new Random(20_261_129);
        for (var i = 0; i < 20_000; i++)
        {
            var word = string.Concat(Enumerable.Range(0, random.Next(1, 45)).Select(_ => "aeiouylsxtnedbg"[random.Next(15)]));
            Assert.True(EnglishStem.Of(word).Length <= word.Length + 1, word);
        }
    }
}
