using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Aggregator.Content.Extraction.Body;

namespace Aggregator.Training;

/// <summary>Finds which lines of a page its gold speaks of: 1 in the article, 0 not in it, -1 unknown.</summary>
internal static partial class LineLabels
{
    public static int[] Of(PageTree tree, JsonObject gold)
    {
        var labels = new int[tree.Blocks.Count];
        if ((string?)gold["body"] is { } body)
        {
            var optional = (gold["optional"] as JsonArray)?.Select(text => Words((string)text!)).ToList() ?? [];
            Align(tree, Words(body), labels);
            foreach (var paragraph in optional)
            {
                var key = string.Join(' ', paragraph);
                foreach (var block in tree.Blocks)
                {
                    if (block.Length > 20 && key.Contains(string.Join(' ', Words(block.Text)), StringComparison.Ordinal))
                    {
                        labels[block.Index] = -1;
                    }
                }
            }

            return labels;
        }

        Array.Fill(labels, -1);
        Mark(tree, gold["must_exclude"], 0, labels);
        Mark(tree, gold["must_include"], 1, labels);
        return labels;
    }

    private static void Mark(PageTree tree, JsonNode? passages, int label, int[] labels)
    {
        var text = new System.Text.StringBuilder();
        var starts = new List<int>();
        foreach (var block in tree.Blocks)
        {
            starts.Add(text.Length);
            text.Append(Spaces().Replace(block.Text, " ").Trim()).Append(' ');
        }

        starts.Add(text.Length);
        var all = text.ToString();
        foreach (var passage in passages?.AsArray() ?? [])
        {
            var wanted = Spaces().Replace((string)passage!, " ").Trim();
            var found = new List<int>();
            for (var at = all.IndexOf(wanted, StringComparison.Ordinal); at >= 0 && wanted.Length > 0; at = all.IndexOf(wanted, at + 1, StringComparison.Ordinal))
            {
                found.Add(at);
            }

            if (label == 1 && found.Count != 1)
            {
                continue;
            }

            foreach (var at in found)
            {
                for (var i = 0; i < tree.Blocks.Count; i++)
                {
                    if (starts[i] < at + wanted.Length && starts[i + 1] - 1 > at)
                    {
                        labels[i] = label;
                    }
                }
            }
        }
    }

    private static void Align(PageTree tree, string[] gold, int[] labels)
    {
        var starts = new Dictionary<string, List<int>>();
        var fours = new Dictionary<string, List<int>>();
        for (var i = 0; i < gold.Length; i++)
        {
            (starts.TryGetValue(gold[i], out var list) ? list : starts[gold[i]] = []).Add(i);
            if (i + 4 <= gold.Length)
            {
                var key = string.Join(' ', gold, i, 4);
                (fours.TryGetValue(key, out var more) ? more : fours[key] = []).Add(i);
            }
        }

        var places = new List<(int Block, int Start, int End, double Gain)>();
        foreach (var block in tree.Blocks)
        {
            var words = Words(block.Text);
            if (words.Length == 0)
            {
                continue;
            }

            var exact = starts.GetValueOrDefault(words[0])?.Where(at => at + words.Length <= gold.Length && words.AsSpan().SequenceEqual(gold.AsSpan(at, words.Length))).Take(40).ToList() ?? [];
            foreach (var at in exact)
            {
                places.Add((block.Index, at, at + words.Length, words.Length));
            }

            if (exact.Count == 0 && words.Length >= 6)
            {
                var hits = Enumerable.Range(0, words.Length - 3).Select(i => (i, fours.GetValueOrDefault(string.Join(' ', words, i, 4)))).Where(hit => hit.Item2 is not null).ToList();
                if (hits.Count >= 0.5 * (words.Length - 3))
                {
                    var offset = hits.SelectMany(hit => hit.Item2!.Select(at => at - hit.i)).GroupBy(x => x).OrderByDescending(g => g.Count()).First().Key;
                    places.Add((block.Index, Math.Max(0, offset), Math.Max(0, offset) + hits.Count, hits.Count));
                }
            }
        }

        var best = new double[places.Count];
        var previous = new int[places.Count];
        var end = -1;
        for (var i = 0; i < places.Count; i++)
        {
            best[i] = places[i].Gain;
            previous[i] = -1;
            for (var j = Math.Max(0, i - 4_000); j < i; j++)
            {
                if (places[j].Block < places[i].Block && places[j].End <= places[i].Start + 1 && best[j] + places[i].Gain > best[i])
                {
                    best[i] = best[j] + places[i].Gain;
                    previous[i] = j;
                }
            }

            end = end < 0 || best[i] > best[end] ? i : end;
        }

        for (; end >= 0; end = previous[end])
        {
            labels[places[end].Block] = 1;
        }
    }

    private static string[] Words(string text) => [.. Word().Matches(text).Select(match => match.Value)];

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
