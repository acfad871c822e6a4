using System.Text;
using Aggregator.Service.Hosting;

namespace Aggregator.Service.Catalog;

/// <summary>Edits feeds.json on the disk, one edit after the other; the file is replaced as a whole, so that nobody reads half of it.</summary>
public sealed class FeedListWriter(FeedListFile file, TimeProvider clock) : IDisposable
{
    /// <summary>How long another program's edit is waited for: one takes milliseconds, and a script adds some feeds one by one.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>Edits the file as it is now. The service takes it over as it takes over what people write.</summary>
    /// <returns>What became of it.</returns>
    /// <exception cref="StartException">The file cannot be read.</exception>
    /// <exception cref="IOException">It cannot be written; it is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public async Task<FeedListEdit> EditAsync(Func<string, FeedListEdit> edit, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return await EditAsync(file.Path, edit, clock, cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Edits a file, which no other program edits meanwhile.</summary>
    /// <exception cref="StartException">The file cannot be read.</exception>
    /// <exception cref="IOException">It cannot be written, or another program goes on editing it; it is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public static async Task<FeedListEdit> EditAsync(string path, Func<string, FeedListEdit> edit, TimeProvider clock, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(edit);
        using var held = await OperatorsFile.HoldAsync(path, Patience, isPrivate: false, clock, cancellationToken);
        FeedListFile.ReadOnce(path); // a list that cannot be read is not edited: its bytes may mean more than we understand
        var result = edit(await File.ReadAllTextAsync(path, cancellationToken));
        if (result.Text is not null)
        {
            OperatorsFile.Put(path, Encoding.UTF8.GetBytes(result.Text));
        }

        return result;
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();
}
