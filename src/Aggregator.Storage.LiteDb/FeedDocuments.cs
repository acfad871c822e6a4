using Aggregator.Model.Feeds;
using LiteDB;

namespace Aggregator.Storage.LiteDb;

/// <summary>Feed states as LiteDB documents, one a feed. Field names are spelt out: there are few of them.</summary>
internal static class FeedDocuments
{
    public static BsonDocument Write(FeedState state)
    {
        var document = new BsonDocument
        {
            ["_id"] = state.Id.Value,
            ["address"] = state.Address.AbsoluteUri,
            ["health"] = (int)state.Health,
            ["nextPoll"] = Documents.Instant(state.NextPoll),
            ["failures"] = state.FailuresInARow,
            ["unchanged"] = state.UnchangedInARow,
            ["polls"] = state.Polls,
            ["stories"] = state.Stories,
        };
        document.Put("movedTo", state.MovedTo?.AbsoluteUri);
        document.Put("redirectedTo", state.RedirectedTo?.AbsoluteUri);
        document.Put("redirectedSince", state.RedirectedSince);
        document.Put("movedSince", state.MovedSince);
        document.Put("refusedMove", state.RefusedMove?.AbsoluteUri);
        document.Put("lastWhole", state.LastWhole);
        document.Put("validatorsOf", state.ValidatorsOf?.AbsoluteUri);
        document.Put("quietUntil", state.QuietUntil);
        document.Put("etag", state.ETag);
        document.Put("lastModified", state.LastModified);
        document.Put("bodyHash", state.BodyHash);
        document.Put("ownTitle", state.OwnTitle);
        document.Put("nextPollReason", state.NextPollReason);
        document.Put("plannedAt", state.PlannedAt);
        document.Put("lastPoll", state.LastPoll);
        document.Put("lastSuccess", state.LastSuccess);
        document.Put("lastChange", state.LastChange);
        document.Put("lastError", state.LastError);
        if (state.LastFault != FeedFault.None)
        {
            document["fault"] = (int)state.LastFault;
        }

        if (!state.Days.Bytes.IsEmpty)
        {
            document["days"] = state.Days.Bytes.ToArray();
        }

        document.Put("failingSince", state.FailingSince);
        if (!state.Known.Bytes.IsEmpty)
        {
            document["known"] = state.Known.Bytes.ToArray();
        }

        document.Put("problemsSince", state.ProblemsSince);
        document.PutList("problems", state.Problems.Select(problem => new BsonValue(problem)));
        document.PutList("skipHours", state.Wishes.SkipHours.Select(hour => new BsonValue(hour)));
        document.PutList("skipDays", state.Wishes.SkipDays.Select(day => new BsonValue((int)day)));
        document.Put("minimumInterval", state.Wishes.MinimumInterval);
        document.Put("statedLifetime", state.StatedLifetime);
        document.Put("redirectProven", state.RedirectProven);
        document.Put("distrustsETag", state.DistrustsETag);
        document.Put("distrustsLastModified", state.DistrustsLastModified);
        if (state.VainSuspicions > 0)
        {
            document["vainSuspicions"] = state.VainSuspicions;
        }

        if (state.Publications.Seconds.Length > 0)
        {
            document["published"] = state.Publications.ToBytes();
            document.Put("period", state.Publications.Period);
            document.Put("sharp", state.Publications.Sharp);
        }

        return document;
    }

    public static FeedState Read(BsonDocument document) => new()
    {
        Id = new FeedId(document["_id"].AsString),
        Address = document.Address("address")!,
        MovedTo = document.Address("movedTo"),
        RedirectedTo = document.Address("redirectedTo"),
        RedirectedSince = document.Instant("redirectedSince"),
        ValidatorsOf = document.Address("validatorsOf"),
        RedirectProven = document["redirectProven"] == true,
        MovedSince = document.Instant("movedSince"),
        RefusedMove = document.Address("refusedMove"),
        DistrustsETag = document["distrustsETag"] == true,
        DistrustsLastModified = document["distrustsLastModified"] == true,
        LastWhole = document.Instant("lastWhole"),
        VainSuspicions = document["vainSuspicions"].IsNumber ? document["vainSuspicions"].AsInt32 : 0,
        StatedLifetime = document.Span("statedLifetime"),
        Publications = ReadPublications(document),
        QuietUntil = document.Instant("quietUntil"),
        ETag = document.Text("etag"),
        LastModified = document.Text("lastModified"),
        BodyHash = document.Text("bodyHash"),
        OwnTitle = document.Text("ownTitle"),
        Known = document["known"].IsBinary ? EntryMemory.FromBytes(document["known"].AsBinary) : EntryMemory.Empty,
        Wishes = new PollingWishes
        {
            MinimumInterval = document.Span("minimumInterval"),
            SkipHours = document.List("skipHours", hour => hour.AsInt32),
            SkipDays = document.List("skipDays", day => (DayOfWeek)day.AsInt32),
        },
        Health = (FeedHealth)document["health"].AsInt32,
        NextPoll = document.Instant("nextPoll")!.Value,
        NextPollReason = document.Text("nextPollReason"),
        PlannedAt = document.Instant("plannedAt"),
        LastPoll = document.Instant("lastPoll"),
        LastSuccess = document.Instant("lastSuccess"),
        LastChange = document.Instant("lastChange"),
        LastError = document.Text("lastError"),
        LastFault = document["fault"].IsNumber ? (FeedFault)document["fault"].AsInt32 : FeedFault.None,
        FailingSince = document.Instant("failingSince"),
        FailuresInARow = document["failures"].AsInt32,
        UnchangedInARow = document["unchanged"].AsInt32,
        ProblemsSince = document.Instant("problemsSince"),
        Problems = document.List("problems", problem => problem.AsString),
        Polls = document["polls"].AsInt64,
        Stories = document["stories"].AsInt64,
        Days = document["days"].IsBinary ? FeedDays.FromBytes(document["days"].AsBinary) : FeedDays.None,
    };

    private static PublicationTimes ReadPublications(BsonDocument document) => document["published"].IsBinary
        ? PublicationTimes.FromBytes(document["published"].AsBinary).WithPeriod(document.Span("period"), document["sharp"] == true)
        : PublicationTimes.None;
}
