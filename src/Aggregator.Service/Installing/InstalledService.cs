namespace Aggregator.Service.Installing;

/// <summary>A service that is installed on this machine.</summary>
/// <param name="Place">Where it has its things.</param>
/// <param name="Definition">Where the service manager knows it from: a unit file, a key of the registry.</param>
/// <param name="Command">The program that is run.</param>
/// <param name="Version">The version of the program that installed it. Null: not known.</param>
internal sealed record InstalledService(ServicePlace Place, string Definition, IReadOnlyList<string> Command, string? Version);

/// <summary>What the service manager says of a service.</summary>
/// <param name="IsRunning">Whether it runs.</param>
/// <param name="Words">The same in the manager's words.</param>
/// <param name="ProcessId">Its process.</param>
/// <param name="Since">Since when it runs.</param>
/// <param name="StartsAtBoot">Whether it is started with the machine.</param>
internal sealed record ServiceState(bool IsRunning, string Words, int? ProcessId, DateTimeOffset? Since, bool? StartsAtBoot);
