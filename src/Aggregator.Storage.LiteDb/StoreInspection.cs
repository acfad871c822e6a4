using System.Text;

namespace Aggregator.Storage.LiteDb;

/// <summary>Looks at the files of a store without opening it: whether each is what its name says. What is deeper, opening it tells.</summary>
public static class StoreInspection
{
    private const int HeaderBytes = 64;
    private const int LiteDbMarkAt = 32;
    private static readonly byte[] LiteDbMark = Encoding.ASCII.GetBytes("** This is a LiteDB file **");
    private static readonly byte[] SqliteMark = Encoding.ASCII.GetBytes("SQLite format 3\0");

    /// <summary>The databases of a folder, each with what is wrong. Null: nothing that its beginning shows.</summary>
    public static IReadOnlyList<(string Path, string? Fault)> Look(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*.db").Order(StringComparer.Ordinal).Select(path => (path, FindFault(path)))];

    /// <summary>A log is empty after each checkpoint and begins with whatever page was written first: of one, that it can be read is all there is to see.</summary>
    private static string? FindFault(string path)
    {
        var isLog = LogFile.IsNameOf(path);
        var header = new byte[HeaderBytes];
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (file.Length == 0)
            {
                return isLog ? null : "the file is empty";
            }

            file.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return $"it cannot be read: {fault.Message}";
        }

        return isLog || header.AsSpan().StartsWith(SqliteMark) || header.AsSpan(LiteDbMarkAt).StartsWith(LiteDbMark) ? null : "this is no database, or its beginning is overwritten";
    }
}
