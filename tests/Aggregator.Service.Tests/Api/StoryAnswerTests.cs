using Aggregator.Service.Api;
using Aggregator.Service.Tests.World;

namespace Aggregator.Service.Tests.Api;

public sealed class StoryAnswerTests
{
    [Fact]
    public void Of_WholeStory_HasItsBody()
    {
        var answer = StoryAnswer.Of(TestStories.Make(1), whole: true);

        Assert.Equal(("<p>Body 1</p>", "Body 1", null), (answer.BodyHtml, answer.BodyText, answer.BodyNote));
    }

    [Fact]
    public void Of_StoryNotToBeRepublished_HasNoBodyAndSaysWhy()
    {
        var story = TestStories.Make(1) with { NoArchive = true, BodyNote = "short" };

        var answer = StoryAnswer.Of(story, whole: true);

        Assert.Null(answer.BodyHtml);
        Assert.Null(answer.BodyText);
        Assert.StartsWith("short; the publisher asks not to republish the text", answer.BodyNote, StringComparison.Ordinal);
    }
}
