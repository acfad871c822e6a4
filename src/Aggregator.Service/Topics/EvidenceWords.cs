using System.Globalization;
using Aggregator.Model.Topics;

namespace Aggregator.Service.Topics;

/// <summary>Evidence in words for people.</summary>
public static class EvidenceWords
{
    /// <summary>The reason, how often and where it was found, for example "trade secret* x2 in the lead".</summary>
    public static string Of(Evidence reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        var kind = reason.Kind switch
        {
            EvidenceKind.Learned => "learned: ",
            EvidenceKind.SecondOpinion => "second opinion of ",
            _ => "",
        };
        var times = reason.Count > 1 ? string.Create(CultureInfo.InvariantCulture, $" x{reason.Count}") : "";
        var place = reason.Part == StoryPart.Setting ? "" : $" in the {reason.Part.ToString().ToLowerInvariant()}";
        return $"{kind}{reason.Feature}{times}{place}";
    }

    /// <summary>What a language model said, for example "IP theft: no, says qwen3:8b, 2026-11-28 12:00 UTC: only names a lawsuit".</summary>
    public static string Of(TopicOpinion opinion)
    {
        ArgumentNullException.ThrowIfNull(opinion);
        return string.Create(
            CultureInfo.InvariantCulture, $"{opinion.Topic}: {(opinion.Carries ? "yes" : "no")}, says {opinion.Model}, {opinion.At.UtcDateTime:yyyy-MM-dd HH:mm} UTC: {opinion.Reason}");
    }

    /// <summary>What the user said, for example "AI removed by the user, 2026-11-24 12:00 UTC".</summary>
    public static string Of(TopicCorrection correction)
    {
        ArgumentNullException.ThrowIfNull(correction);
        return string.Create(
            CultureInfo.InvariantCulture, $"{correction.Topic} {(correction.Carries ? "added" : "removed")} by the user, {correction.At.UtcDateTime:yyyy-MM-dd HH:mm} UTC");
    }
}
