using AngleSharp.Dom;

namespace Aggregator.Content.Extraction.Metadata;

/// <summary>The page's meta elements by lower-case name, property or itemprop, in document order.</summary>
internal sealed class MetaTags
{
    private readonly Dictionary<string, List<string>> _values = new(StringComparer.OrdinalIgnoreCase);

    public MetaTags(IDocument document)
    {
        foreach (var meta in document.GetElementsByTagName("meta"))
        {
            // Some page builders write the content into "value".
            var content = meta.GetAttribute("content") ?? meta.GetAttribute("value");
            if (string.IsNullOrWhiteSpace(content))
            {
                continue;
            }

            foreach (var attribute in (ReadOnlySpan<string>)["property", "name", "itemprop"])
            {
                foreach (var name in (meta.GetAttribute(attribute) ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries))
                {
                    if (!_values.TryGetValue(name, out var list))
                    {
                        _values[name] = list = [];
                    }

                    list.Add(content.Trim());
                }
            }
        }
    }

    /// <summary>The first value of the first of these names that has one. Null: none.</summary>
    public string? First(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (_values.TryGetValue(name, out var list))
            {
                return list[0];
            }
        }

        return null;
    }

    /// <summary>All values of one name.</summary>
    public IReadOnlyList<string> All(string name) => _values.TryGetValue(name, out var list) ? list : [];
}
