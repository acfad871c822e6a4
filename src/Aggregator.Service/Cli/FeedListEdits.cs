using Aggregator.Service.Catalog;

namespace Aggregator.Service.Cli;

/// <summary>Edits of feeds.json by a verb: the file is replaced as a whole, so that a running service never reads half of it.</summary>
internal static class FeedListEdits
{
    /// <summary>Edits the file and says <paramref name="done"/>, or says why it cannot be edited. Returns the exit code.</summary>
    public static async Task<int> ApplyAsync(string path, Func<string, FeedListEdit> edit, string done, CancellationToken cancellationToken)
    {
        FeedListFile.ReadOnce(path); // a list that cannot be read is not edited: its bytes may mean more than we understand
        var result = edit(await File.ReadAllTextAsync(path, cancellationToken));
        if (result.Text is null)
        {
            await Console.Error.WriteLineAsync($"aggregator: {result.Error}");
            return ExitCode.BadInput;
        }

        var temporary = path + ".new";
        await File.WriteAllTextAsync(temporary, result.Text, cancellationToken);
        File.Move(temporary, path, overwrite: true);
        Console.WriteLine(done);
        return ExitCode.Done;
    }
}
