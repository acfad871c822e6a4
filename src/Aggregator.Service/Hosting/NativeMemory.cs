using System.Runtime.InteropServices;

namespace Aggregator.Service.Hosting;

/// <summary>How memory outside the managed heap is dealt out: that of decompressors, of SQLite, of TLS.</summary>
internal static class NativeMemory
{
    /// <summary>mallopt's parameter of how many arenas there may be (glibc's malloc.h).</summary>
    private const int MaxArenas = -8;

    /// <summary>
    /// Has the C library keep its free memory in two places instead of eight for each processor, in each of which some megabytes stay behind: a program of many threads that
    /// seldom allocates natively would hold a hundred for nothing. Other C libraries have nothing of the kind, and go on as they are.
    /// </summary>
    public static void KeepTogether()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            _ = SetOption(MaxArenas, 2);
        }
        catch (Exception missing) when (missing is EntryPointNotFoundException or DllNotFoundException)
        {
            // Not glibc.
        }
    }

    [DllImport("libc", EntryPoint = "mallopt")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetOption(int parameter, int value);
}
