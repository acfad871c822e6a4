using Aggregator.Model.Topics;
using Aggregator.Service.Tests.World;
using Aggregator.Service.Topics;

namespace Aggregator.Service.Tests.Topics;

public sealed class TrialTests
{
    [Fact]
    public void Add_GainsAndLosses_AreCountedByTopicAndEntity()
    {
        var trial = new Trial(5);
        trial.Add(TestStories.Make(1, null, "AI"), TestStories.Make(1, null, "AI"));
        trial.Add(TestStories.Make(2, null, "AI"), TestStories.Make(2, null, "Space"));
        trial.Add(TestStories.Make(3), TestStories.Make(3) with { Entities = [new EntityTag("HiveCo", "organisation", 1, false)] });

        Assert.Equal((3, 2), (trial.Stories, trial.Changed));
        var ai = trial.Topics.Single(topic => topic.Name == "AI");
        Assert.Equal((2, 1, 0, 1), (ai.Now, ai.Then, ai.Gains, ai.Losses));
        Assert.Equal("Story 2", Assert.Single(ai.Lost).Title);
        Assert.Equal("Story 2", Assert.Single(trial.Topics.Single(topic => topic.Name == "Space").Gained).Title);
        Assert.Equal("Story 3", Assert.Single(Assert.Single(trial.Entities).Gained).Title);
    }

    [Fact]
    public void Sample_OfManyStories_IsSmallAndTheSameInAnyOrder()
    {
        var forwards = Gained(Enumerable.Range(0, 200));
        var backwards = Gained(Enumerable.Range(0, 200).Reverse());

        Assert.Equal(200, forwards.Gains);
        Assert.Equal(3, forwards.Gained.Count);
        Assert.Equal(forwards.Gained, backwards.Gained);
    }

    [Fact]
    public void Sample_OfNone_KeepsNoTitle() => Assert.Empty(Gained([1, 2], sample: 0).Gained);

    private static TrialChange Gained(IEnumerable<int> numbers, int sample = 3)
    {
        var trial = new Trial(sample);
        foreach (var number in numbers)
        {
            trial.Add(TestStories.Make(number), TestStories.Make(number, null, "AI"));
        }

        return Assert.Single(trial.Topics);
    }
}
