namespace Aggregator.Content.Extraction.Metadata;

/// <summary>A date as read from a text.</summary>
/// <param name="Date">The day, with the time and the offset where the text has them, else midnight and zero.</param>
/// <param name="HasTime">The text has a time of day.</param>
/// <param name="HasZone">The text has an offset or says UTC.</param>
internal readonly record struct Stamp(DateTimeOffset Date, bool HasTime, bool HasZone)
{
    /// <summary>Whether it is an instant in UTC, which readers elsewhere may see on another day.</summary>
    public bool IsUtc => HasTime && HasZone && Date.Offset == TimeSpan.Zero;
}
