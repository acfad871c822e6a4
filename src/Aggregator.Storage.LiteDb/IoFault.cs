namespace Aggregator.Storage.LiteDb;

/// <summary>The faults of the operating system that an operator must be told apart. .NET gives them as numbers only.</summary>
internal static class IoFault
{
    private const int WindowsCode = unchecked((int)0x80070000);

    /// <summary>No space left, for everybody or for this user: ENOSPC, EDQUOT; ERROR_HANDLE_DISK_FULL, ERROR_DISK_FULL.</summary>
    public static bool IsDiskFull(Exception fault) => fault is IOException && (OperatingSystem.IsWindows()
        ? fault.HResult is (WindowsCode | 39) or (WindowsCode | 112)
        : fault.HResult is 28 or 69 or 122);

    /// <summary>Another process holds the file: EWOULDBLOCK, as Linux and the BSDs number it; ERROR_SHARING_VIOLATION.</summary>
    public static bool IsInUse(Exception fault) => fault is IOException && (OperatingSystem.IsWindows()
        ? fault.HResult is (WindowsCode | 32)
        : fault.HResult is 11 or 35);

    /// <summary>The fault in words, ending without a full stop.</summary>
    public static string Words(Exception fault) => IsDiskFull(fault) ? "the disk is full" : fault.Message.TrimEnd('.', ' ');
}
