using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Aggregator.Content.Extraction;
using Aggregator.Content.Extraction.Body;
using Aggregator.Content.Extraction.Body.Learned;

namespace Aggregator.Training;

/// <summary>A page whose article is known, with its lines' features and what the gold says of each line.</summary>
internal sealed class GoldPage
{
    private GoldPage(string id, string host, PageTree tree, float[][] features, int[] labels, float weight) =>
        (Id, Host, Tree, Features, Labels, Weight) = (id, host, tree, features, labels, weight);

    public string Id { get; }

    /// <summary>The registrable part of the host's name, roughly: pages of one site must not be learned from and measured on.</summary>
    public string Host { get; }

    public PageTree Tree { get; }

    public float[][] Features { get; }

    /// <summary>1: in the article, 0: not in it, -1: unknown.</summary>
    public int[] Labels { get; }

    /// <summary>How much a line of this page counts.</summary>
    public float Weight { get; }

    /// <summary>A small page made of a whole one: learned from, never measured on.</summary>
    public bool IsMade { get; private init; }

    /// <summary>The body's text as found with a forest.</summary>
    public Func<Forest, string> Find { get; private init; } = _ => "";

    /// <summary>All pages of the folder that can be read and have a gold body or gold passages, and a small page made of each that has a body.</summary>
    public static IEnumerable<GoldPage> ReadAll(string folder)
    {
        foreach (var line in File.ReadLines(Path.Combine(folder, "gold.jsonl"), Encoding.UTF8))
        {
            var gold = JsonNode.Parse(line)!.AsObject();
            if (gold["body"] is null && gold["must_include"] is null)
            {
                continue;
            }

            var bytes = BytesOf(folder, (string)gold["id"]!);
            if (Read(bytes, gold, null) is { } page)
            {
                yield return page;
                if (gold["body"] is not null && Read(bytes, gold, new SmallPage(page.Labels).Make) is { } small)
                {
                    yield return small;
                }
            }
        }
    }

    private static byte[] BytesOf(string folder, string id)
    {
        using var packed = new GZipStream(File.OpenRead(Path.Combine(folder, "pages", id + ".html.gz")), CompressionMode.Decompress);
        using var bytes = new MemoryStream();
        packed.CopyTo(bytes);
        return bytes.ToArray();
    }

    private static GoldPage? Read(byte[] bytes, JsonObject gold, Action<PageTree>? change)
    {
        var address = Uri.TryCreate((string?)gold["url"], UriKind.Absolute, out var stated) && stated.Scheme is "http" or "https" ? stated : new Uri("http://page.invalid/");
        if (ArticleExtractor.Survey(bytes, new PageContext(address), change) is not var (tree, witnesses, claim))
        {
            return null;
        }

        var candidates = BodyJudge.Propose(tree, witnesses, CancellationToken.None);
        var features = new BlockFeatures(tree, witnesses, candidates);
        var rows = new float[tree.Blocks.Count][];
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = features.Of(i).ToArray();
        }

        // Passages mark few lines of their page; bodies that a program wrote are a hint only.
        var weight = gold["body"] is null ? 3f : (string?)gold["gold"] == "tool" ? 0.3f : 1f;
        return new GoldPage((string)gold["id"]!, SiteOf(address.Host), tree, rows, LineLabels.Of(tree, gold), weight)
        {
            IsMade = change is not null,
            Find = forest => BodyOf(tree, witnesses, candidates, rows, claim, forest),
        };
    }

    private static string BodyOf(PageTree tree, Witnesses witnesses, Candidates candidates, float[][] features, string? claim, Forest forest)
    {
        var body = candidates.Best is null ? null : LearnedBody.Choose(tree, witnesses, candidates, index => forest.Probability(features[index]));
        return ClaimedBody.Of(claim, body?.KeptLength ?? 0, CancellationToken.None) is var (claimedTree, claimed) ? claimed.Text(claimedTree) : body?.Text(tree) ?? "";
    }

    private static string SiteOf(string host)
    {
        var labels = host.Split('.');
        return labels.Length > 2 && labels[^1].Length == 2 && labels[^2].Length <= 3 ? string.Join('.', labels[^3..]) : string.Join('.', labels[Math.Max(0, labels.Length - 2)..]);
    }
}
