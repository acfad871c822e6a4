using System.Text;
using Aggregator.Service.Hosting;

namespace Aggregator.Service.Catalog;

/// <summary>Edits feeds.json on the disk, one edit after the other; the file is replaced as a whole, so that nobody reads half of it.</summary>
public sealed class FeedListWriter(FeedListFile file)
{
    /// <summary>How long another program's edit is waited for: one takes milliseconds, and a script adds some feeds one by one.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();

    /// <summary>Edits the file as it is now. The service takes it over as it takes over what people write.</summary>
    /// <returns>What became of it.</returns>
    /// <exception cref="StartException">The file cannot be read.</exception>
    /// <exception cref="IOException">It cannot be written; it is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public FeedListEdit Edit(Func<string, FeedListEdit> edit)
    {
        ArgumentNullException.ThrowIfNull(edit);
        lock (_gate)
        {
            return Edit(file.Path, edit);
        }
    }

    /// <summary>Edits a file, which no other program edits meanwhile.</summary>
    /// <exception cref="StartException">The file cannot be read.</exception>
    /// <exception cref="IOException">It cannot be written, or another program goes on editing it; it is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public static FeedListEdit Edit(string path, Func<string, FeedListEdit> edit)
    {
        ArgumentNullException.ThrowIfNull(edit);
        using var held = OperatorsFile.Hold(path, Patience);
        FeedListFile.ReadOnce(path); // a list that cannot be read is not edited: its bytes may mean more than we understand
        var result = edit(File.ReadAllText(path));
        if (result.Text is not null)
        {
            OperatorsFile.Put(path, Encoding.UTF8.GetBytes(result.Text));
        }

        return result;
    }
}
