using System.Globalization;
using Aggregator.Content.Publishing;
using Aggregator.Model.Feeds;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Model.Text;
using Aggregator.Service.Hosting;

namespace Aggregator.Service.Web;

/// <summary>
/// What the operator should know of the sources, as a feed: an entry for each that cannot be read, is gone, has moved, fell silent or became malformed, and for each host that
/// wants to be asked more slowly. An entry is there while its reason lasts; it is named and dated by when that began, so a reader shows it once.
/// </summary>
public static class StateFeed
{
    /// <summary>What fails less often in a row is not worth telling: it is tried again within hours.</summary>
    public const int FailuresWorthTelling = 3;

    /// <summary>A source that works and brought nothing new for so long fell silent.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromDays(60);

    /// <summary>The feed as of now.</summary>
    /// <param name="sources">The feeds of feeds.json.</param>
    /// <param name="states">What is remembered of them.</param>
    /// <param name="hosts">What hosts taught.</param>
    /// <param name="toOperator">Whether the operator asks, who is told why an address cannot be read.</param>
    /// <param name="look">Where the feed lies, and who mints its ids.</param>
    /// <param name="now">The time.</param>
    public static PublishedFeed Build(
        IEnumerable<FeedSource> sources, IReadOnlyDictionary<FeedId, FeedState> states, IEnumerable<HostLesson> hosts, bool toOperator, StateFeedLook look, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(hosts);
        ArgumentNullException.ThrowIfNull(look);
        var findings = sources.Where(source => source.Enabled && states.ContainsKey(source.Id)).SelectMany(source => Of(source, states[source.Id], toOperator, now).Select(finding => ToStory(finding, source)))
            .Concat(hosts.Where(lesson => !lesson.IsEmpty).Select(Of));
        List<Story> stories = [.. findings.OrderByDescending(story => story.Updated).ThenBy(story => story.Id.Value, StringComparer.Ordinal)];
        return new PublishedFeed
        {
            Key = "state",
            Title = "Aggregator: state of the sources",
            Subtitle = "Sources that cannot be read, are gone, moved, fell silent, became malformed or want to be asked more slowly.",
            Self = look.Home.Below(look.Path),
            Alternate = look.Home,
            Updated = stories.Count == 0 ? DateTimeOffset.UnixEpoch : stories[0].Updated,
            TagAuthority = look.TagAuthority,
            TopicScheme = look.Home.Below("/topics/"),
            Entries = [.. stories.Select(story => new PublishedEntry(story))],
        };
    }

    private static IEnumerable<Finding> Of(FeedSource source, FeedState state, bool toOperator, DateTimeOffset now)
    {
        var name = source.Title ?? state.OwnTitle ?? source.Name;
        var error = toOperator && state.LastError is { } told ? told : "the feed could not be read";
        if (state.Health == FeedHealth.Gone)
        {
            yield return new Finding("gone", $"{name} is gone", state.FailingSince ?? state.LastPoll ?? now, $"Its publisher says that it is gone for good (410). It is not polled any more. Take it out of feeds.json, or give its new address there. Last answer: {error}.");
        }
        else if (state.Health == FeedHealth.Failing && state.FailuresInARow >= FailuresWorthTelling)
        {
            yield return new Finding("failing", $"{name} cannot be read", state.FailingSince ?? now, $"Every poll has failed since {Day(state.FailingSince ?? now)}: {error}. It is tried again, more and more seldom, a day apart at most.");
        }
        else if (state is { LastChange: { } last, LastSuccess: not null } && last + Silence <= now)
        {
            yield return new Finding("silent", $"{name} fell silent", last + Silence, $"It can be read, and has brought nothing new since {Day(last)}.");
        }

        if (state is { MovedTo: { } moved, MovedSince: { } since })
        {
            yield return new Finding("moved", $"{name} has moved", since, $"It is fetched from {moved} now, where its old address leads for good. feeds.json is as it was: write the new address there, or take the move back with: aggregator feeds undo-move.");
        }

        if (state is { Problems: { Count: > 0 } problems, ProblemsSince: { } wrong })
        {
            yield return new Finding("malformed", $"{name} is malformed", wrong, $"It is read all the same. What is wrong with it: {string.Join("; ", problems)}.");
        }
    }

    private static Story Of(HostLesson lesson)
    {
        var wish = lesson.HeldUntil is { } until ? string.Create(CultureInfo.InvariantCulture, $" and is left alone until {until.UtcDateTime:yyyy-MM-dd HH:mm} UTC") : "";
        var finding = new Finding("throttled", $"{lesson.Host} wants to be asked more slowly", lesson.LearnedAt, string.Create(CultureInfo.InvariantCulture, $"It turned requests away{wish}. It is asked every {lesson.Spacing.TotalSeconds:0} s at most from then on, and faster again as it answers."));
        return ToStory(finding, new FeedSource { Address = new UriBuilder(Uri.UriSchemeHttp, lesson.Host).Uri, Title = lesson.Host });
    }

    private static Story ToStory(Finding finding, FeedSource source)
    {
        var id = StoryId.Of(source.Id, string.Create(CultureInfo.InvariantCulture, $"state/{finding.Kind}/{finding.Since.ToUnixTimeSeconds()}"));
        return new Story
        {
            Id = id,
            Feed = source.Id,
            FeedName = source.Name,
            Link = AddressSecrets.Without(source.Site ?? source.Address),
            Title = finding.Title,
            Published = finding.Since,
            FirstSeen = finding.Since,
            Updated = finding.Since,
            Language = "en",
            Summary = finding.Text,
            Cluster = new ClusterId(id.Value),
            Fingerprint = "",
        };
    }

    private static string Day(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private sealed record Finding(string Kind, string Title, DateTimeOffset Since, string Text);
}

/// <summary>Where a feed of the sources' state lies.</summary>
/// <param name="Home">What its links begin with.</param>
/// <param name="Path">Its path.</param>
/// <param name="TagAuthority">Who mints its ids.</param>
public sealed record StateFeedLook(Uri Home, string Path, string TagAuthority);
