namespace Aggregator.Content.Extraction.Body;

/// <summary>
/// Of a live blog only the lead is the article: the posts below it are told by the page's JSON-LD (schema.org LiveBlogPosting's
/// liveBlogUpdate), change by the minute and would make each poll's text another one.
/// </summary>
internal static class LiveBlogLead
{
    /// <summary>A lead with fewer characters is none: then the posts are all the text there is.</summary>
    private const int LeastLead = 200;

    /// <summary>Drops what stands from the first post's headline on. A list of links to the posts above the lead is none of them.</summary>
    public static void Cut(PageTree tree, bool[] kept, Witnesses witnesses)
    {
        var lead = 0;
        for (var i = 0; i < kept.Length; i++)
        {
            var block = tree.Blocks[i];
            if (lead >= LeastLead && block.LinkDensity < 0.8 && witnesses.IsLivePost(block))
            {
                Array.Clear(kept, i, kept.Length - i);
                return;
            }

            lead += kept[i] ? block.Length : 0;
        }
    }
}
