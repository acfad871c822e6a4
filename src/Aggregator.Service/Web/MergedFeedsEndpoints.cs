using System.ComponentModel;
using System.Globalization;
using Aggregator.Content.Opml;
using Aggregator.Content.Publishing;
using Aggregator.Model.Feeds;
using Aggregator.Service.Api;
using Aggregator.Service.Doors;
using Aggregator.Service.Hosting;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace Aggregator.Service.Web;

/// <summary>
/// Serves the merged feeds: /feed.atom, /feed.rss, /feed.json, /feed.rdf and the same below /topics/{topic}/, /feeds/{saved feed or query}/, /sources/{source}/ and
/// /categories/{category}/; of what is saved also as /feeds/{name}.atom.
/// </summary>
public static class MergedFeedsEndpoints
{
    private const string Told = "The newest first, an event that several outlets report as one entry. Give the ETag back with If-None-Match: what did not change costs a 304, and with A-IM: feed (RFC 3229) only what is new is sent.";

    private static readonly string Varying = $"{HeaderNames.AcceptEncoding}, A-IM, {Browsers.Headers}";

    /// <summary>Maps every format of every scope.</summary>
    public static IEndpointRouteBuilder MapMergedFeeds(this IEndpointRouteBuilder routes)
    {
        foreach (var writer in PublishedFormats.All)
        {
            routes.MapDocument($"/feed.{writer.Extension}", ([AsParameters] FeedParameters parameters, [AsParameters] FeedQuestion question) =>
                    AnswerAsync(null, "", writer, parameters, question))
                .WithTags("Merged feeds").WithName($"allAs_{writer.Extension}").WithSummary($"All stories as {writer.MediaType}").WithDescription(Told);
            foreach (var scopes in MergedFeedScopes.Routes)
            {
                routes.MapDocument($"/{scopes.Folder}/{{name}}/feed.{writer.Extension}", (string name, [AsParameters] FeedParameters parameters, [AsParameters] FeedQuestion question) => AnswerAsync(scopes, name, writer, parameters, question))
                    .WithTags("Merged feeds").WithName($"{scopes.Id}As_{writer.Extension}").WithSummary($"{scopes.Summary}, as {writer.MediaType}").WithDescription(Told);
            }

            routes.MapDocument($"/state.{writer.Extension}", (StateOfSources state, HttpContext http) => state.AnswerAsync(writer, http))
                .WithTags("Merged feeds").WithName($"stateAs_{writer.Extension}").WithSummary($"The state of the sources as {writer.MediaType}")
                .WithDescription("Sources that cannot be read, are gone, moved, fell silent, became malformed or want to be asked more slowly. Why an address cannot be read is told to the operator only: with the service's key, or from this machine.");

            // The short form is what people write down.
            routes.MapDocument($"/feeds/{{name}}.{writer.Extension}", (string name, [AsParameters] FeedParameters parameters, [AsParameters] FeedQuestion question) => AnswerAsync(MergedFeedScopes.Saved, name, writer, parameters, question))
                .ExcludeFromDescription();
        }

        routes.MapDocument("/feeds.opml", (HttpContext http, MergedFeedScopes scopes) => TypedResults.Bytes(ListOf(scopes, HomeAddress.Of(http), Caller.Of(http)), "text/x-opml; charset=utf-8", "aggregator.opml"))
            .WithTags("Merged feeds").WithName("mergedFeedsAsOpml").WithSummary("All merged feeds as OPML 2.0").WithDescription("For a reader to subscribe to: all stories, each topic, what is saved, each category. What is private is named to who shows a key that opens it; who came by a token gets addresses with it.");
        return routes;
    }

    private static byte[] ListOf(MergedFeedScopes scopes, Uri home, Caller caller) => OpmlWriter.Write("Aggregator", scopes.ListFor(caller).Select(listed => new FeedSource
    {
        Address = home.Below(caller.WithToken(listed.Scope.FeedPath("atom"))),
        Title = listed.Scope.Name ?? "All stories",
        Category = listed.Group,
        Site = home.Below(listed.Scope.PagePath),
    }), withSecrets: true);

    private static async Task<IResult> AnswerAsync(ScopeRoute? route, string name, IFeedWriter writer, FeedParameters parameters, FeedQuestion question)
    {
        var (http, feeds) = (question.Http, question.Feeds);
        var found = question.Addresses.Find(route, name, writer, parameters);
        if (found.Feed is not { } feed)
        {
            return found.Problem!;
        }

        var home = HomeAddress.Of(http);
        var headers = http.Response.Headers;
        headers.Vary = Varying;
        if (question.Raw is null && Browsers.IsFollowingALink(http.Request))
        {
            feed = feed with { View = feed.View.Current };
            var caller = Caller.Of(http);
            var raw = feed.Path + (feed.Path.Contains('?', StringComparison.Ordinal) ? "&raw=1" : "?raw=1");
            return await question.Pages.ShowFeedAsync(feed.Scope, new FeedDoor(home.Below(caller.WithToken(feed.Path)), caller.WithToken(raw)), caller, BasePath.Of(http), http.RequestAborted);
        }

        var rendered = await feeds.RenderAsync(feed, home, http.RequestAborted);
        var coding = ContentCoding.Of(http.Request);
        if (coding is not null)
        {
            headers.ContentEncoding = coding;
        }

        var maxAge = string.Create(CultureInfo.InvariantCulture, $"max-age={(feeds.IsCurrent(rendered) ? rendered.AskAgainAfter.TotalSeconds : 1):0}");
        var tag = EntityTags.Of(rendered.ETag, TagEnding(coding));
        if (InstanceManipulation.TakesFeed(http.Request) && await FindNewsAsync(feed, home, rendered, http, feeds) is var (news, since))
        {
            headers.CacheControl = $"no-store, im, {maxAge}";
            return new InstanceManipulation(news.In(coding), writer.MediaType, EntityTags.Of(news.ETag, TagEnding(coding)), since);
        }

        // Dates count only where no tag is given (RFC 9110 section 13.1.3), and not those of before a change.
        if (http.Request.Headers.IfNoneMatch.Count > 0 || http.Request.GetTypedHeaders().IfModifiedSince < rendered.ChangedAt)
        {
            http.Request.Headers.Remove(HeaderNames.IfModifiedSince);
        }

        headers.CacheControl = $"public, {maxAge}";
        return TypedResults.Bytes(rendered.In(coding), writer.MediaType, lastModified: rendered.LastModified, entityTag: tag);
    }

    /// <summary>What is new since a state that the request names. Null: it names none that is remembered, or the feed is in that state.</summary>
    private static async Task<(RenderedFeed News, EntityTagHeaderValue Since)?> FindNewsAsync(MergedFeed feed, Uri home, RenderedFeed now, HttpContext http, MergedFeeds feeds)
    {
        if (!EntityTagHeaderValue.TryParseList(http.Request.Headers.IfNoneMatch, out var tags))
        {
            return null;
        }

        var states = tags.Where(tag => !tag.IsWeak).Select(tag => (Tag: tag, Hash: HashOf(tag))).ToList();
        if (states.Exists(state => state.Hash == now.ETag))
        {
            return null;
        }

        foreach (var (tag, hash) in states)
        {
            if (await feeds.RenderNewsAsync(feed, home, hash, http.RequestAborted) is { } news)
            {
                return (news, tag);
            }
        }

        return null;
    }

    private static string TagEnding(string? coding) => coding is null ? "" : $"-{coding}";

    private static string HashOf(EntityTagHeaderValue tag) => tag.Tag.Value!.Trim('"').Split('-')[0];

    /// <summary>Who is asked, and by whom.</summary>
    /// <param name="Raw">Given: never a page.</param>
    /// <param name="Http">The request.</param>
    /// <param name="Feeds">Renders feeds.</param>
    /// <param name="Addresses">Knows what there are feeds of.</param>
    /// <param name="Pages">Shows pages to people.</param>
    internal sealed record FeedQuestion(
        [property: FromQuery(Name = "raw"), Description("Given: the document also where a browser asks to show it in a window, which gets a page otherwise.")] string? Raw,
        HttpContext Http,
        MergedFeeds Feeds,
        MergedFeedAddresses Addresses,
        StoryPages Pages);
}
