using Aggregator.Model.Storage;
using Aggregator.Storage.LiteDb.Search;

namespace Aggregator.Storage.LiteDb;

/// <summary>Puts other files in place of a store's, while nobody uses it.</summary>
public static class StoreReplacement
{
    /// <summary>Moves the store's files in <paramref name="folder"/> aside, and those of <paramref name="source"/> into their place.</summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="source">A folder on the same disk with the files of a store that was closed.</param>
    /// <param name="aside">The name of the folder, in the data folder, that takes the old files.</param>
    /// <returns>That folder. Null: there were no old files.</returns>
    /// <exception cref="StoreException">Another process uses the folder, or it cannot be written. What was moved is moved back, or told.</exception>
    public static string? Apply(string folder, string source, string aside)
    {
        ArgumentNullException.ThrowIfNull(folder);
        using var held = FolderLock.Take(folder);
        return Move(folder, source, aside);
    }

    /// <summary>The same for a process that has the folder, and has closed the files.</summary>
    internal static string? Move(string folder, string source, string aside)
    {
        var old = Path.Combine(folder, aside);
        var moved = new Stack<(string From, string To)>();
        try
        {
            var there = StoreFiles.All.Where(name => File.Exists(Path.Combine(folder, name))).ToList();
            if (there.Count > 0)
            {
                Directory.CreateDirectory(old);
                there.ForEach(name => Put(Path.Combine(folder, name), Path.Combine(old, name)));
            }

            // The index of texts is made of the files, and made anew of others.
            foreach (var index in SearchIndex.Files(Path.Combine(folder, LiteDbStoryStore.IndexFile)))
            {
                File.Delete(index);
            }

            foreach (var name in StoreFiles.All.Where(name => File.Exists(Path.Combine(source, name))))
            {
                Put(Path.Combine(source, name), Path.Combine(folder, name));
            }

            return there.Count > 0 ? old : null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"the files in {folder} could not be replaced: {IoFault.Words(fault)}. {PutBack(moved, old)}", fault);
        }

        void Put(string from, string to)
        {
            File.Move(from, to);
            moved.Push((from, to));
        }
    }

    private static string PutBack(Stack<(string From, string To)> moved, string old)
    {
        try
        {
            foreach (var (from, to) in moved)
            {
                File.Move(to, from);
            }

            return "The old ones are in their place again.";
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return $"What was there before lies in {old}: move it back, or try again.";
        }
    }
}
