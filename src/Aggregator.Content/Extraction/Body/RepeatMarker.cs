namespace Aggregator.Content.Extraction.Body;

/// <summary>Marks what a continuation page says again: headline, standfirst, the first paragraphs for those who come from elsewhere.</summary>
internal static class RepeatMarker
{
    /// <summary>Shorter lines, in characters, may well come twice in one article.</summary>
    private const int ShortLine = 25;

    /// <returns>Whether the page does little else than repeat: more than half of its running text was read before.</returns>
    public static bool Mark(PageTree tree, EarlierPages? earlier)
    {
        if (earlier is null)
        {
            return false;
        }

        var said = earlier.Text.Split('\n').ToHashSet(StringComparer.Ordinal);
        int prose = 0, repeated = 0;
        foreach (var block in tree.Blocks)
        {
            var isSaid = said.Contains(block.Text);
            prose += block.Furniture ? 0 : block.Prose;
            repeated += isSaid && !block.Furniture ? block.Prose : 0;
            if (isSaid && block.Length > ShortLine && !block.InCode && !block.InTable)
            {
                block.SeenElsewhere = block.Furniture = true;
            }
        }

        tree.Sum();
        return repeated * 2 > prose;
    }
}
