using Aggregator.Model.Articles;
using Aggregator.Service.Polling;

namespace Aggregator.Service.Tests.Polling;

public sealed class RecentPagesTests
{
    private readonly RecentPages _pages = new(TimeProvider.System);
    private int _read;

    [Fact]
    public async Task Get_PageReadBefore_IsNotReadAgain()
    {
        await GetAsync(1, 1_000);
        await GetAsync(1, 1_000);

        Assert.Equal(1, _read);
    }

    [Fact]
    public async Task Get_ArticlesThatTakeMuchMemory_AreForgottenAndReadAgain()
    {
        for (var page = 0; page < 30; page++)
        {
            await GetAsync(page, 900_000);
        }

        await GetAsync(29, 900_000);
        Assert.Equal(30, _read);
        await GetAsync(0, 900_000);
        Assert.Equal(31, _read);
    }

    [Fact]
    public async Task Get_OneVeryLongArticle_IsNotKeptAndTakesNoOthersPlace()
    {
        await GetAsync(1, 1_000);
        await GetAsync(2, 9_000_000);
        await GetAsync(1, 1_000);
        await GetAsync(2, 9_000_000);

        Assert.Equal(3, _read);
    }

    private Task<ArticlePage> GetAsync(int page, int characters) => _pages.GetAsync(
        new Uri($"https://news.example.org/{page}"),
        () =>
        {
            _read++;
            return Task.FromResult(new ArticlePage(new Article { BodyText = new string('a', characters) }, null, false));
        },
        TestContext.Current.CancellationToken);
}
