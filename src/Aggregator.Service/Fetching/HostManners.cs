using System.Net;
using Aggregator.Model.Storage;

namespace Aggregator.Service.Fetching;

/// <summary>
/// What one host taught us about how it wants to be asked. A 429, or several different addresses turned away one after the other (403 or
/// 503, as walls against robots answer), is read as "too fast": the host is left alone for a while, and from then on asked half as often
/// and one request at a time. Good answers bring the old pace back slowly. Instants are times since the process began. Not safe for
/// concurrent use.
/// </summary>
internal sealed class HostManners
{
    /// <summary>However often a host turned us away, it is asked once a minute; what crawl-delay may ask for at most, too.</summary>
    public static readonly TimeSpan MostSpacing = TimeSpan.FromSeconds(60);

    /// <summary>A lesson that was not repeated for so long is forgotten.</summary>
    public static readonly TimeSpan LessonLifetime = HostLesson.Lifetime;

    /// <summary>The first lesson doubles at least this.</summary>
    private static readonly TimeSpan LeastLesson = TimeSpan.FromSeconds(1);

    /// <summary>How long a host is left alone that says "too many requests" without saying for how long.</summary>
    private static readonly TimeSpan TooManyRequestsHold = TimeSpan.FromHours(1);

    /// <summary>How long one is left alone that only turns everything away: under the hour after which a feed comes round again.</summary>
    private static readonly TimeSpan BurstHold = TimeSpan.FromMinutes(30);

    private static readonly TimeSpan BurstWithin = TimeSpan.FromMinutes(5);

    /// <summary>One closed page is a closed page; three different ones in a row are a closed door.</summary>
    private const int Burst = 3;

    /// <summary>What a good answer leaves of a learned spacing: from a minute back to two seconds it takes 33 of them.</summary>
    private const double Recovery = 0.9;

    private readonly List<(Uri Address, TimeSpan At)> _refusals = [];

    /// <summary>The spacing learned. Zero: none.</summary>
    public TimeSpan Spacing { get; private set; }

    /// <summary>When it was last learned.</summary>
    public TimeSpan LearnedAt { get; private set; }

    /// <summary>Nobody asks the host before this.</summary>
    public TimeSpan HeldUntil { get; private set; } = TimeSpan.MinValue;

    /// <summary>Whether there is nothing to remember at <paramref name="now"/>.</summary>
    public bool IsBlank(TimeSpan now) => HeldUntil <= now && (Spacing == TimeSpan.Zero || now - LearnedAt > LessonLifetime);

    /// <summary>Takes over what another process learned, unless something was learned here since.</summary>
    public void Restore(TimeSpan spacing, TimeSpan learnedAt, TimeSpan heldUntil)
    {
        if (Spacing == TimeSpan.Zero || learnedAt > LearnedAt)
        {
            (Spacing, LearnedAt) = (spacing < MostSpacing ? spacing : MostSpacing, learnedAt);
        }

        Hold(heldUntil);
    }

    /// <summary>Lets nobody ask before <paramref name="until"/>; a longer hold stays.</summary>
    public void Hold(TimeSpan until) => HeldUntil = HeldUntil > until ? HeldUntil : until;

    /// <summary>Draws the lesson from an answer.</summary>
    /// <param name="address">What was asked.</param>
    /// <param name="status">What it answered.</param>
    /// <param name="asked">The wait it asks for. Null: none.</param>
    /// <param name="usual">The spacing without any lesson.</param>
    /// <param name="now">The instant.</param>
    /// <returns>Whether something changed that is worth storing.</returns>
    public bool Learn(Uri address, HttpStatusCode status, TimeSpan? asked, TimeSpan usual, TimeSpan now)
    {
        switch (status)
        {
            case HttpStatusCode.TooManyRequests:
                SlowDown(asked > TimeSpan.Zero ? asked.Value : TooManyRequestsHold, usual, now);
                return true;
            case HttpStatusCode.Forbidden or HttpStatusCode.ServiceUnavailable:
                _refusals.RemoveAll(refusal => refusal.Address == address || now - refusal.At > BurstWithin);
                _refusals.Add((address, now));
                if (_refusals.Count < Burst)
                {
                    return false;
                }

                SlowDown(asked > BurstHold ? asked.Value : BurstHold, usual, now);
                return true;
            case HttpStatusCode.OK or HttpStatusCode.NotModified or HttpStatusCode.IMUsed:
                _refusals.Clear();
                return Recover(usual, now);
            default:
                return false; // says nothing about our pace
        }
    }

    private void SlowDown(TimeSpan hold, TimeSpan usual, TimeSpan now)
    {
        _refusals.Clear();

        // Requests that were under way together are one lesson.
        if (HeldUntil <= now)
        {
            var from = Spacing > usual ? Spacing : usual > LeastLesson ? usual : LeastLesson;
            Spacing = from * 2 < MostSpacing ? from * 2 : MostSpacing;
        }

        LearnedAt = now;
        Hold(now + hold);
    }

    /// <returns>Whether the spacing fell under the next power of two of seconds: often enough to be stored.</returns>
    private bool Recover(TimeSpan usual, TimeSpan now)
    {
        if (Spacing == TimeSpan.Zero)
        {
            return false;
        }

        var before = Spacing;
        var after = Spacing * Recovery;
        Spacing = after <= usual || after <= LeastLesson || now - LearnedAt > LessonLifetime ? TimeSpan.Zero : after;
        return Spacing == TimeSpan.Zero || Math.ILogB(before.TotalSeconds) != Math.ILogB(Spacing.TotalSeconds);
    }
}
