using System.ComponentModel;
using System.Globalization;
using Aggregator.Content.Publishing;
using Aggregator.Model.Stories;
using Aggregator.Service.Api;
using Aggregator.Service.Search;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;

namespace Aggregator.Service.Web;

/// <summary>Finds the merged feed that an address means.</summary>
public sealed class MergedFeedAddresses(MergedFeedScopes scopes, StoryQueryReader reader)
{
    /// <summary>The feed of a scope found by name, or of everything, as an address asks for it.</summary>
    /// <param name="route">The kind of the scope. Null: everything.</param>
    /// <param name="name">What the scope is called.</param>
    /// <param name="writer">The format.</param>
    /// <param name="parameters">The address's parameters.</param>
    public FoundMergedFeed Find(ScopeRoute? route, string name, IFeedWriter writer, FeedParameters parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        var found = route is null ? MergedFeedScope.Everything : route.Find(scopes, name);
        if (found.Scope is not { } scope)
        {
            return new(null, found.Problem);
        }

        var (view, wrong) = parameters.ReadView();
        if (wrong is not null)
        {
            return Problems.BadQuestion(wrong);
        }

        if (!IsCount(parameters.MinSources, out var minSources))
        {
            return Problems.BadQuestion(new QuestionError("min_sources", $"\"{parameters.MinSources}\" is no number of outlets", ["2", "3"]));
        }

        if (minSources > 1 && !view.Clustered)
        {
            return Problems.BadQuestion(new QuestionError("min_sources", "it counts the outlets of a cluster, and cluster=off has none", []));
        }

        var (condition, error) = reader.ReadCondition(parameters.Q);
        return error is not null
            ? Problems.BadQuestion(error)
            : new MergedFeed(scope with { MinSources = minSources, Narrowed = condition is null ? null : new ScopeQuery(parameters.Q!.Trim(), condition) }, writer, view);
    }

    /// <summary>The feed that a whole path with its query means, such as "/topics/ai/feed.atom?limit=20". Null: no feed lies there.</summary>
    public MergedFeed? Find(string path, string? query)
    {
        ArgumentNullException.ThrowIfNull(path);
        string[] parts = [.. path.Split('/').Skip(1).Select(Uri.UnescapeDataString)];
        if (parts.Length is < 1 or > 3 || parts[^1].LastIndexOf('.') is not (> 0 and var dot) || PublishedFormats.All.FirstOrDefault(format => format.Extension == parts[^1][(dot + 1)..]) is not { } writer)
        {
            return null;
        }

        var stem = parts[^1][..dot];
        var parameters = FeedParameters.Of(QueryHelpers.ParseQuery(query));
        return parts switch
        {
            [_] when stem == "feed" => Find(null, "", writer, parameters).Feed,
            ["feeds", _] => Find(MergedFeedScopes.Saved, stem, writer, parameters).Feed,
            [var folder, var name, _] when stem == "feed" && MergedFeedScopes.Routes.FirstOrDefault(route => route.Folder == folder) is { } route => Find(route, name, writer, parameters).Feed,
            _ => null,
        };
    }

    private static bool IsCount(string? text, out int count)
    {
        count = 1;
        return text is null || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out count) && count is >= 1 and <= StoryQuery.MaxLimit);
    }
}

/// <summary>A merged feed as it can be asked for.</summary>
/// <param name="Scope">What it is made of.</param>
/// <param name="Writer">Its format.</param>
/// <param name="View">How it shows that.</param>
public sealed record MergedFeed(MergedFeedScope Scope, IFeedWriter Writer, FeedView View)
{
    /// <summary>Its path, the same for all addresses that mean it.</summary>
    public string Path => Scope.FeedPath(Writer.Extension, View);
}

/// <summary>A feed, or the answer that tells why there is none.</summary>
public sealed record FoundMergedFeed(MergedFeed? Feed, IResult? Problem)
{
    /// <summary>A feed that was found.</summary>
    public static implicit operator FoundMergedFeed(MergedFeed feed) => new(feed, null);

    /// <summary>The answer where there is none.</summary>
    public static implicit operator FoundMergedFeed(Microsoft.AspNetCore.Http.HttpResults.ProblemHttpResult problem) => new(null, problem);
}

/// <summary>What may be asked of a feed.</summary>
/// <param name="Q">A query: only the stories it finds.</param>
/// <param name="Cluster">"off" for an entry for every story.</param>
/// <param name="MinSources">Only what so many outlets report.</param>
/// <param name="Limit">Entries at most.</param>
/// <param name="Content">How much of a story is told.</param>
/// <param name="Archive">The time of an archive.</param>
/// <param name="Cursor">Where a further page begins.</param>
public sealed record FeedParameters(
    [property: FromQuery(Name = "q"), Description("A query, for example: topic:ai topic:ip-theft -topic:crypto since:7d")] string? Q,
    [property: FromQuery(Name = "cluster"), Description("\"off\" for an entry for every story.")] string? Cluster,
    [property: FromQuery(Name = "min_sources"), Description("Only what so many outlets report.")] string? MinSources,
    [property: FromQuery(Name = "limit"), Description("Entries at most; 500 is the most there is.")] string? Limit,
    [property: FromQuery(Name = "content"), Description("\"full\", \"summary\" or \"title\": how much of a story is told. More than the operator allows is not.")] string? Content,
    [property: FromQuery(Name = "archive"), Description("An archive (RFC 5005), as links of the feed name it: the entries of a UTC day, an hour or ten minutes, such as 2026-11-29, 2026-11-29T13 or 2026-11-29T13:20.")] string? Archive,
    [property: FromQuery(Name = "cursor"), Description("A further page (RFC 5005), as links of the feed name it.")] string? Cursor)
{
    /// <summary>The parameters of an address's query.</summary>
    public static FeedParameters Of(IReadOnlyDictionary<string, Microsoft.Extensions.Primitives.StringValues> query)
    {
        ArgumentNullException.ThrowIfNull(query);
        return new(First("q"), First("cluster"), First("min_sources"), First("limit"), First("content"), First("archive"), First("cursor"));

        string? First(string name) => query.GetValueOrDefault(name) is [var value, ..] ? value : null;
    }

    /// <summary>How the feed is to show its stories, or what is wrong with what was asked.</summary>
    internal (FeedView View, QuestionError? Error) ReadView()
    {
        var view = new FeedView { Clustered = !string.Equals(Cluster, "off", StringComparison.OrdinalIgnoreCase) };
        if (Limit is not null)
        {
            // A number too large for any type is as good as the most.
            if (Limit.Length == 0 || !Limit.All(char.IsAsciiDigit) || Limit.All(digit => digit == '0'))
            {
                return (view, new QuestionError("limit", $"\"{Limit}\" is no number of entries", ["20", "100"]));
            }

            view = view with { Limit = int.TryParse(Limit, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) ? limit : int.MaxValue };
        }

        if (Content is not null)
        {
            if (!Enum.TryParse<FeedContent>(Content, ignoreCase: true, out var content) || !char.IsAsciiLetter(Content[0]))
            {
                return (view, new QuestionError("content", $"\"{Content}\" says nothing of how much is told", ["full", "summary", "title"]));
            }

            view = view with { Content = content };
        }

        if (Archive is not null)
        {
            if (ArchivePeriod.Read(Archive) is not { } archive)
            {
                return (view, new QuestionError("archive", $"\"{Archive}\" is no UTC day, hour or ten minutes", ["2026-11-29", "2026-11-29T13", "2026-11-29T13:20"]));
            }

            view = view with { Archive = archive };
        }

        if (Cursor is null)
        {
            return (view, null);
        }

        return StoryCursor.TryDecode(Cursor, out var after)
            ? (view with { After = after }, null)
            : (view, new QuestionError("cursor", "this cursor was not made by this service; begin with the feed itself, without one", []));
    }
}
