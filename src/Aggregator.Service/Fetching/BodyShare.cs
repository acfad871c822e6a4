namespace Aggregator.Service.Fetching;

/// <summary>One body's part of a <see cref="BodyPool"/>. Used by one caller at a time.</summary>
public sealed class BodyShare : IDisposable
{
    private readonly BodyPool _all;

    internal BodyShare(BodyPool all) => _all = all;

    /// <summary>Whether its body is one of the large ones that are coming.</summary>
    internal bool IsLarge { get; set; }

    /// <summary>Bytes it has.</summary>
    internal long Bytes { get; set; }

    /// <inheritdoc/>
    public void Dispose() => _all.Settle(this, 0);

    /// <summary>Waits until a body of about so many bytes may come.</summary>
    internal ValueTask BeginAsync(int bytes, CancellationToken cancellationToken) => _all.BeginAsync(this, bytes, cancellationToken);

    /// <summary>Waits until the body may become a large one; at once where it is.</summary>
    internal ValueTask GrowLargeAsync(CancellationToken cancellationToken) => IsLarge ? ValueTask.CompletedTask : _all.GrowLargeAsync(this, cancellationToken);

    /// <summary>The body is there whole, or what was made of it, and takes so many bytes.</summary>
    internal void Settle(long bytes) => _all.Settle(this, bytes);
}
