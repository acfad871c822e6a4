using Aggregator.Content.Tagging;

namespace Aggregator.Content.Tests.Tagging;

public sealed class TopicsDocumentTests
{
    [Fact]
    public void Example_OfTheDocument_IsAFileWithoutProblems()
    {
        var document = File.ReadAllText(Path.Combine(Root(), "docs", "topics.md"));
        var example = document.Split("```json")[1].Split("```")[0];

        var file = DefinitionFile.Parse(example, "docs/topics.md", TopicSet.BuiltIn);

        Assert.Empty(file.Problems);
        Assert.Equal("Beekeeping", Assert.Single(file.Topics.Topics).Name);
        Assert.Equal(["HiveCo", "Nectar"], file.Entities.Entities.Select(entity => entity.Name));
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Aggregator.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("Aggregator.sln was not found above the tests.");
        }

        return folder;
    }
}
