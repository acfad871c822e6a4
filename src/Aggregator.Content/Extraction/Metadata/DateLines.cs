using Aggregator.Content.Extraction.Body;

namespace Aggregator.Content.Extraction.Metadata;

/// <summary>Takes dates from lines of the text: those around the headline, and those that say that something was published.</summary>
internal static class DateLines
{
    private const int LongestLine = 160;
    private const int Opening = 60;

    public static void AddTo(DateCandidates candidates, PageTree tree, int headline, bool dayFirst)
    {
        var weight = 0.3;
        for (var i = 0; i < tree.Blocks.Count; i++)
        {
            var block = tree.Blocks[i];
            var near = headline >= 0 && i >= headline - 6 && i <= headline + 14 && i != headline;
            if (near && block.Length > LongestLine)
            {
                // Press releases open with the day: "Berlin, 25 January 2022 – ...".
                candidates.Add(DateSource.Written, 0.35, DateText.ReadHuman(block.Text[..Opening], dayFirst));
                continue;
            }

            if (block.Length is < 7 or > LongestLine || (block.Furniture && !near) || !block.Text.AsSpan().ContainsAnyInRange('0', '9'))
            {
                continue;
            }

            if (!near && weight < 0.1 && block.Length > 60)
            {
                continue;
            }

            var digit = block.Text.AsSpan().IndexOfAnyInRange('0', '9');
            var before = digit > 3 ? block.Text[..digit] : i > 0 && tree.Blocks[i - 1].Length < 40 ? tree.Blocks[i - 1].Text : "";
            var published = DateWords.SaysPublished(before);
            if ((DateWords.SaysChanged(before) && !published) || DateText.ReadHuman(block.Text, dayFirst) is not { } stamp)
            {
                continue;
            }

            if (near)
            {
                candidates.Add(DateSource.Written, (block.Length < 60 ? 0.9 : 0.6) + (published ? 0.5 : 0), stamp);
            }
            else
            {
                candidates.Add(DateSource.Written, published ? 0.6 : weight, stamp);
                weight = Math.Max(0.05, weight - 0.1);
            }
        }
    }
}
