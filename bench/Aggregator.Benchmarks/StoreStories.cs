using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Aggregator.Model.Feeds;
using Aggregator.Model.Stories;
using Aggregator.Model.Topics;

namespace Aggregator.Benchmarks;

/// <summary>
/// Stories for a store to hold: about 4 KB of body put together from sentences of real articles, so that the vocabulary is real; topics, feeds
/// and clusters as uneven as in life; two stories a minute. The same number is the same story in every run.
/// </summary>
internal sealed class StoreStories
{
    private const int BodyBytes = 4_000;
    private const int Feeds = 2_000;
    private const int Sample = 2_000;

    /// <summary>One story in so many holds a word that no other kind of story does.</summary>
    public const int RareEvery = 20_000;

    /// <summary>The rare word.</summary>
    public const string RareWord = "quibbleforth";

    private static readonly string[] TopicNames =
    [
        "AI", "Security", "Chips", "Privacy", "Open source", "Startups", "Cloud", "Mobile", "Policy", "Space", "Robotics", "Crypto", "Gaming",
        "IP theft", "Layoffs", "Antitrust", "Energy", "Health", "Science", "Automotive", "Social media", "Programming", "Databases", "Quantum", "Drones",
    ];

    private static readonly DateTimeOffset End = new(2026, 11, 29, 0, 0, 0, TimeSpan.Zero);

    private readonly List<(string Title, string[] Sentences)> _articles = [];
    private readonly DateTimeOffset _start;
    private readonly Lazy<double> _bytesAStory;

    /// <summary>Reads files of JSON lines with "title" and "body". The last of <paramref name="count"/> stories is of today.</summary>
    public StoreStories(IEnumerable<string> paths, int count)
    {
        foreach (var line in paths.SelectMany(File.ReadLines).Where(line => line.Length > 0))
        {
            var article = JsonNode.Parse(line)!;
            var sentences = ((string?)article["body"] ?? "").Split([". ", "\n"], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (sentences.Length > 4)
            {
                _articles.Add(((string?)article["title"] ?? "Untitled", sentences));
            }
        }

        _start = End.AddSeconds(-30L * count);
        _bytesAStory = new(() => Enumerable.Range(0, Sample).Select(Make).Average(story => Encoding.UTF8.GetByteCount(story.Title) + Encoding.UTF8.GetByteCount(story.Body!.Text)));
    }

    /// <summary>UTF-8 bytes of a story's title and text, on average.</summary>
    public double BytesAStory => _bytesAStory.Value;

    /// <summary>How many topics there are.</summary>
    public static int Topics => TopicNames.Length;

    public static string Topic(int rank) => Aggregator.Model.Text.Slug.Of(TopicNames[rank]);

    public static FeedId Feed(int rank) => new(rank.ToString("x16", CultureInfo.InvariantCulture));

    public static StoryId IdOf(int number) => StoryId.Of(Feed(Rank(new Random(number), Feeds)), number.ToString(CultureInfo.InvariantCulture));

    public Story Make(int number)
    {
        var random = new Random(number);
        var feed = Rank(random, Feeds);
        var (title, _) = _articles[random.Next(_articles.Count)];
        title = Cut(title, 90);
        title = string.Create(CultureInfo.InvariantCulture, $"{title} {number}");
        var paragraphs = new List<string>();
        for (var bytes = 0; bytes < BodyBytes;)
        {
            var (_, sentences) = _articles[random.Next(_articles.Count)];
            var from = random.Next(sentences.Length);
            var paragraph = string.Join(". ", sentences.Skip(from).Take(random.Next(1, 4))) + ".";
            paragraph = Cut(paragraph, 1_200);
            paragraphs.Add(paragraph);
            bytes += Encoding.UTF8.GetByteCount(paragraph) + 1;
        }

        if (number % RareEvery == 7)
        {
            paragraphs[0] += $" The {RareWord} of it.";
        }

        var text = string.Join('\n', paragraphs);
        var topics = Enumerable.Range(0, random.Next(0, 4)).Select(_ => Rank(random, TopicNames.Length)).Distinct()
            .Select(rank => new TopicTag(TopicNames[rank], 0.5 + (random.NextDouble() / 2), [new Evidence("a phrase found", StoryPart.Title, 1, 1.5), new Evidence("another one", StoryPart.Body, 3, 0.5)]))
            .ToList();
        var at = _start.AddSeconds(30L * number);
        var id = StoryId.Of(Feed(feed), number.ToString(CultureInfo.InvariantCulture));
        return new Story
        {
            Id = id,
            Feed = Feed(feed),
            FeedName = $"Feed {feed}",
            Category = "Technology",
            Link = new Uri($"https://outlet{feed}.example/2026/11/{number}/some-words-of-the-title.html"),
            Title = title,
            Authors = ["Ida Berg"],
            Published = at,
            FirstSeen = at.AddMinutes(7),
            Updated = at.AddMinutes(7),
            Language = "en",
            Image = new Uri($"https://outlet{feed}.example/images/{number}.jpg"),
            Summary = Cut(text, 300),
            WordCount = 650,
            Topics = topics,
            Entities = [new EntityTag("Microsoft", "organisation", 3, true), new EntityTag("OpenAI", "organisation", 2, false)],
            Cluster = new ClusterId((number % 5 == 4 ? IdOf(number - random.Next(1, Math.Min(number, 50) + 1)) : id).Value),
            Fingerprint = id.Value,
            Body = new StoryBody(string.Concat(paragraphs.Select(paragraph => $"<p>{WebUtility.HtmlEncode(paragraph)}</p>")), text),
        };
    }

    private static string Cut(string text, int length) =>
        text.Length <= length ? text : text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];

    /// <summary>The first are many times as frequent as the last (Zipf's law).</summary>
    private static int Rank(Random random, int count) => Math.Min(count - 1, (int)Math.Pow(count, random.NextDouble()) - 1);
}
