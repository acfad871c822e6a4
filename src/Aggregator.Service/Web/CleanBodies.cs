using Aggregator.Content.Sanitizing;
using Aggregator.Model.Stories;
using Aggregator.Model.Text;
using Microsoft.Extensions.Caching.Memory;

namespace Aggregator.Service.Web;

/// <summary>
/// The bodies of stories, cleaned under today's rules. A feed that gets a new entry shows the other bodies once more, so what was cleaned is kept for a while, by the text
/// itself: another text is cleaned anew.
/// </summary>
public sealed class CleanBodies : IDisposable
{
    private const long MostCharacters = 8 * 1024 * 1024;

    private readonly MemoryCache _clean = new(new MemoryCacheOptions { SizeLimit = MostCharacters });

    /// <summary>The body of a story that came with it, as HTML that is safe to show. Null: none came.</summary>
    public string? Of(Story story)
    {
        ArgumentNullException.ThrowIfNull(story);
        if (story.Body is not { } body)
        {
            return null;
        }

        var key = ContentHash.Of(16, body.Html, story.Link.AbsoluteUri);
        return _clean.TryGetValue(key, out string? known) && known is not null
            ? known
            : _clean.Set(key, HtmlCleaner.Clean(body.Html, story.Link), new MemoryCacheEntryOptions { Size = body.Html.Length + 100 });
    }

    /// <inheritdoc/>
    public void Dispose() => _clean.Dispose();
}
