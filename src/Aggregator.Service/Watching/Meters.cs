namespace Aggregator.Service.Watching;

/// <summary>The names of meters.</summary>
public static class Meters
{
    /// <summary>The service's own meter, in which every stage has its instruments.</summary>
    public const string Own = "Aggregator";
}
