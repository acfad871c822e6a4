using Aggregator.Model.Stories;

namespace Aggregator.Model.Tests.Stories;

public sealed class StoryVersionTests
{
    [Theory]
    [InlineData("It’s “new”", "It's \"NEW\".", true)]
    [InlineData("one two", "one\ntwo", true)]
    [InlineData("", " – ", true)]
    [InlineData("40 hurt", "41 hurt", false)]
    [InlineData("It is open", "It is open no longer", false)]
    [InlineData("火 🔥", "火 ❄️", false)]
    public void TellsTheSame_MarksSpacesAndCapitals_DoNotCount(string one, string other, bool same)
    {
        Assert.Equal(same, StoryVersion.TellsTheSame(one, other));
        Assert.Equal(same, StoryVersion.TellsTheSame(other, one));
    }
}
