using System.Net.Mime;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace Aggregator.Service.Api;

/// <summary>Examples of answers in the OpenAPI document.</summary>
internal static class ApiExamples
{
    private const string Story = """
        { "id": "c777bfba74b3b3db6cb9436a", "title": "Engineer charged with theft of chip designs", "link": "https://wire.example/2026/11/24/chip-secrets.html",
          "source": { "id": "2659c4030b96c79b", "name": "The Wire", "category": "general" }, "authors": ["Jo Marsh"],
          "published": "2026-11-24T08:00:00+00:00", "date": "2026-11-24T08:00:00+00:00", "firstSeen": "2026-11-24T08:43:55+00:00", "updated": "2026-11-24T08:43:55+00:00",
          "language": "en", "image": null, "summary": "Prosecutors charged a former engineer ...", "wordCount": 312, "bodySource": "page", "bodyNote": null,
          "topics": [{ "name": "IP theft", "slug": "ip-theft", "score": 2.41 }], "entities": [{ "name": "Norvik", "kind": "organisation", "mentions": 4, "inTitle": false }],
          "rules": [], "muted": false, "pinned": false, "boost": 0, "cluster": "c777bfba74b3b3db6cb9436a" }
        """;

    private const string WholeStory = """
        { "id": "c777bfba74b3b3db6cb9436a", "title": "Engineer charged with theft of chip designs", "link": "https://wire.example/2026/11/24/chip-secrets.html",
          "source": { "id": "2659c4030b96c79b", "name": "The Wire", "category": "general" }, "authors": ["Jo Marsh"],
          "date": "2026-11-24T08:00:00+00:00", "firstSeen": "2026-11-24T08:43:55+00:00", "updated": "2026-11-24T08:43:55+00:00",
          "summary": "Prosecutors charged a former engineer ...", "wordCount": 312, "bodySource": "page",
          "topics": [{ "name": "IP theft", "slug": "ip-theft", "score": 2.41, "evidence": [{ "feature": "trade secret*", "part": "body", "count": 2, "weight": 0.52, "kind": "phrase" }] }],
          "entities": [], "rules": [], "muted": false, "pinned": false, "boost": 0, "cluster": "c777bfba74b3b3db6cb9436a",
          "bodyHtml": "<p>Prosecutors charged a former engineer ...</p>", "bodyText": "Prosecutors charged a former engineer ..." }
        """;

    private const string Cluster = """
        { "id": "c777bfba74b3b3db6cb9436a", "lead": { "id": "c777bfba74b3b3db6cb9436a", "title": "Engineer charged with theft of chip designs" }, "outlets": 2, "pace": 0.5,
          "firstSeen": "2026-11-24T08:43:55+00:00", "updated": "2026-11-24T10:02:11+00:00",
          "stories": [
            { "id": "c777bfba74b3b3db6cb9436a", "title": "Engineer charged with theft of chip designs", "link": "https://wire.example/2026/11/24/chip-secrets.html", "source": "The Wire", "date": "2026-11-24T08:00:00+00:00", "joined": null },
            { "id": "8e473842edf203d8a76b1a95", "title": "Chip designs: a former engineer is charged", "link": "https://ledger.example/chip-secrets", "source": "The Ledger", "date": "2026-11-24T10:00:00+00:00",
              "joined": { "nearest": "c777bfba74b3b3db6cb9436a", "score": 0.98, "shared": ["norvik", "chip"] } }] }
        """;

    private const string Poll = """{ "id": "7", "feeds": 12, "feedsDone": 12, "feedsFailed": 1, "leftAlone": 3, "storiesAdded": 40, "ended": true, "fault": null }""";

    private const string Reprocessing = """{ "phase": "stories", "done": 1200, "of": 4800, "changed": 31, "moved": 0, "note": null }""";

    private const string TextIndex = """{ "ready": true, "done": null }""";

    private static readonly Dictionary<string, string> ByOperation = new()
    {
        ["listStories"] = $$"""{ "stories": [{{Story}}], "next": "MToxNzc2NTExNDA4MDAwOjNjYWYxZTc3N2VmNmYzZjViYzhkODk1Zg" }""",
        ["getStory"] = WholeStory,
        ["deleteStory"] = """{ "id": "c777bfba74b3b3db6cb9436a", "title": "Engineer charged with theft of chip designs" }""",
        ["countStories"] = """
            { "total": 300, "topics": [{ "topic": "space", "count": 31 }], "sources": [{ "id": "2659c4030b96c79b", "name": "The Wire", "count": 120 }],
              "days": [{ "day": "2026-11-24", "count": 17 }], "lookedBackTo": null, "since": "2026-11-17T00:00:00+00:00", "until": null }
            """,
        ["getTrend"] = """{ "topic": "space", "days": [{ "day": "2026-11-23", "count": 0 }, { "day": "2026-11-24", "count": 5 }] }""",
        ["getVersions"] = """
            { "title": "Engineer charged with theft of chip designs", "updated": "2026-11-24T10:43:55+00:00",
              "versions": [{ "from": "2026-11-24T08:43:55+00:00", "until": "2026-11-24T10:43:55+00:00", "title": "Engineer charged with theft",
                "titleChange": [{ "kind": "same", "text": "Engineer charged with theft" }, { "kind": "added", "text": " of chip designs" }], "textChange": [] }] }
            """,
        ["listClusters"] = $$"""{ "clusters": [{{Cluster}}] }""",
        ["getCluster"] = Cluster,
        ["splitCluster"] = Cluster,
        ["listFeeds"] = """
            { "feeds": [{ "id": "2659c4030b96c79b", "name": "The Wire", "url": "https://wire.example/feed.rss", "category": "general", "health": "healthy",
                "lastPoll": "2026-11-24T08:43:55+00:00", "lastSuccess": "2026-11-24T08:43:55+00:00", "nextPoll": "2026-11-24T09:40:00+00:00", "nextPollReason": "new: its rhythm is not known yet",
                "problems": [], "polls": 1, "stories": 6 }],
              "feedsFile": "feeds.json", "feedsFileError": null, "feedsFileProblems": [] }
            """,
        ["listTopics"] = """[{ "name": "IP theft", "slug": "ip-theft", "description": "Trade secrets and designs taken.", "mediaTopic": null, "stories": 12, "feed": "/topics/ip-theft/feed.atom" }]""",
        ["getDefinitions"] = """{ "file": "topics.json", "fileError": null, "topics": 24, "entities": 1014, "version": "9f1c2a7b00d4" }""",
        ["getTextIndex"] = TextIndex,
        ["rebuildTextIndex"] = """{ "ready": false, "done": 0 }""",
        ["reprocess"] = Reprocessing,
        ["getReprocessing"] = Reprocessing,
        ["purgeFeed"] = """{ "dropped": 312, "kept": 4 }""",
        ["poll"] = Poll,
        ["getPoll"] = Poll,
    };

    /// <summary>The operations that have an example.</summary>
    public static IReadOnlyCollection<string> Operations => ByOperation.Keys;

    /// <summary>Puts the example of an operation, where it has one, beside its good answer.</summary>
    public static void AddTo(OpenApiOperation operation)
    {
        ArgumentNullException.ThrowIfNull(operation);
        if (operation.OperationId is not { } id || !ByOperation.TryGetValue(id, out var example))
        {
            return;
        }

        foreach (var (status, response) in operation.Responses ?? [])
        {
            if (status.StartsWith('2') && response.Content?.TryGetValue(MediaTypeNames.Application.Json, out var json) is true && json is OpenApiMediaType media)
            {
                media.Example = JsonNode.Parse(example);
            }
        }
    }
}
