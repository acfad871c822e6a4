using Aggregator.Content.Parsing;

namespace Aggregator.Content.Tests.Parsing;

/// <summary>The feeds in Fixtures, read from the sources.</summary>
internal static class FeedFixtures
{
    private const string Suffix = ".expected.json";

    private static readonly string Folder = FindFolder();

    /// <summary>Each feed's bytes by its name.</summary>
    public static IReadOnlyDictionary<string, byte[]> All { get; } = Directory.GetFiles(Folder)
        .Where(path => !path.EndsWith(Suffix, StringComparison.Ordinal))
        .ToDictionary(path => Path.GetFileNameWithoutExtension(path), File.ReadAllBytes);

    /// <summary>Where all of them are found.</summary>
    public static FeedDocument Context { get; } = new(new Uri("https://feeds.example/news/feed"), ContentType: null);

    /// <summary>What must be read from the feed, as JSON.</summary>
    public static string Expected(string name) => File.ReadAllText(Path.Combine(Folder, name + Suffix));

    private static string FindFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Aggregator.sln")))
        {
            folder = folder.Parent;
        }

        return Path.Combine(folder!.FullName, "tests", "Aggregator.Content.Tests", "Parsing", "Fixtures");
    }
}
