using Aggregator.Service.Catalog;

namespace Aggregator.Service.Cli;

/// <summary>Edits of feeds.json by a verb.</summary>
internal static class FeedListEdits
{
    /// <summary>Edits the file and says <paramref name="done"/>, or says why it cannot be edited. Returns the exit code.</summary>
    public static async Task<int> ApplyAsync(string path, Func<string, FeedListEdit> edit, string done, CancellationToken cancellationToken)
    {
        var result = await FeedListWriter.EditAsync(path, edit, TimeProvider.System, cancellationToken);
        if (result.Text is null)
        {
            await Console.Error.WriteLineAsync($"aggregator: {result.Error}");
            return ExitCode.BadInput;
        }

        Console.WriteLine(done);
        return ExitCode.Done;
    }
}
