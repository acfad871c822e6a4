namespace Aggregator.Service.Fetching;

/// <summary>
/// Numbers from 0 to 1 that look like chance and are the same in every run: Marsaglia's xorshift, begun with a host's name. Not safe for
/// concurrent use.
/// </summary>
internal sealed class HostJitter(string host)
{
    private uint _state = SeedOf(host);

    /// <summary>The next number.</summary>
    public double Next()
    {
        _state ^= _state << 13;
        _state ^= _state >> 17;
        _state ^= _state << 5;
        return _state / (double)uint.MaxValue;
    }

    /// <summary>FNV-1a over the name; never zero, from which xorshift would not move.</summary>
    private static uint SeedOf(string host) => host.Aggregate(2166136261u, (hash, letter) => unchecked((hash ^ letter) * 16777619u)) | 1;
}
