using Aggregator.Model.Text;

namespace Aggregator.Model.Tests.Text;

public sealed class NearNamesTests
{
    private static readonly string[] Names = ["ai", "ip-theft", "cybersecurity", "data-breach", "space", "gaming"];

    [Theory]
    [InlineData("ip-thefts", "ip-theft")]
    [InlineData("cyber", "cybersecurity")]
    [InlineData("breach", "data-breach")]
    [InlineData("spcae", "space")]
    public void Of_Misspelt_SuggestsWhatWasMeantFirst(string text, string meant) => Assert.Equal(meant, NearNames.Of(text, Names)[0]);

    [Fact]
    public void Of_NothingLike_SuggestsTheFirstFew() => Assert.Equal(5, NearNames.Of("zzzzzzzzzzzz", Names).Count);
}
