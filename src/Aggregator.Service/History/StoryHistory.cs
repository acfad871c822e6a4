using System.Runtime.CompilerServices;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;

namespace Aggregator.Service.History;

/// <summary>All that is stored, one story after the other: what dry runs and the tagging of history walk through.</summary>
public sealed class StoryHistory(IStoryStore store)
{
    /// <summary>Stories read at once: enough that the store's look-ups count for little, few enough that their bodies fit easily.</summary>
    private const int PageSize = 100;

    /// <summary>
    /// The stories with their bodies, muted ones too, newest first, from just after <paramref name="after"/> on (null: from the newest). A story that is
    /// stored in the meantime may be missing; none comes twice.
    /// </summary>
    public async IAsyncEnumerable<Story> ReadAsync(StoryCursor? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var query = new StoryQuery { Limit = PageSize, WithBody = true, After = after, Muted = MutedStories.Included };
        while (true)
        {
            var page = await store.QueryAsync(query, cancellationToken);
            foreach (var story in page.Stories)
            {
                yield return story;
            }

            if (page.Next is null)
            {
                yield break;
            }

            query = query with { After = page.Next };
        }
    }
}
