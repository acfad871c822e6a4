namespace Aggregator.Service.Installing;

/// <summary>A service as it is to be known to Windows.</summary>
/// <param name="Name">Its name.</param>
/// <param name="CommandLine">The program with its arguments, quoted.</param>
internal sealed record WindowsServiceDefinition(string Name, string CommandLine)
{
    /// <summary>How lists call it.</summary>
    public const string DisplayName = "Aggregator";

    /// <summary>What it is for.</summary>
    public const string Description = "Polls technology news feeds and serves them as merged feeds.";

    /// <summary>The account: made by Windows for this service alone, without a password, and with no rights but those that it is given.</summary>
    public string Account => $@"NT SERVICE\{Name}";

    /// <summary>How long to wait before it is started again, after the first, the second and every further failure.</summary>
    public static IReadOnlyList<TimeSpan> RestartsAfter { get; } = [TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15)];

    /// <summary>When failures are forgotten.</summary>
    public static TimeSpan FailuresForgottenAfter { get; } = TimeSpan.FromDays(1);

    /// <summary>What the process may keep of the privileges of its account: to be told of changes in folders, which everybody has.</summary>
    public static IReadOnlyList<string> Privileges { get; } = ["SeChangeNotifyPrivilege"];
}
