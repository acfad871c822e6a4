namespace Aggregator.Service.Fetching;

/// <summary>How an address is to be asked.</summary>
/// <param name="MaxBytes">The largest answer, in bytes after decompression.</param>
public sealed record RequestPlan(int MaxBytes)
{
    /// <summary>Sets the headers of the first request and of each after a redirect; the request says which address it goes to.</summary>
    public Action<HttpRequestMessage> Prepare { get; init; } = _ => { };

    /// <summary>
    /// Asked before the first request and each after a redirect. Throws a <see cref="FetchException"/> to forbid it; returns the least
    /// time between requests that the site wishes. Null: everything is allowed.
    /// </summary>
    public Func<Uri, CancellationToken, ValueTask<TimeSpan>>? Admit { get; init; }

    /// <summary>Whether the body of an answer is worth reading, by its Content-Type (null: none). A body that is not is left on the wire.</summary>
    public Func<string?, bool> Wants { get; init; } = _ => true;

    /// <summary>The body's part of the memory for bodies. Null: it is a small one, or somebody waits for it.</summary>
    public BodyShare? Share { get; init; }

    /// <summary>How long it may wait for its share, a turn at the host in its hands, before it gives up (<see cref="FetchFault.NoRoom"/>). Null: as long as it takes.</summary>
    public TimeSpan? Patience { get; init; }

    /// <summary>Whether it is asked before what else is wanted of its host: a poll waits for it.</summary>
    public bool GoesFirst { get; init; }

    /// <summary>Of a larger answer the beginning is enough. False: it is refused.</summary>
    public bool TakeBeginning { get; init; }
}
