namespace Aggregator.Service.Hosting;

/// <summary>Files that hold secrets.</summary>
public static class PrivateFiles
{
    /// <summary>How to open a new one: for its owner only, from the first byte on.</summary>
    public static FileStreamOptions New()
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Options = FileOptions.Asynchronous };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }
}
