using System.Globalization;

namespace Aggregator.Service.Web;

/// <summary>
/// The time that an archive document of a feed covers (RFC 5005 section 4): a day, an hour or ten minutes, UTC. Which one depends on how much is told in it; what has
/// an address keeps it. Written as its beginning: "2026-11-29", "2026-11-29T13", "2026-11-29T13:20".
/// </summary>
public sealed record ArchivePeriod
{
    private static readonly (string Form, TimeSpan Length)[] Forms =
        [("yyyy-MM-dd", TimeSpan.FromDays(1)), ("yyyy-MM-dd'T'HH", TimeSpan.FromHours(1)), ("yyyy-MM-dd'T'HH:mm", TimeSpan.FromMinutes(10))];

    private ArchivePeriod(DateTimeOffset start, TimeSpan length) => (Start, Length) = (start, length);

    /// <summary>When it begins.</summary>
    public DateTimeOffset Start { get; }

    /// <summary>How long it is.</summary>
    public TimeSpan Length { get; }

    /// <summary>The first moment after it.</summary>
    public DateTimeOffset End => Start + Length;

    /// <summary>The periods that an instant lies in, the longest first.</summary>
    public static IEnumerable<ArchivePeriod> Around(DateTimeOffset instant) =>
        Forms.Select(form => new ArchivePeriod(new DateTimeOffset(instant.UtcTicks - (instant.UtcTicks % form.Length.Ticks), TimeSpan.Zero), form.Length));

    /// <summary>Reads what <see cref="ToString"/> writes. Null: anything else.</summary>
    public static ArchivePeriod? Read(string? text)
    {
        foreach (var (form, length) in Forms)
        {
            if (DateTimeOffset.TryParseExact(text, form, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var start)
                && start.UtcTicks % length.Ticks == 0 && start.UtcTicks <= DateTimeOffset.MaxValue.UtcTicks - length.Ticks)
            {
                return new ArchivePeriod(start, length);
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public override string ToString() => Start.ToString(Forms.Single(form => form.Length == Length).Form, CultureInfo.InvariantCulture);
}
