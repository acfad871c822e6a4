using System.Globalization;
using Aggregator.Content.Publishing;
using Aggregator.Content.Versions;
using Aggregator.Model.Stories;
using Aggregator.Model.Topics;
using Aggregator.Service.Api;
using Aggregator.Service.Topics;

namespace Aggregator.Service.Web;

/// <summary>The page of one story: why it has its topics, what the user said of them, and what it names.</summary>
public static class ReasonsPage
{
    /// <summary>The page of <paramref name="story"/>, of its <paramref name="cluster"/> and of its earlier <paramref name="versions"/>; links begin with <paramref name="root"/>.</summary>
    public static Markup Render(Story story, StoryCluster cluster, VersionsAnswer versions, string root)
    {
        ArgumentNullException.ThrowIfNull(versions);
        ArgumentNullException.ThrowIfNull(story);
        ArgumentNullException.ThrowIfNull(cluster);
        return Html.Of($"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="robots" content="noindex">
            <title>{story.Title}</title>
            <link rel="stylesheet" href="{root}/style.css">
            <link rel="icon" href="{root}/icon.svg" type="image/svg+xml">
            </head>
            <body>
            <header>
            <h1><a href="{root}/">Aggregator</a></h1>
            </header>
            <main class="stories">
            <h2><a href="{story.Link.AbsoluteUri}" rel="noopener noreferrer">{story.Title}</a></h2>
            <p class="meta">{story.FeedName}{(story.Authors.Count > 0 ? $", {string.Join(", ", story.Authors.Take(3))}" : "")}, {story.OrderedAt.ToString("d MMMM yyyy, HH:mm", CultureInfo.InvariantCulture)} UTC</p>
            <p lang="{story.Language ?? ""}" dir="auto">{story.Summary}</p>
            {AlsoIn(story)}{(story.IsPinned ? Html.Of($"<p class=\"meta\">Pinned: it is the last to be dropped.</p>\n") : Markup.None)}{(story.Topics.Count == 0 ? Html.Of($"<p>It has no topic.</p>") : Markup.None)}{story.Topics.Select(tag => Topic(tag, root))}{story.Overruled.Select(Overruled)}{Corrections(story)}{Opinions(story)}{Entities(story)}{Cluster(story, cluster, root)}{Versions(versions)}
            </main>
            </body>
            </html>
            """);
    }

    private static Markup AlsoIn(Story story) => story.Carriers.Count == 0
        ? Markup.None
        : Html.Of($"<p class=\"meta\">The same article also came with {story.Carriers.Select(Carrier)}</p>\n");

    private static Markup Carrier(StoryCarrier carrier) => Html.Of(
        $"<a href=\"{(carrier.Comments ?? carrier.Link).AbsoluteUri}\" rel=\"noopener noreferrer\" title=\"{carrier.Title}\">{carrier.FeedName}</a> ");

    private static Markup Topic(TopicTag tag, string root) => Html.Of($"""
        <h3><a href="{root}/topics/{tag.Slug}">{tag.Topic}</a> <small>score {tag.Score.ToString("F2", CultureInfo.InvariantCulture)}; 1 is the threshold</small></h3>
        {Reasons(tag)}

        """);

    private static Markup Overruled(TopicTag tag) => Html.Of($"""
        <h3><del>{tag.Topic}</del> <small>found, and removed by the user</small></h3>
        {Reasons(tag)}

        """);

    private static Markup Reasons(TopicTag tag) => Html.Of(
        $"<table class=\"reasons\"><thead><tr><th scope=\"col\">adds</th><th scope=\"col\">because of</th></tr></thead><tbody>{tag.Evidence.Select(Reason)}</tbody></table>");

    private static Markup Reason(Evidence reason) => Html.Of(
        $"<tr><td>{reason.Weight.ToString("+0.00;-0.00", CultureInfo.InvariantCulture)}</td><td>{EvidenceWords.Of(reason)}</td></tr>");

    private static Markup Corrections(Story story) => story.Corrections.Count == 0
        ? Markup.None
        : Html.Of($"<h3>Corrections</h3><ul>{story.Corrections.Select(correction => Html.Of($"<li>{EvidenceWords.Of(correction)}</li>"))}</ul>\n");

    private static Markup Opinions(Story story) => story.Opinions.Count == 0
        ? Markup.None
        : Html.Of($"<h3>Second opinions</h3><ul>{story.Opinions.Select(opinion => Html.Of($"<li>{EvidenceWords.Of(opinion)}</li>"))}</ul>\n");

    private static Markup Cluster(Story story, StoryCluster cluster, string root) => cluster.Stories.Count == 1
        ? Markup.None
        : Html.Of($"<h3>The same event <small>{cluster.Outlets} outlets</small></h3>{Joined(story, cluster, root)}<ul>{cluster.Stories.Where(other => other.Id != story.Id).Select(other => Other(other, root))}</ul>\n");

    private static Markup Joined(Story story, StoryCluster cluster, string root) => story.Joined is not { } reason
        ? Markup.None
        : Html.Of($"<p>It was put here because it is most like {Nearest(reason, cluster, root)}{(reason.Shared.Count == 0 ? "" : ": both tell of " + string.Join(", ", reason.Shared))}. Chance that both tell one event: {reason.Score.ToString("P0", CultureInfo.InvariantCulture)}.</p>");

    private static Markup Nearest(ClusterReason reason, StoryCluster cluster, string root) => cluster.Stories.FirstOrDefault(story => story.Id == reason.Nearest) is { } nearest
        ? Html.Of($"<a href=\"{root}/stories/{nearest.Id.Value}\">{nearest.Title}</a>")
        : Html.Of($"a story that is not here any more");

    private static Markup Other(Story story, string root) =>
        Html.Of($"<li><a href=\"{root}/stories/{story.Id.Value}\">{story.Title}</a> <small>{story.FeedName}, {story.OrderedAt.ToString("d MMMM yyyy, HH:mm", CultureInfo.InvariantCulture)} UTC</small></li>");

    private static Markup Versions(VersionsAnswer answer) => answer.Versions.Count == 0
        ? Markup.None
        : Html.Of($"<h3>How it was changed</h3>{answer.Versions.Select(Change)}\n");

    private static Markup Change(VersionAnswer version) => Html.Of($"""
        <h4><time datetime="{version.Until.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)}">{version.Until.ToString("d MMMM yyyy, HH:mm", CultureInfo.InvariantCulture)} UTC</time></h4>
        {Difference(version.TitleChange)}{Difference(version.TextChange)}

        """);

    private static Markup Difference(IReadOnlyList<DiffPiece> pieces) => pieces.Count == 0
        ? Markup.None
        : Html.Of($"<p class=\"change\" dir=\"auto\">{pieces.Select(Piece)}</p>\n");

    private static Markup Piece(DiffPiece piece) => piece.Kind switch
    {
        DiffKind.Removed => Html.Of($"<del>{piece.Text}</del>"),
        DiffKind.Added => Html.Of($"<ins>{piece.Text}</ins>"),
        DiffKind.LeftOut => Html.Of($" … "),
        _ => Html.Of($"{piece.Text}"),
    };

    private static Markup Entities(Story story) => story.Entities.Count == 0
        ? Markup.None
        : Html.Of($"<h3>Names</h3><ul>{story.Entities.Select(Entity)}</ul>");

    private static Markup Entity(EntityTag entity) => Html.Of(
        $"<li>{entity.Name} <small>{entity.Kind}, {entity.Mentions.ToString(CultureInfo.InvariantCulture)} times{(entity.InTitle ? ", in the title too" : "")}</small></li>");
}
