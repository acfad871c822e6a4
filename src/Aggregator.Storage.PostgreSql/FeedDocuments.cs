using System.Text.Json;
using Aggregator.Model.Feeds;

namespace Aggregator.Storage.PostgreSql;

/// <summary>Feed states as JSON documents. Field names are spelt out: there are few of them.</summary>
internal static class FeedDocuments
{
    public static byte[] Pack(FeedState state) => Json.Pack(json => Write(json, state));

    /// <summary>The state; its next poll is told by the table, where it may have been moved.</summary>
    public static FeedState Unpack(byte[] packed, long nextPoll) => Json.Unpack(packed, json => Read(json, StoryKey.Instant(nextPoll)));

    private static void Write(Utf8JsonWriter json, FeedState state)
    {
        json.Put("id", state.Id.Value);
        json.Put("address", state.Address);
        json.Put("movedTo", state.MovedTo);
        json.Put("redirectedTo", state.RedirectedTo);
        json.Put("redirectedSince", state.RedirectedSince);
        json.Put("redirectProven", state.RedirectProven);
        json.Put("movedSince", state.MovedSince);
        json.Put("refusedMove", state.RefusedMove);
        json.Put("validatorsOf", state.ValidatorsOf);
        json.Put("etag", state.ETag);
        json.Put("lastModified", state.LastModified);
        json.Put("distrustsETag", state.DistrustsETag);
        json.Put("distrustsLastModified", state.DistrustsLastModified);
        json.Put("lastWhole", state.LastWhole);
        json.Put("vainSuspicions", state.VainSuspicions);
        json.Put("statedLifetime", state.StatedLifetime);
        json.Put("bodyHash", state.BodyHash);
        json.Put("ownTitle", state.OwnTitle);
        json.Put("health", (int)state.Health);
        json.Put("nextPollReason", state.NextPollReason);
        json.Put("plannedAt", state.PlannedAt);
        json.Put("quietUntil", state.QuietUntil);
        json.Put("lastPoll", state.LastPoll);
        json.Put("lastSuccess", state.LastSuccess);
        json.Put("lastChange", state.LastChange);
        json.Put("lastError", state.LastError);
        json.Put("fault", (int)state.LastFault);
        json.Put("failingSince", state.FailingSince);
        json.Put("failures", state.FailuresInARow);
        json.Put("unchanged", state.UnchangedInARow);
        json.Put("problemsSince", state.ProblemsSince);
        json.PutTexts("problems", state.Problems);
        json.Put("polls", state.Polls);
        json.Put("stories", state.Stories);
        json.Put("minimumInterval", state.Wishes.MinimumInterval);
        json.PutNumbers("skipHours", state.Wishes.SkipHours);
        json.PutNumbers("skipDays", state.Wishes.SkipDays.Select(day => (int)day));
        if (!state.Known.Bytes.IsEmpty)
        {
            json.WriteBase64String("known", state.Known.Bytes.Span);
        }

        if (!state.Days.Bytes.IsEmpty)
        {
            json.WriteBase64String("days", state.Days.Bytes.Span);
        }

        if (state.Publications.Seconds.Length > 0)
        {
            json.WriteBase64String("published", state.Publications.ToBytes());
            json.Put("period", state.Publications.Period);
            json.Put("sharp", state.Publications.Sharp);
        }
    }

    private static FeedState Read(JsonElement json, DateTimeOffset nextPoll) => new()
    {
        Id = new FeedId(json.Text("id")!),
        Address = json.Address("address")!,
        NextPoll = nextPoll,
        MovedTo = json.Address("movedTo"),
        RedirectedTo = json.Address("redirectedTo"),
        RedirectedSince = json.Instant("redirectedSince"),
        RedirectProven = json.Flag("redirectProven"),
        MovedSince = json.Instant("movedSince"),
        RefusedMove = json.Address("refusedMove"),
        ValidatorsOf = json.Address("validatorsOf"),
        ETag = json.Text("etag"),
        LastModified = json.Text("lastModified"),
        DistrustsETag = json.Flag("distrustsETag"),
        DistrustsLastModified = json.Flag("distrustsLastModified"),
        LastWhole = json.Instant("lastWhole"),
        VainSuspicions = (int)json.Number("vainSuspicions"),
        StatedLifetime = json.Span("statedLifetime"),
        BodyHash = json.Text("bodyHash"),
        OwnTitle = json.Text("ownTitle"),
        Health = (FeedHealth)json.Number("health"),
        NextPollReason = json.Text("nextPollReason"),
        PlannedAt = json.Instant("plannedAt"),
        QuietUntil = json.Instant("quietUntil"),
        LastPoll = json.Instant("lastPoll"),
        LastSuccess = json.Instant("lastSuccess"),
        LastChange = json.Instant("lastChange"),
        LastError = json.Text("lastError"),
        LastFault = (FeedFault)json.Number("fault"),
        FailingSince = json.Instant("failingSince"),
        FailuresInARow = (int)json.Number("failures"),
        UnchangedInARow = (int)json.Number("unchanged"),
        ProblemsSince = json.Instant("problemsSince"),
        Problems = json.List("problems", problem => problem.GetString()!),
        Polls = json.Number("polls"),
        Stories = json.Number("stories"),
        Days = FeedDays.FromBytes(json.Bytes("days")),
        Wishes = new PollingWishes
        {
            MinimumInterval = json.Span("minimumInterval"),
            SkipHours = json.List("skipHours", hour => hour.GetInt32()),
            SkipDays = json.List("skipDays", day => (DayOfWeek)day.GetInt32()),
        },
        Known = json.Bytes("known") is { Length: > 0 } known ? EntryMemory.FromBytes(known) : EntryMemory.Empty,
        Publications = json.Bytes("published") is { Length: > 0 } published
            ? PublicationTimes.FromBytes(published).WithPeriod(json.Span("period"), json.Flag("sharp"))
            : PublicationTimes.None,
    };
}
