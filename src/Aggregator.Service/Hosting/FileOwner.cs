using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Aggregator.Service.Hosting;

/// <summary>
/// Whose a file is. The service runs as a user of its own and its operator often as root: what root makes in the service's folder while the service is down, the
/// service could not write when it comes up again.
/// </summary>
internal static class FileOwner
{
    private const uint Root = 0;

    /// <summary>To chown(2): leave it as it is.</summary>
    private const uint Nobody = uint.MaxValue;

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

        // The folder's owner may put links there: one to a folder must not lead root to files elsewhere.
        var all = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true };
        foreach (var entry in Directory.EnumerateFileSystemEntries(folder, "*", all))
        {
            if (Of(entry) is { User: Root })
            {
                // One that became a link meanwhile is given itself, and not what it leads to.
                _ = Lchown(entry, owner.User, owner.Group);
            }
        }
    }

    /// <summary>Gives an open file to a user and a group, where the caller may.</summary>
    public static void Give(SafeFileHandle file, (uint User, uint Group) owner)
    {
        // Who is not root may at least give it to a group of his own.
        if (OperatingSystem.IsLinux() && Fchown(file, owner.User, owner.Group) != 0)
        {
            _ = Fchown(file, Nobody, owner.Group);
        }
    }

    [DllImport("libc", EntryPoint = "fchown")]
    private static extern int Fchown(SafeFileHandle file, uint user, uint group);

    [DllImport("libc", EntryPoint = "statx")]
    private static extern int Statx(int folder, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, byte[] answer);

    [DllImport("libc", EntryPoint = "lchown")]
    private static extern int Lchown([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint user, uint group);
}
