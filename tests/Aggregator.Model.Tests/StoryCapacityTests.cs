using Aggregator.Model.Storage;

namespace Aggregator.Model.Tests;

public sealed class StoryCapacityTests
{
    private static readonly StoryCapacity Empty = new(1_000, null, 0);

    [Fact]
    public void After_FilesSmallerThanTheyMayBe_EverythingFits() => Assert.Null(Empty.After(1_000, 50).Stories);

    [Fact]
    public void After_FilesAsLargeAsTheyMayBe_AsManyFitAsAreThere() => Assert.Equal(49, Empty.After(1_001, 50).Stories);

    [Fact]
    public void After_FilesOfTheSameSize_NothingChanges()
    {
        var full = Empty.After(1_001, 100);

        Assert.Equal(full, full.After(1_001, 99));
    }

    [Fact]
    public void After_FilesThatGrowAllTheSame_FewerFitEachTime()
    {
        var full = Empty.After(1_001, 1_000);

        Assert.Equal([969, 939], [full.After(1_002, 999).Stories, full.After(1_002, 999).After(1_003, 969).Stories]);
    }

    [Fact]
    public void For_AnotherSize_AsManyFitInProportion()
    {
        var full = Empty.After(1_001, 1_000);

        Assert.Equal((499, 499), (full.For(500).Stories, full.For(500).After(1_001, 999).Stories));
        Assert.Null(full.For(2_000).After(1_001, 999).Stories);
    }
}
