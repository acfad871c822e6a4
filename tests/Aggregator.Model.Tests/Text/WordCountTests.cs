using Aggregator.Model.Text;

namespace Aggregator.Model.Tests.Text;

public sealed class WordCountTests
{
    [Theory]
    [InlineData("", 0)]
    [InlineData(" – … !", 0)]
    [InlineData("Don't panic – yet!", 3)]
    [InlineData("a well-known 1,000-page book—and\nmore", 6)]
    [InlineData("東京は、雨。", 4)]
    [InlineData("OpenAIが発表した「GPT」です", 9)]
    [InlineData("오늘 서울에 비가 온다", 4)]
    [InlineData("𠮷野家", 3)]
    public void Of_Text_CountsAsReadersDo(string text, int words) => Assert.Equal(words, WordCount.Of(text));
}
