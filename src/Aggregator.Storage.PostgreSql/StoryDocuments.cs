using System.Text.Json;
using Aggregator.Model.Feeds;
using Aggregator.Model.Stories;
using Aggregator.Model.Topics;

namespace Aggregator.Storage.PostgreSql;

/// <summary>
/// Stories as JSON documents. Field names are short: i id, f feed, n feed's name, g category, l link, t title, a authors, p published, s first seen,
/// u updated, y language, m image, c comments, e enclosures (a address, t type, l length), z summary, w words, b body source, o body note, x no archive,
/// k topics (n name, s score, e evidence: f feature, p part, c count, w weight, k kind), h entities (n name, k kind, m mentions, t in title), r cluster,
/// j fingerprint, v validators of the page (a address if it is not the link, e etag, d last modified), q corrections (n topic, c carries, a at), d topics
/// that those overrule, as k, ta retagged, pi pinned, ru what rules did (r rule, a action, s subject, w weight), so opinions of a language model (n topic, c carries,
/// r reason, m model, a at), jo why it joined its cluster (n nearest, s score, t terms shared), ap stories it is apart from, oa other addresses, al carriers
/// (f feed, n its name, g category, i entry's id, t title, l link unless it is the story's, s first seen, c comments).
/// Fields that are null, 0, false or empty are absent. Changing this changes the schema.
/// </summary>
internal static class StoryDocuments
{
    public static byte[] Pack(Story story) => Json.Pack(json => Write(json, story));

    public static Story Unpack(byte[] packed) => Json.Unpack(packed, Read);

    private static void Write(Utf8JsonWriter json, Story story)
    {
        json.Put("i", story.Id.Value);
        json.Put("f", story.Feed.Value);
        json.Put("n", story.FeedName);
        json.Put("g", story.Category);
        json.Put("l", story.Link);
        json.Put("t", story.Title);
        json.PutTexts("a", story.Authors);
        json.Put("p", story.Published);
        json.Put("s", story.FirstSeen);
        json.Put("u", story.Updated);
        json.Put("y", story.Language);
        json.Put("m", story.Image);
        json.Put("c", story.Comments);
        json.PutObjects("e", story.Enclosures, Write);
        json.Put("z", story.Summary);
        json.Put("w", story.WordCount);
        json.Put("b", (int)story.BodySource);
        json.Put("o", story.BodyNote);
        json.Put("x", story.NoArchive);
        json.PutObjects("k", story.Topics, Write);
        json.PutObjects("d", story.Overruled, Write);
        json.PutObjects("q", story.Corrections, Write);
        json.Put("ta", story.Retagged);
        json.Put("pi", story.PinnedAt);
        json.PutObjects("h", story.Entities, Write);
        json.PutObjects("ru", story.Rules, Write);
        json.PutObjects("so", story.Opinions, Write);
        json.Put("r", story.Cluster.Value);
        json.Put("j", story.Fingerprint);
        if (story.Joined is { } joined)
        {
            json.PutObject("jo", reason =>
            {
                reason.Put("n", joined.Nearest.Value);
                reason.WriteNumber("s", joined.Score);
                reason.PutTexts("t", joined.Shared);
            });
        }

        json.PutTexts("ap", story.ApartFrom.Select(other => other.Value));
        json.PutTexts("oa", story.OtherAddresses.Select(address => address.AbsoluteUri));
        json.PutObjects("al", story.Carriers, (carrier, value) => Write(carrier, value, story.Link));
        if (story.Page is { } page)
        {
            json.PutObject("v", validators =>
            {
                validators.Put("a", page.Address == story.Link ? null : page.Address);
                validators.Put("e", page.ETag);
                validators.Put("d", page.LastModified);
            });
        }
    }

    private static Story Read(JsonElement json)
    {
        var link = json.Address("l")!;
        return new Story
        {
            Id = new StoryId(json.Text("i")!),
            Feed = new FeedId(json.Text("f")!),
            FeedName = json.Text("n")!,
            Category = json.Text("g"),
            Link = link,
            Title = json.Text("t")!,
            Authors = json.List("a", author => author.GetString()!),
            Published = json.Instant("p"),
            FirstSeen = json.Instant("s")!.Value,
            Updated = json.Instant("u")!.Value,
            Language = json.Text("y"),
            Image = json.Address("m"),
            Comments = json.Address("c"),
            Enclosures = json.List("e", ReadEnclosure),
            Summary = json.Text("z")!,
            WordCount = (int)json.Number("w"),
            BodySource = (BodySource)json.Number("b"),
            BodyNote = json.Text("o"),
            NoArchive = json.Flag("x"),
            Topics = json.List("k", ReadTopic),
            Overruled = json.List("d", ReadTopic),
            Corrections = json.List("q", ReadCorrection),
            Retagged = json.Instant("ta"),
            PinnedAt = json.Instant("pi"),
            Entities = json.List("h", ReadEntity),
            Rules = json.List("ru", ReadEffect),
            Opinions = json.List("so", ReadOpinion),
            Cluster = new ClusterId(json.Text("r")!),
            Fingerprint = json.Text("j")!,
            Joined = json.TryGetProperty("jo", out var joined)
                ? new ClusterReason(new StoryId(joined.Text("n")!), joined.Real("s"), joined.List("t", term => term.GetString()!))
                : null,
            ApartFrom = json.List("ap", other => new StoryId(other.GetString()!)),
            OtherAddresses = json.List("oa", address => new Uri(address.GetString()!)),
            Carriers = json.List("al", carrier => ReadCarrier(carrier, link)),
            Page = json.TryGetProperty("v", out var page) ? new PageValidators(page.Address("a") ?? link, page.Text("e"), page.Text("d")) : null,
        };
    }

    private static void Write(Utf8JsonWriter json, StoryCarrier carrier, Uri link)
    {
        json.Put("f", carrier.Feed.Value);
        json.Put("n", carrier.FeedName);
        json.Put("g", carrier.Category);
        json.Put("i", carrier.Entry.Value);
        json.Put("t", carrier.Title);
        json.Put("l", carrier.Link == link ? null : carrier.Link);
        json.Put("s", carrier.FirstSeen);
        json.Put("c", carrier.Comments);
    }

    private static StoryCarrier ReadCarrier(JsonElement json, Uri link) => new(
        new FeedId(json.Text("f")!),
        json.Text("n")!,
        json.Text("g"),
        new StoryId(json.Text("i")!),
        json.Text("t")!,
        json.Address("l") ?? link,
        json.Instant("s")!.Value)
    {
        Comments = json.Address("c"),
    };

    private static void Write(Utf8JsonWriter json, Enclosure enclosure)
    {
        json.Put("a", enclosure.Address);
        json.Put("t", enclosure.MediaType);
        if (enclosure.Length is { } length)
        {
            json.WriteNumber("l", length);
        }
    }

    private static Enclosure ReadEnclosure(JsonElement json) =>
        new(json.Address("a")!, json.Text("t"), json.TryGetProperty("l", out var length) ? length.GetInt64() : null);

    private static void Write(Utf8JsonWriter json, TopicTag topic)
    {
        json.Put("n", topic.Topic);
        json.WriteNumber("s", topic.Score);
        json.PutObjects("e", topic.Evidence, Write);
    }

    private static TopicTag ReadTopic(JsonElement json) => new(json.Text("n")!, json.Real("s"), json.List("e", ReadEvidence));

    private static void Write(Utf8JsonWriter json, Evidence reason)
    {
        json.Put("f", reason.Feature);
        json.Put("p", (int)reason.Part);
        json.Put("c", reason.Count);
        json.WriteNumber("w", reason.Weight);
        json.Put("k", (int)reason.Kind);
    }

    private static Evidence ReadEvidence(JsonElement json) =>
        new(json.Text("f")!, (StoryPart)json.Number("p"), (int)json.Number("c"), json.Real("w")) { Kind = (EvidenceKind)json.Number("k") };

    private static void Write(Utf8JsonWriter json, TopicCorrection correction)
    {
        json.Put("n", correction.Topic);
        json.Put("c", correction.Carries);
        json.Put("a", correction.At);
    }

    private static TopicCorrection ReadCorrection(JsonElement json) => new(json.Text("n")!, json.Flag("c"), json.Instant("a")!.Value);

    private static void Write(Utf8JsonWriter json, EntityTag entity)
    {
        json.Put("n", entity.Name);
        json.Put("k", entity.Kind);
        json.Put("m", entity.Mentions);
        json.Put("t", entity.InTitle);
    }

    private static EntityTag ReadEntity(JsonElement json) => new(json.Text("n")!, json.Text("k")!, (int)json.Number("m"), json.Flag("t"));

    private static void Write(Utf8JsonWriter json, RuleEffect effect)
    {
        json.Put("r", effect.Rule);
        json.Put("a", (int)effect.Action);
        json.Put("s", effect.Subject);
        if (effect.Weight != 0)
        {
            json.WriteNumber("w", effect.Weight);
        }
    }

    private static RuleEffect ReadEffect(JsonElement json) => new(json.Text("r")!, (RuleAction)json.Number("a"), json.Text("s"), json.Real("w"));

    private static void Write(Utf8JsonWriter json, TopicOpinion opinion)
    {
        json.Put("n", opinion.Topic);
        json.Put("c", opinion.Carries);
        json.Put("r", opinion.Reason);
        json.Put("m", opinion.Model);
        json.Put("a", opinion.At);
    }

    private static TopicOpinion ReadOpinion(JsonElement json) =>
        new(json.Text("n")!, json.Flag("c"), json.Text("r")!, json.Text("m")!, json.Instant("a")!.Value);
}
