using System.Buffers.Binary;

namespace Aggregator.Model.Feeds;

/// <summary>
/// When a feed brought something new, as far back as is remembered: what its rhythm is learnt from. A few hundred bytes a feed, because
/// tens of thousands of feeds are held in memory.
/// </summary>
public sealed class PublicationTimes
{
    /// <summary>So many instants are remembered: two weeks of a feed with seven a day, which is enough to tell its hours.</summary>
    public const int Most = 96;

    private readonly uint[] _seconds;

    /// <summary>The newest <see cref="Most"/> of these instants (UTC, seconds since 1970), which must be in ascending order.</summary>
    public PublicationTimes(ReadOnlySpan<uint> ascending)
        : this([.. ascending[Math.Max(0, ascending.Length - Most)..]], null, false)
    {
    }

    private PublicationTimes(uint[] seconds, TimeSpan? period, bool sharp) => (_seconds, Period, Sharp) = (seconds, period, sharp);

    /// <summary>Nothing was published yet, or nothing is known.</summary>
    public static PublicationTimes None { get; } = new([]);

    /// <summary>The instants in seconds since 1970 (UTC), oldest first, no two alike.</summary>
    public ReadOnlySpan<uint> Seconds => _seconds;

    /// <summary>The newest instant. Null: there is none.</summary>
    public DateTimeOffset? Last => _seconds is [.., var last] ? DateTimeOffset.FromUnixTimeSeconds(last) : null;

    /// <summary>The period after which publications come at the same times again, if one was learnt: a day, say, for a feed that sleeps at night.</summary>
    public TimeSpan? Period { get; }

    /// <summary>Whether the times within the <see cref="Period"/> are sharp, a forty-eighth of it, or rather a twelfth.</summary>
    public bool Sharp { get; }

    /// <summary>The same instants with what was learnt of their period.</summary>
    public PublicationTimes WithPeriod(TimeSpan? period, bool sharp) => new(_seconds, period, sharp);

    /// <summary>What <see cref="ToBytes"/> wrote.</summary>
    public static PublicationTimes FromBytes(ReadOnlySpan<byte> bytes)
    {
        var seconds = new uint[bytes.Length / sizeof(uint)];
        for (var i = 0; i < seconds.Length; i++)
        {
            seconds[i] = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(i * sizeof(uint))..]);
        }

        return new PublicationTimes(seconds);
    }

    /// <summary>The instants, four bytes each.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[_seconds.Length * sizeof(uint)];
        for (var i = 0; i < _seconds.Length; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(i * sizeof(uint)), _seconds[i]);
        }

        return bytes;
    }
}
