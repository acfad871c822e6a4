using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Aggregator.Content.Extraction.Metadata;

/// <summary>
/// What JSON-LD says about the page's article (schema.org Article and its kin), from every script block, also nested, in @graph, or
/// broken. Read from the page's text, because the parser is told to skip scripts.
/// </summary>
internal sealed partial class StructuredData
{
    private static readonly SearchValues<string> Type = SearchValues.Create(["application/ld+json"], StringComparison.OrdinalIgnoreCase);

    private static readonly SearchValues<string> EndTag = SearchValues.Create(["</script"], StringComparison.OrdinalIgnoreCase);

    private const int MaxBlocks = 40;
    private const int MaxBlockLength = 1_000_000;

    /// <summary>What is looked at on a page. Real pages have fewer than a hundred things, and articles fewer than twenty authors.</summary>
    private const int MaxThings = 2_000;
    private const int MaxTypes = 100;
    private const int MaxTypesOfThing = 20;
    private const int MaxAuthors = 100;

    private static readonly JsonDocumentOptions Tolerant = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, MaxDepth = 64 };

    private readonly Dictionary<string, JsonElement> _byId = new(StringComparer.Ordinal);
    private readonly List<JsonElement> _things = [];

    public string? Headline { get; private set; }

    public string? Description { get; private set; }

    public IReadOnlyList<string> Authors { get; private set; } = [];

    public string? Published { get; private set; }

    public string? Modified { get; private set; }

    public string? Language { get; private set; }

    public string? Image { get; private set; }

    public string? Publisher { get; private set; }

    public string? ArticleBody { get; private set; }

    public bool Paid { get; private set; }

    /// <summary>The headlines of a live blog's posts, in the order of the page's data.</summary>
    public IReadOnlyList<string> LivePosts { get; private set; } = [];

    public List<string> Types { get; } = [];

    public static StructuredData Read(string html)
    {
        var data = new StructuredData();
        var at = 0;
        for (var count = 0; count < MaxBlocks; count++)
        {
            at = IndexOf(html, Type, at);
            if (at < 0)
            {
                break;
            }

            var start = html.IndexOf('>', at);
            var end = start < 0 ? -1 : IndexOf(html, EndTag, start);
            if (end < 0)
            {
                break;
            }

            if (end - start < MaxBlockLength)
            {
                data.Take(html[(start + 1)..end]);
            }

            at = end;
        }

        data.Conclude();
        return data;
    }

    private void Take(string json)
    {
        json = HalfPair().Replace(json.Trim().TrimEnd(';'), "\\uFFFD");
        if ((Parse(json) ?? Parse(Repair(json)) ?? Parse(Unescape(json)) ?? Parse("[" + Together().Replace(Repair(json), "},{") + "]")) is { } root)
        {
            Collect(root, 0);
            return;
        }

        // Beyond repair: the plain facts may still be legible.
        Headline ??= Quoted(HeadlineText(), json);
        Published ??= Quoted(PublishedText(), json);
        Modified ??= Quoted(ModifiedText(), json);
        if (Authors.Count == 0 && Quoted(AuthorText(), json) is { } author)
        {
            Authors = [author];
        }
    }

    private static JsonElement? Parse(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Tolerant);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Undoes what templates do to JSON: CDATA marks and comments around it, line breaks in strings, backslashes before anything.</summary>
    private static string Repair(string json)
    {
        json = Wrapping().Replace(json, "");
        json = BadEscape().Replace(json, "\\\\");
        var characters = json.ToCharArray();
        for (var i = 0; i < characters.Length; i++)
        {
            if (characters[i] < ' ')
            {
                characters[i] = ' ';
            }
        }

        return new string(characters);
    }

    /// <summary>JSON that a template has written as HTML text: with &amp;quot; for quotation marks.</summary>
    private static string Unescape(string json) => json.Contains("&quot;", StringComparison.Ordinal) || json.Contains("&#34;", StringComparison.Ordinal) ? Repair(System.Net.WebUtility.HtmlDecode(json)) : "";

    private static int IndexOf(string html, SearchValues<string> wanted, int start) =>
        html.AsSpan(start).IndexOfAny(wanted) is var at and >= 0 ? start + at : -1;

    private void Collect(JsonElement element, int depth)
    {
        if (depth > 12 || _things.Count >= MaxThings)
        {
            return;
        }

        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray())
            {
                Collect(item, depth + 1);
            }
        }
        else if (element.ValueKind == JsonValueKind.Object)
        {
            _things.Add(element);
            if (Text(element, "@id") is { } id && element.EnumerateObject().Skip(1).Any())
            {
                _byId.TryAdd(id, element);
            }

            foreach (var property in element.EnumerateObject())
            {
                if (property.Value.ValueKind is JsonValueKind.Array or JsonValueKind.Object && property.Name is not ("itemListElement" or "comment" or "review" or "hasPart" or "isPartOf"))
                {
                    Collect(property.Value, depth + 1);
                }
            }
        }
    }

    /// <summary>Takes the article among the things said: the first with a headline and a type of article, else a page with a date.</summary>
    private void Conclude()
    {
        foreach (var thing in _things)
        {
            foreach (var type in TypesOf(thing))
            {
                if (Types.Count < MaxTypes && !Types.Contains(type))
                {
                    Types.Add(type);
                }
            }
        }

        foreach (var wanted in (ReadOnlySpan<Func<JsonElement, bool>>)[IsArticle, IsWork])
        {
            foreach (var thing in _things)
            {
                if (wanted(thing))
                {
                    Take(thing);
                }
            }
        }

        foreach (var thing in _things)
        {
            Publisher ??= TypesOf(thing).Any(type => type is "website" or "newsmediaorganization") ? Text(thing, "name") : null;
        }
    }

    private void Take(JsonElement thing)
    {
        Headline ??= Text(thing, "headline") ?? (IsArticle(thing) ? Text(thing, "name") : null);
        Description ??= Text(thing, "description");
        Published ??= Text(thing, "datePublished") ?? Text(thing, "dateCreated") ?? Text(thing, "uploadDate");
        Modified ??= Text(thing, "dateModified");
        Language ??= Text(thing, "inLanguage");
        ArticleBody ??= Text(thing, "articleBody");
        Image ??= Address(thing, "image") ?? Address(thing, "thumbnailUrl");
        Publisher ??= Names(thing, "publisher").FirstOrDefault();
        Paid |= thing.TryGetProperty("isAccessibleForFree", out var free)
            && (free.ValueKind == JsonValueKind.False || (free.ValueKind == JsonValueKind.String && string.Equals(free.GetString(), "false", StringComparison.OrdinalIgnoreCase)));
        if (LivePosts.Count == 0 && thing.TryGetProperty("liveBlogUpdate", out var posts) && posts.ValueKind == JsonValueKind.Array)
        {
            LivePosts = [.. posts.EnumerateArray().Take(MaxThings).Select(post => Text(post, "headline")).OfType<string>()];
        }

        if (Authors.Count == 0)
        {
            Authors = [.. Names(thing, "author").Concat(Names(thing, "creator")).Distinct().Take(MaxAuthors)];
        }
    }

    private static bool IsArticle(JsonElement thing) =>
        TypesOf(thing).Any(type => type.EndsWith("article", StringComparison.Ordinal) || type.EndsWith("posting", StringComparison.Ordinal)
            || type is "report" or "review" or "reportage" or "recipe" or "medicalwebpage" or "creativework" or "howto");

    private static bool IsWork(JsonElement thing) => TypesOf(thing).Any(type => type is "webpage" or "videoobject" or "product" or "itempage" or "podcastepisode");

    private static IEnumerable<string> TypesOf(JsonElement thing)
    {
        if (!thing.TryGetProperty("@type", out var type))
        {
            yield break;
        }

        if (type.ValueKind == JsonValueKind.String)
        {
            yield return Short(type.GetString()!);
        }
        else if (type.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in type.EnumerateArray().Take(MaxTypesOfThing))
            {
                if (item.ValueKind == JsonValueKind.String)
                {
                    yield return Short(item.GetString()!);
                }
            }
        }

        static string Short(string name) => name[(name.LastIndexOfAny(['/', ':']) + 1)..].ToLowerInvariant();
    }

    private IEnumerable<string> Names(JsonElement thing, string property) =>
        thing.TryGetProperty(property, out var value) ? Names(value, 0) : [];

    private IEnumerable<string> Names(JsonElement value, int depth)
    {
        if (depth > 3)
        {
            return [];
        }

        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                return [value.GetString()!];
            case JsonValueKind.Array:
                return value.EnumerateArray().SelectMany(item => Names(item, depth + 1)).ToList();
            case JsonValueKind.Object:
                if (value.TryGetProperty("name", out var name))
                {
                    return Names(name, depth + 1);
                }

                return Text(value, "@id") is { } id && _byId.TryGetValue(id, out var other) && other.TryGetProperty("name", out var far) ? Names(far, depth + 1) : [];
            default:
                return [];
        }
    }

    private static string? Address(JsonElement thing, string property)
    {
        if (!thing.TryGetProperty(property, out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Array)
        {
            value = value.EnumerateArray().FirstOrDefault();
        }

        return value.ValueKind == JsonValueKind.String ? value.GetString()
            : value.ValueKind == JsonValueKind.Object ? Text(value, "url") ?? Text(value, "contentUrl") : null;
    }

    private static string? Text(JsonElement thing, string property)
    {
        if (thing.ValueKind != JsonValueKind.Object || !thing.TryGetProperty(property, out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Array)
        {
            value = value.EnumerateArray().FirstOrDefault(item => item.ValueKind == JsonValueKind.String);
        }

        return value.ValueKind switch
        {
            JsonValueKind.String => string.IsNullOrWhiteSpace(value.GetString()) ? null : value.GetString()!.Trim(),
            JsonValueKind.Number => value.GetDouble().ToString(CultureInfo.InvariantCulture),
            JsonValueKind.Object when value.TryGetProperty("@value", out var inner) && inner.ValueKind == JsonValueKind.String => inner.GetString(),
            _ => null,
        };
    }

    private static string? Quoted(Regex pattern, string json) => pattern.Match(json) is { Success: true } match ? match.Groups[1].Value : null;

    /// <summary>An escaped half of a surrogate pair: valid JSON, but no text, and the reader throws on the names and strings that have one.</summary>
    [GeneratedRegex("""\\u[dD](?:[89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD])[c-fC-F][0-9a-fA-F]{2})""")]
    private static partial Regex HalfPair();

    [GeneratedRegex(@"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)|(?:-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/|\]\]>)\s*$")]
    private static partial Regex Wrapping();

    /// <summary>Where one object ends and the next begins with nothing between them.</summary>
    [GeneratedRegex(@"\}\s*\{")]
    private static partial Regex Together();

    [GeneratedRegex("""\\(?!["\\/bfnrtu])""")]
    private static partial Regex BadEscape();

    [GeneratedRegex("""
        "headline"\s*:\s*"([^"\\]{3,300})"
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex HeadlineText();

    [GeneratedRegex("""
        "datePublished"\s*:\s*"([^"\\]{6,60})"
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex PublishedText();

    [GeneratedRegex("""
        "dateModified"\s*:\s*"([^"\\]{6,60})"
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex ModifiedText();

    [GeneratedRegex("""
        "author"\s*:\s*\[?\s*\{[^}]{0,300}?"name"\s*:\s*"([^"\\]{2,100})"
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex AuthorText();
}
