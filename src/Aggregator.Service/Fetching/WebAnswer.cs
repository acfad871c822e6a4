using System.Net;
using System.Net.Http.Headers;

namespace Aggregator.Service.Fetching;

/// <summary>An answer read whole, after redirects.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Headers">The answer's headers.</param>
/// <param name="ContentHeaders">The headers of its content.</param>
/// <param name="Body">The bytes, decompressed; empty where the status has no use for them.</param>
/// <param name="EffectiveUri">Where it came from.</param>
/// <param name="MovedTo">How far the redirects were permanent (301, 308) from the first on; null: the first was not, or there was none.</param>
public sealed record WebAnswer(
    HttpStatusCode Status, HttpResponseHeaders Headers, HttpContentHeaders ContentHeaders, ReadOnlyMemory<byte> Body, Uri EffectiveUri, Uri? MovedTo)
{
    /// <summary>The bytes of the body as they came over the network, before they were decompressed.</summary>
    public long Received { get; init; }

    /// <summary>A header as sent, not parsed. Null: not sent.</summary>
    public string? Raw(string name) =>
        Headers.NonValidated.TryGetValues(name, out var values) || ContentHeaders.NonValidated.TryGetValues(name, out values) ? values.ToString() : null;

    /// <summary>Every line of a header as sent, not parsed.</summary>
    public IEnumerable<string> Lines(string name) =>
        Headers.NonValidated.TryGetValues(name, out var values) || ContentHeaders.NonValidated.TryGetValues(name, out values) ? [.. values] : [];
}

/// <summary>A request that brought no answer: why, in words.</summary>
public sealed class FetchException : Exception
{
    /// <summary>A failure without details.</summary>
    public FetchException()
    {
    }

    /// <summary>A failure in words.</summary>
    public FetchException(string message)
        : base(message)
    {
    }

    /// <summary>A failure in words, with its cause.</summary>
    public FetchException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>A failure of a kind.</summary>
    public FetchException(FetchFault fault, string message)
        : base(message) => Fault = fault;

    /// <summary>What kind of failure.</summary>
    public FetchFault Fault { get; } = FetchFault.Unreachable;
}
