using Aggregator.Service.Tests.World;

namespace Aggregator.Service.Tests.EndToEnd;

/// <summary>Stories made again of the pages that were kept.</summary>
public sealed class ReprocessTests
{
    [Fact]
    public async Task Reprocess_NoPagesKept_SaysWhatToSet()
    {
        using var folder = new TestFolder();
        await File.WriteAllTextAsync(folder.Feeds, """{"feeds":[]}""", TestContext.Current.CancellationToken);

        var (exit, output) = await AggregatorProcess.RunAsync(folder, "reprocess");

        Assert.True(exit == 2, output);
        Assert.Contains("Storage:PagesMegabytes", output, StringComparison.Ordinal);
    }
}
