using Microsoft.Extensions.Time.Testing;

namespace Aggregator.Service.Tests.World;

/// <summary>A clock that somebody sets while time goes on.</summary>
internal sealed class JumpingClock(DateTimeOffset start) : FakeTimeProvider(start)
{
    /// <summary>By how much it is wrong.</summary>
    public TimeSpan Jump { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Jump;

    public override long GetTimestamp() => base.GetUtcNow().Ticks;
}
