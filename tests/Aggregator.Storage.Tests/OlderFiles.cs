using Aggregator.Model.Feeds;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;

namespace Aggregator.Storage.Tests;

/// <summary>
/// Files that earlier versions of the program wrote. Schema 1: one of the first versions, and the last one before bodies were stored in their present form, each after one
/// poll of the same small feed with three articles. Schema 2: the last version before stories had an order in which they go, after two polls of nine feeds, between
/// which it was ended in order and after which it was killed, so that the newest part lies in the logs; with stories that were edited, muted, dropped, deleted for good and
/// carried by two feeds, corrected topics, a cluster taken apart, a model's opinion, a feed that fails, and a webhook that does. What that version told of it all
/// (<see cref="StoreListing"/>) lies beside.
/// </summary>
internal static class OlderFiles
{
    public const string FirstOfSchema1 = "schema-1-first";

    public const string LastOfSchema1 = "schema-1-last";

    public const string LastOfSchema2 = "schema-2-last";

    /// <summary>The stories in the files of schema 2.</summary>
    public const int Stories = 35;

    private const string Told = "told.txt";

    /// <summary>The ids of stories that are none any more in the files of schema 2: one was deleted for good, one a rule dropped.</summary>
    private static readonly StoryId[] Gone = [new("9e9a0c45d628ed027f1b1d52"), new("2d1914b38710a521d29b2f74")];

    private static readonly string[] Phrases = ["norrbridge", "trade secrets", "battery", "keepers", "night"];

    /// <summary>The feed with most stories in the files of schema 2.</summary>
    public static FeedId Harbour { get; } = new("2a89a4023f55da21");

    /// <summary>A copy of a version's files.</summary>
    public static TemporaryFolder Copy(string version)
    {
        var folder = new TemporaryFolder();
        foreach (var file in Directory.EnumerateFiles(PathOf(version)).Where(file => Path.GetFileName(file) != Told))
        {
            File.Copy(file, Path.Combine(folder.Path, Path.GetFileName(file)));
        }

        return folder;
    }

    /// <summary>What the version told that wrote the files of schema 2.</summary>
    public static Task<string[]> ReadToldAsync(CancellationToken token) => File.ReadAllLinesAsync(Path.Combine(PathOf(LastOfSchema2), Told), token);

    /// <summary>The same without what is pushed, which lies in a file of its own.</summary>
    public static async Task<IReadOnlyList<string>> ReadToldOfStoriesAsync(CancellationToken token) =>
        [.. (await ReadToldAsync(token)).TakeWhile(line => !line.StartsWith("subscriber ", StringComparison.Ordinal))];

    /// <summary>What a store tells that was opened with a copy of those. Waits for the index of texts to catch up.</summary>
    public static async Task<IReadOnlyList<string>> ListAsync(IStoryStore store, CancellationToken token)
    {
        while (!store.CanSearchText)
        {
            await Task.Delay(5, token);
        }

        return await StoreListing.OfAsync(store, Gone, Phrases, token);
    }

    private static string PathOf(string version) => Path.Combine(AppContext.BaseDirectory, "Fixtures", version);
}
