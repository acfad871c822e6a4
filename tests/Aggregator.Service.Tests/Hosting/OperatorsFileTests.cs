using Aggregator.Service.Hosting;
using Aggregator.Service.Tests.World;

namespace Aggregator.Service.Tests.Hosting;

/// <summary>Files that root writes in the place of another user's.</summary>
public sealed class OperatorsFileTests : IDisposable
{
    private static readonly (uint User, uint Group) Service = (4321, 4322);
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Put_InThePlaceOfAFile_KeepsItsMode()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "modes are Unix's");
        File.WriteAllText(_folder.Feeds, "before");
        SetMode(_folder.Feeds, "604");

        OperatorsFile.Put(_folder.Feeds, "after"u8);

        Assert.Equal(("after", "604"), (File.ReadAllText(_folder.Feeds), Mode(_folder.Feeds)));
        Assert.Equal([_folder.Feeds], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Put_WhereNoneIs_LetsTheGroupReadUnlessItIsASecret()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "modes are Unix's");
        var secret = Path.Combine(_folder.Path, "secrets.json");

        OperatorsFile.Put(_folder.Feeds, "x"u8);
        OperatorsFile.Put(secret, "x"u8, isSecret: true);

        Assert.Equal(("640", "600"), (Mode(_folder.Feeds), Mode(secret)));
    }

    [Fact]
    public void Put_ByRoot_GivesItToTheOwnerOfFileOrFolder()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "only root gives files away");
        var inFolder = Path.Combine(Directory.CreateDirectory(_folder.Data).FullName, "secrets.json");
        FileOwnerTests.Give(_folder.Data, Service);
        File.WriteAllText(_folder.Feeds, "before");
        FileOwnerTests.Give(_folder.Feeds, (0, Service.Group));

        OperatorsFile.Put(inFolder, "x"u8, isSecret: true);
        OperatorsFile.Put(_folder.Feeds, "after"u8);

        Assert.Equal(Service, FileOwner.Of(inFolder));
        Assert.Equal((0u, Service.Group), FileOwner.Of(_folder.Feeds));
    }

    [Fact]
    public void Put_WhereALinkIs_WritesNothingWhereItLeads()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need rights there");
        var elsewhere = Path.Combine(_folder.Path, "elsewhere");
        File.WriteAllText(elsewhere, "not ours");
        File.CreateSymbolicLink(_folder.Feeds, elsewhere);

        OperatorsFile.Put(_folder.Feeds, "after"u8);

        Assert.Equal(("not ours", "after"), (File.ReadAllText(elsewhere), File.ReadAllText(_folder.Feeds)));
        Assert.Equal("640", Mode(_folder.Feeds));
    }

    [Fact]
    public void Put_WhereNothingCanBePut_LeavesNothingBehind()
    {
        Directory.CreateDirectory(_folder.Feeds);

        Assert.ThrowsAny<SystemException>(() => OperatorsFile.Put(_folder.Feeds, "after"u8));

        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    private static void SetMode(string path, string mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, (UnixFileMode)Convert.ToInt32(mode, 8));
        }
    }

    private static string Mode(string path) => OperatingSystem.IsWindows() ? "" : Convert.ToString((int)File.GetUnixFileMode(path), 8);
}
