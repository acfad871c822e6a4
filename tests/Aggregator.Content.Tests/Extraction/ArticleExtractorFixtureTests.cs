using System.Globalization;
using System.Text;
using System.Text.Json;
using Aggregator.Content.Extraction;
using Aggregator.Model.Articles;

namespace Aggregator.Content.Tests.Extraction;

/// <summary>Every page in Fixtures beside what must be read from it. A new case is two new files.</summary>
public sealed class ArticleExtractorFixtureTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Extraction", "Fixtures");

    public static TheoryData<string> Pages => [.. Directory.GetFiles(Folder, "*.html").Select(path => Path.GetFileNameWithoutExtension(path)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Extract_Fixture_GivesWhatStandsBesideIt(string page)
    {
        var bytes = Encoding.UTF8.GetBytes(File.ReadAllText(Path.Combine(Folder, page + ".html")));
        using var expected = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, page + ".expected.json")));

        var article = ArticleExtractor.Extract(bytes, new PageContext(new Uri("https://news.example.org/2020/story.html")), CancellationToken.None);

        foreach (var property in expected.RootElement.EnumerateObject())
        {
            switch (property.Name)
            {
                case "title":
                    Assert.Equal(property.Value.GetString(), article.Title);
                    break;
                case "authors":
                    Assert.Equal(property.Value.EnumerateArray().Select(name => name.GetString()), article.Authors);
                    break;
                case "date":
                    Assert.Equal(property.Value.GetString(), article.Published?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
                    break;
                case "verdict":
                    Assert.Equal(Enum.Parse<BodyVerdict>(property.Value.GetString()!), article.Verdict);
                    break;
                case "kind":
                    Assert.Equal(Enum.Parse<PageKind>(property.Value.GetString()!), article.Kind);
                    break;
                case "reason":
                    Assert.Contains(property.Value.GetString()!, article.Reasons);
                    break;
                case "body":
                    Assert.Equal(property.Value.EnumerateArray().Select(line => line.GetString()), article.BodyText.Split('\n'));
                    break;
                default:
                    Assert.Fail($"unknown expectation: {property.Name}");
                    break;
            }
        }
    }
}
