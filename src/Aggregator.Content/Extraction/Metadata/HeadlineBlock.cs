using Aggregator.Content.Extraction.Body;

namespace Aggregator.Content.Extraction.Metadata;

/// <summary>Finds where on the page the headline stands.</summary>
internal static class HeadlineBlock
{
    /// <summary>The index of the heading that says the title, else of the first heading of the first level; -1: not found.</summary>
    public static int Of(PageTree tree, string? title)
    {
        var key = TextKey.Of(title);
        var heading = -1;
        for (var i = 0; i < tree.Blocks.Count; i++)
        {
            var block = tree.Blocks[i];
            if (block.Heading > 0 && block.Length < 400)
            {
                if (key.Length > 0 && TextKey.Of(block.Text) == key)
                {
                    return i;
                }

                heading = heading < 0 && block.Heading == 1 ? i : heading;
            }
        }

        return heading;
    }
}
