namespace Aggregator.Service.Doors;

/// <summary>What an endpoint asks of those who come, where it is not what goes without saying: who changes something needs a key that may, and who reads needs one where reading does.</summary>
/// <param name="Kind">What it asks.</param>
/// <param name="IsRecorded">Whether the record tells of it though it changes nothing.</param>
public sealed record DoorSign(DoorKind Kind, bool IsRecorded = false);

/// <summary>What an endpoint asks of those who come.</summary>
public enum DoorKind
{
    /// <summary>Nothing, ever.</summary>
    Open,

    /// <summary>What reading asks, though it is no GET.</summary>
    Reading,

    /// <summary>A key that may change things, though it is a GET: it makes the service ask others, or tells what is the operator's only.</summary>
    Operator,
}

/// <summary>Puts signs on endpoints.</summary>
public static class DoorSigns
{
    /// <summary>What the API's description says of an operation that needs a key.</summary>
    public const string NeedsKey = $"Needs a key that may change things, in the header {Hosting.ServiceKey.Header} or as Authorization: Bearer.";

    /// <summary>Whoever asks is answered, also where reading needs a key: it tells nothing that is not in the program, or has a secret of its own in its address.</summary>
    public static TBuilder IsOpen<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new DoorSign(DoorKind.Open));

    /// <summary>A question that comes as POST and changes nothing of the operator's.</summary>
    public static TBuilder IsReading<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new DoorSign(DoorKind.Reading));

    /// <summary>Needs a key that may change things. What is neither GET nor HEAD needs one without being told.</summary>
    public static TBuilder RequireKey<TBuilder>(this TBuilder endpoint, bool isRecorded = false)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new DoorSign(DoorKind.Operator, isRecorded));
}
