using System.Runtime.InteropServices;

namespace Aggregator.Service.Hosting;

/// <summary>
/// Whose a file is. The service runs as a user of its own and its operator often as root: what root makes in the service's folder while the service is down, the
/// service could not write when it comes up again.
/// </summary>
internal static class FileOwner
{
    private const uint Root = 0;
    private const int CurrentFolder = -100;
    private const int NotFollowingLinks = 0x100;
    private const uint TypeAndOwner = 0x1 | 0x8 | 0x10;

    /// <summary>The numbers of user and group. Null: there is no such file, or the system is none that has them.</summary>
    public static (uint User, uint Group)? Of(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        // statx(2), whose answer is laid out the same on every processor.
        var answer = new byte[256];
        return Statx(CurrentFolder, path, NotFollowingLinks, TypeAndOwner, answer) == 0 ? (BitConverter.ToUInt32(answer, 20), BitConverter.ToUInt32(answer, 24)) : null;
    }

    /// <summary>Gives everything of root's in a folder that is another's to that one. Nothing happens unless root asks.</summary>
    public static void GiveBack(string folder)
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess || Of(folder) is not { User: not Root } owner)
        {
            return;
        }

        var all = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0, IgnoreInaccessible = true };
        foreach (var entry in Directory.EnumerateFileSystemEntries(folder, "*", all))
        {
            if (Of(entry) is { User: Root })
            {
                // A link is given, and not what it leads to.
                _ = Lchown(entry, owner.User, owner.Group);
            }
        }
    }

    [DllImport("libc", EntryPoint = "statx")]
    private static extern int Statx(int folder, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, byte[] answer);

    [DllImport("libc", EntryPoint = "lchown")]
    private static extern int Lchown([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint user, uint group);
}
