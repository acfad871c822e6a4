using System.Text;
using System.Text.Json.Nodes;
using Aggregator.Content.Tagging;

namespace Aggregator.Benchmarks;

/// <summary>
/// Makes as many topics and phrases as asked for out of the words of real articles: single words, beginnings of words, two and three words
/// side by side, and pairs near one another. Of each set <see cref="Found"/> may be found, and one in four of those stands so in an
/// article; all others put words of an article together that do not stand so, as most phrases of most topics stand in no article at hand.
/// So sets of any size find about the same, and what differs is how many phrases are looked for. The same articles always give the same
/// topics.
/// </summary>
internal static class GeneratedTopics
{
    private const int Seed = 20_261_128;

    /// <summary>Shorter words are in every article ("the", "after"): phrases are not made of them alone.</summary>
    private const int LeastLetters = 8;

    /// <summary>The other words of phrases that are to stand nowhere are no shorter: "company of" would stand in many articles.</summary>
    private const int LeastLettersOfOthers = 5;

    /// <summary>The phrases of a set that may be found. What is found costs what comes of it, however many others are looked for.</summary>
    private const int Found = 1_000;

    public static TopicSet Make(IReadOnlyList<TaggableText> articles, int topics, int phrases)
    {
        var random = new Random(Seed);
        var words = articles.Select(article => Words(article.Body)).Where(list => list.Length > 10).ToList();
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var list = new JsonArray();
        for (var topic = 0; topic < topics; topic++)
        {
            var rules = new JsonObject();
            var wanted = (phrases * (topic + 1) / topics) - (phrases * topic / topics);
            while (rules.Count < wanted)
            {
                var phrase = Phrase(words[random.Next(words.Count)], random, mayBeFound: seen.Count % (phrases / Found) == 0);
                if (phrase is not null && seen.Add(phrase))
                {
                    rules[phrase] = 0.5 + (random.Next(10) / 10.0);
                }
            }

            list.Add(new JsonObject { ["name"] = $"Topic {topic}", ["phrases"] = rules });
        }

        var file = DefinitionFile.Parse(new JsonObject { ["topics"] = list }.ToJsonString(), "generated", TopicSet.Empty);
        return file.Problems.Count == 0 ? file.Topics : throw new InvalidOperationException(file.Problems[0].ToString());
    }

    private static string? Phrase(string[] words, Random random, bool mayBeFound)
    {
        var isThere = mayBeFound && random.Next(4) == 0;
        var at = random.Next(words.Length - 4);
        var first = words[at];
        if (first.Length < LeastLetters)
        {
            return null;
        }

        string Next(int distance)
        {
            var next = words[isThere ? at + distance : random.Next(words.Length)];
            while (!isThere && next.Length < LeastLettersOfOthers)
            {
                next = words[random.Next(words.Length)];
            }

            return next;
        }

        return random.Next(mayBeFound ? 0 : 2, 10) switch
        {
            0 => first,
            1 => first[..^2] + "*",
            < 6 => $"{first} {Next(1)}",
            < 9 => $"{first} {Next(1)} {Next(2)}",
            _ => $"{first} {Next(1)} ~6 {Next(3)} {Next(4)}",
        };
    }

    private static string[] Words(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        foreach (var c in text + ' ')
        {
            if (char.IsAsciiLetter(c))
            {
                word.Append(char.ToLowerInvariant(c));
            }
            else if (word.Length > 0)
            {
                words.Add(word.ToString());
                word.Clear();
            }
        }

        return [.. words];
    }
}
