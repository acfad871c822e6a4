using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Doors;

/// <summary>Who may read without a key.</summary>
public enum Reading
{
    /// <summary>Everybody who reaches the service.</summary>
    Everybody,

    /// <summary>Nobody: feeds, pages, API and streams need a key, on this machine too.</summary>
    Keys,
}

/// <summary>Who may come in, and how much of the service one client may take. Section "Doors" of the configuration.</summary>
public sealed class DoorOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Doors";

    /// <summary>
    /// Who may read: Everybody or Keys. Default: everybody, as far as Hosting:Listen lets them reach the service, which is this machine alone; where it lets others, the
    /// start says so unless this is set. What changes something needs a key either way.
    /// </summary>
    public Reading? Reading { get; init; }

    /// <summary>Requests of one client in a second, 1 to 1,000,000; the operator on this machine may ask without end. Default: 100.</summary>
    [Range(1, 1_000_000)]
    public int RequestsPerSecond { get; init; } = 100;

    /// <summary>Wrong keys of one client in a minute, 1 to 1,000; then none of its keys is looked at until the minute is over. Default: 10.</summary>
    [Range(1, 1_000)]
    public int WrongKeysPerMinute { get; init; } = 10;

    /// <summary>
    /// How long an answer may take, 1 s to 1 h. Streams and exports, which are sent while they are made, may take longer, and so may what is asked for with a key that
    /// may change things. Default: 30 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan AnswerWithin { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Connections open at a time, 10 to 1,000,000; whoever comes then is turned away. Default: 5,000.</summary>
    [Range(10, 1_000_000)]
    public int MostConnections { get; init; } = 5_000;

    /// <summary>Whether reading needs a key.</summary>
    public bool ReadingNeedsKey => Reading == Doors.Reading.Keys;
}

/// <summary>Checks <see cref="DoorOptions"/> at start.</summary>
[OptionsValidator]
public sealed partial class DoorOptionsValidator : IValidateOptions<DoorOptions>;
