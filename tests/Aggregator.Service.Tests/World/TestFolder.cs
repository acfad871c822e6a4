namespace Aggregator.Service.Tests.World;

/// <summary>A folder of its own for a test, gone when the test ends.</summary>
internal sealed class TestFolder : IDisposable
{
    /// <summary>The folder.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("aggregator-test-").FullName;

    /// <summary>feeds.json in it.</summary>
    public string Feeds => System.IO.Path.Combine(Path, "feeds.json");

    /// <summary>topics.json in it.</summary>
    public string Topics => System.IO.Path.Combine(Path, "topics.json");

    /// <summary>The service's data folder in it.</summary>
    public string Data => System.IO.Path.Combine(Path, "data");

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
