namespace Aggregator.Storage.Tests;

/// <summary>A folder of its own for a test, gone when the test ends.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("aggregator-store-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
