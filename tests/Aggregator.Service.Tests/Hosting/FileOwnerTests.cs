using System.Diagnostics;
using System.Globalization;
using Aggregator.Service.Hosting;
using Aggregator.Service.Tests.World;

namespace Aggregator.Service.Tests.Hosting;

public sealed class FileOwnerTests
{
    private static readonly (uint User, uint Group) Service = (4321, 4322);

    [Fact]
    public void GiveBack_FolderWithALinkToAnother_LeavesWhatItLeadsToAlone()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "only root gives files away");
        using var folder = new TestFolder();
        var elsewhere = Directory.CreateDirectory(Path.Combine(folder.Path, "elsewhere")).FullName;
        var inside = Directory.CreateDirectory(Path.Combine(folder.Data, "images")).FullName;
        File.WriteAllText(Path.Combine(elsewhere, "passwd"), "");
        File.WriteAllText(Path.Combine(inside, "one"), "");
        Directory.CreateSymbolicLink(Path.Combine(folder.Data, "link"), elsewhere);
        File.CreateSymbolicLink(Path.Combine(inside, "link"), Path.Combine(elsewhere, "passwd"));
        Give(folder.Data, Service);

        FileOwner.GiveBack(folder.Data);

        Assert.Equal(Service, FileOwner.Of(Path.Combine(inside, "one")));
        Assert.Equal((0u, 0u), FileOwner.Of(Path.Combine(elsewhere, "passwd")));
    }

    /// <summary>chown, of one file or folder.</summary>
    internal static void Give(string path, (uint User, uint Group) owner)
    {
        using var chown = Process.Start("/usr/bin/chown", [string.Create(CultureInfo.InvariantCulture, $"{owner.User}:{owner.Group}"), path]);
        chown.WaitForExit();
        Assert.Equal(0, chown.ExitCode);
    }
}
