using System.Globalization;
using Aggregator.Model.Feeds;
using Aggregator.Model.Stories;
using Aggregator.Model.Topics;
using LiteDB;

namespace Aggregator.Storage.LiteDb;

/// <summary>
/// Stories as LiteDB documents. Field names are short because LiteDB stores them with every document: i id, f feed, n feed's name,
/// g category, l link, t title, a authors, p published, s first seen, u updated, y language, m image, c comments, e enclosures
/// (a address, t type, l length), z summary, w words, b body source, o body note, x no archive, k topics (n name, s score, e evidence:
/// f feature, p part, c count, w weight, k kind unless it is a phrase), h entities (n name, k kind, m mentions, t in title), r cluster, j fingerprint,
/// v validators of the page (a address if it is not the link, e etag, d last modified), q corrections (n topic, c carries, a at), d topics that
/// those overrule, as k, ta retagged, pi pinned, ru what rules did (r rule, a action, s subject, w weight), so opinions of a language model (n topic, c carries,
/// r reason, m model, a at), jo why it joined its cluster (n nearest, s score, t terms shared), ap stories it is apart from, oa other addresses, al carriers
/// (f feed, n its name, g category, i entry's id, t title, l link unless it is the story's, s first seen, c comments).
/// Instants are Unix milliseconds; absent fields are nulls and empty lists. Changing this changes the schema.
/// </summary>
internal static class StoryDocuments
{
    public static BsonDocument Write(Story story, long sequence)
    {
        var document = new BsonDocument
        {
            ["_id"] = sequence,
            ["i"] = story.Id.Value,
            ["f"] = story.Feed.Value,
            ["n"] = story.FeedName,
            ["l"] = story.Link.AbsoluteUri,
            ["t"] = story.Title,
            ["s"] = Documents.Instant(story.FirstSeen),
            ["u"] = Documents.Instant(story.Updated),
            ["z"] = story.Summary,
            ["w"] = story.WordCount,
            ["b"] = (int)story.BodySource,
            ["r"] = story.Cluster.Value,
            ["j"] = story.Fingerprint,
        };
        document.Put("g", story.Category);
        document.Put("p", story.Published);
        document.Put("y", story.Language);
        document.Put("m", story.Image?.AbsoluteUri);
        document.Put("c", story.Comments?.AbsoluteUri);
        document.Put("o", story.BodyNote);
        document.PutList("a", story.Authors.Select(author => new BsonValue(author)));
        document.PutList("e", story.Enclosures.Select(Write));
        document.PutList("k", story.Topics.Select(Write));
        document.PutList("d", story.Overruled.Select(Write));
        document.PutList("q", story.Corrections.Select(correction => new BsonDocument
        {
            ["n"] = correction.Topic,
            ["c"] = correction.Carries,
            ["a"] = Documents.Instant(correction.At),
        }));
        document.Put("ta", story.Retagged);
        document.Put("pi", story.PinnedAt);
        document.PutList("h", story.Entities.Select(entity => new BsonDocument
        {
            ["n"] = entity.Name,
            ["k"] = entity.Kind,
            ["m"] = entity.Mentions,
            ["t"] = entity.InTitle,
        }));
        document.PutList("ru", story.Rules.Select(Write));
        document.PutList("so", story.Opinions.Select(Write));
        if (story.Joined is { } joined)
        {
            var reason = new BsonDocument { ["n"] = joined.Nearest.Value, ["s"] = joined.Score };
            reason.PutList("t", joined.Shared.Select(term => new BsonValue(term)));
            document["jo"] = reason;
        }

        document.PutList("oa", story.OtherAddresses.Select(address => new BsonValue(address.AbsoluteUri)));
        document.PutList("al", story.Carriers.Select(carrier => Write(carrier, story.Link)));
        document.PutList("ap", story.ApartFrom.Select(other => new BsonValue(other.Value)));
        if (story.Page is { } page)
        {
            var validators = new BsonDocument();
            validators.Put("a", page.Address == story.Link ? null : page.Address.AbsoluteUri);
            validators.Put("e", page.ETag);
            validators.Put("d", page.LastModified);
            document["v"] = validators;
        }

        if (story.NoArchive)
        {
            document["x"] = true;
        }

        return document;
    }

    public static Story Read(BsonDocument document) => new()
    {
        Id = new StoryId(document["i"].AsString),
        Feed = new FeedId(document["f"].AsString),
        FeedName = document["n"].AsString,
        Category = document.Text("g"),
        Link = new Uri(document["l"].AsString),
        Title = document["t"].AsString,
        Authors = document.List("a", author => author.AsString),
        Published = document.Instant("p"),
        FirstSeen = document.Instant("s")!.Value,
        Updated = document.Instant("u")!.Value,
        Language = document.Text("y"),
        Image = document.Address("m"),
        Comments = document.Address("c"),
        Enclosures = document.List("e", ReadEnclosure),
        Summary = document["z"].AsString,
        WordCount = document["w"].AsInt32,
        BodySource = (BodySource)document["b"].AsInt32,
        BodyNote = document.Text("o"),
        NoArchive = document["x"].IsBoolean && document["x"].AsBoolean,
        Topics = document.List("k", ReadTopic),
        Overruled = document.List("d", ReadTopic),
        Corrections = document.List("q", correction => new TopicCorrection(
            correction["n"].AsString, correction["c"].AsBoolean, correction.AsDocument.Instant("a")!.Value)),
        Opinions = document.List("so", ReadOpinion),
        Retagged = document.Instant("ta"),
        PinnedAt = document.Instant("pi"),
        Rules = document.List("ru", ReadEffect),
        Entities = document.List("h", entity => new EntityTag(entity["n"].AsString, entity["k"].AsString, entity["m"].AsInt32, entity["t"].AsBoolean)),
        Cluster = new ClusterId(document["r"].AsString),
        Joined = document["jo"] is BsonDocument joined
            ? new ClusterReason(new StoryId(joined["n"].AsString), joined["s"].AsDouble, joined.List("t", term => term.AsString))
            : null,
        OtherAddresses = document.List("oa", address => new Uri(address.AsString)),
        Carriers = document.List("al", carrier => ReadCarrier(carrier.AsDocument, document)),
        ApartFrom = document.List("ap", other => new StoryId(other.AsString)),
        Fingerprint = document["j"].AsString,
        Page = document["v"] is BsonDocument page ? new PageValidators(page.Address("a") ?? new Uri(document["l"].AsString), page.Text("e"), page.Text("d")) : null,
    };

    private static BsonDocument Write(StoryCarrier carrier, Uri link)
    {
        var document = new BsonDocument
        {
            ["f"] = carrier.Feed.Value,
            ["n"] = carrier.FeedName,
            ["i"] = carrier.Entry.Value,
            ["t"] = carrier.Title,
            ["s"] = Documents.Instant(carrier.FirstSeen),
        };
        document.Put("g", carrier.Category);
        document.Put("l", carrier.Link == link ? null : carrier.Link.AbsoluteUri);
        document.Put("c", carrier.Comments?.AbsoluteUri);
        return document;
    }

    private static StoryCarrier ReadCarrier(BsonDocument carrier, BsonDocument story) => new(
        new FeedId(carrier["f"].AsString),
        carrier["n"].AsString,
        carrier.Text("g"),
        new StoryId(carrier["i"].AsString),
        carrier["t"].AsString,
        carrier.Address("l") ?? new Uri(story["l"].AsString),
        carrier.Instant("s")!.Value)
    {
        Comments = carrier.Address("c"),
    };

    private static BsonValue Write(Enclosure enclosure)
    {
        var document = new BsonDocument { ["a"] = enclosure.Address.AbsoluteUri };
        document.Put("t", enclosure.MediaType);
        document.Put("l", enclosure.Length?.ToString(CultureInfo.InvariantCulture));
        return document;
    }

    private static Enclosure ReadEnclosure(BsonValue value) => new(
        new Uri(value["a"].AsString),
        value.AsDocument.Text("t"),
        value.AsDocument.Text("l") is { } length ? long.Parse(length, CultureInfo.InvariantCulture) : null);

    private static BsonValue Write(RuleEffect effect)
    {
        var document = new BsonDocument { ["r"] = effect.Rule, ["a"] = (int)effect.Action };
        document.Put("s", effect.Subject);
        if (effect.Weight != 0)
        {
            document["w"] = effect.Weight;
        }

        return document;
    }

    private static RuleEffect ReadEffect(BsonValue value) => new(
        value["r"].AsString,
        (RuleAction)value["a"].AsInt32,
        value.AsDocument.Text("s"),
        value["w"].IsNumber ? value["w"].AsDouble : 0);

    private static BsonValue Write(TopicOpinion opinion)
    {
        var document = new BsonDocument { ["n"] = opinion.Topic, ["c"] = opinion.Carries, ["r"] = opinion.Reason, ["m"] = opinion.Model };
        document.Put("a", opinion.At);
        return document;
    }

    private static TopicOpinion ReadOpinion(BsonValue value) => new(
        value["n"].AsString, value["c"].AsBoolean, value["r"].AsString, value["m"].AsString, value.AsDocument.Instant("a")!.Value);

    private static BsonValue Write(TopicTag topic)
    {
        var document = new BsonDocument { ["n"] = topic.Topic, ["s"] = topic.Score };
        document.PutList("e", topic.Evidence.Select(Write));
        return document;
    }

    private static BsonValue Write(Evidence reason)
    {
        var document = new BsonDocument
        {
            ["f"] = reason.Feature,
            ["p"] = (int)reason.Part,
            ["c"] = reason.Count,
            ["w"] = reason.Weight,
        };
        if (reason.Kind != EvidenceKind.Phrase)
        {
            document["k"] = (int)reason.Kind;
        }

        return document;
    }

    private static TopicTag ReadTopic(BsonValue value) => new(value["n"].AsString, value["s"].AsDouble, value.AsDocument.List("e", ReadEvidence));

    private static Evidence ReadEvidence(BsonValue value)
    {
        var part = (StoryPart)value["p"].AsInt32;

        // Before kinds were stored, the only evidence outside the text was the feed's.
        var kind = value["k"].IsNumber ? (EvidenceKind)value["k"].AsInt32 : part == StoryPart.Setting ? EvidenceKind.Feed : EvidenceKind.Phrase;
        return new Evidence(value["f"].AsString, part, value["c"].AsInt32, value["w"].AsDouble) { Kind = kind };
    }
}
