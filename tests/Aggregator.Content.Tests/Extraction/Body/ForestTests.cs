using Aggregator.Content.Extraction.Body.Learned;

namespace Aggregator.Content.Tests.Extraction.Body;

public sealed class ForestTests
{
    [Theory]
    [InlineData(1, 0, 0.5)]
    [InlineData(1, 9, 0.8808)]
    [InlineData(5, 0, 0.1192)]
    public void Probability_TwoTrees_AddsTheirLeaves(float first, float second, double expected)
    {
        var forest = Forest.Read(new StringReader("# a comment\nfeature first\nfeature second\ntree 0 2.5 ~|0,0\n".Replace("~", "-1 -2", StringComparison.Ordinal)
            + "tree 0 2.5 1 -1,1 4 -2 -3|-2,0,2\n"));

        Assert.Equal(["first", "second"], forest.Features);
        Assert.Equal(expected, forest.Probability([first, second]), 0.0001);
    }

    [Theory]
    [InlineData("")]
    [InlineData("feature first\n")]
    [InlineData("tree 0 2.5 -1 -2\n")]
    [InlineData("leaf 7\n")]
    public void Read_NoForest_SaysSo(string text) => Assert.Throws<FormatException>(() => Forest.Read(new StringReader(text)));
}
