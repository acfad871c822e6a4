using System.Text.Json.Nodes;

namespace Aggregator.Simulation;

/// <summary>What is simulated.</summary>
/// <param name="World">The test world's address.</param>
/// <param name="Length">How much time passes.</param>
/// <param name="JudgedAfter">What happens before is not on the scorecard: permanent redirects, for example, are taken over after a day.</param>
/// <param name="Fixed">The same interval for every feed. Null: each feed's own rhythm.</param>
/// <param name="Pages">Whether article pages are fetched.</param>
/// <param name="DataFolder">Where the store lies; must not exist.</param>
/// <param name="Direct">Whether the world is asked under its own address instead of through its proxy.</param>
/// <param name="Also">Feeds that are polled besides the world's, as in feeds.json.</param>
/// <param name="Faulty">How many feeds that misbehave are polled besides, in all of the world's ways by turns.</param>
/// <param name="Outage">When the network is gone, from and until, counted from the beginning. Null: never.</param>
/// <param name="Jump">By how much the clock is set when half of the time has passed. Zero: it is not.</param>
/// <param name="Settings">Further settings of the service.</param>
internal sealed record Plan(
    Uri World,
    TimeSpan Length,
    TimeSpan JudgedAfter,
    TimeSpan? Fixed,
    bool Pages,
    string DataFolder,
    bool Direct,
    JsonArray Also,
    int Faulty,
    (TimeSpan From, TimeSpan Until)? Outage,
    TimeSpan Jump,
    IReadOnlyDictionary<string, string?> Settings);
