namespace Aggregator.Service.Images;

/// <summary>The kinds of pictures that are passed on, told by how their files begin. None of them is code: SVG is not among them. They are not decoded here.</summary>
public static class ImageKind
{
    /// <summary>The endings of files, each with its media type.</summary>
    private static readonly Dictionary<string, string> Types = new(StringComparer.Ordinal)
    {
        ["png"] = "image/png",
        ["jpg"] = "image/jpeg",
        ["gif"] = "image/gif",
        ["webp"] = "image/webp",
        ["avif"] = "image/avif",
    };

    /// <summary>The ending of a picture's name. Null: it is none of those that are passed on.</summary>
    public static string? Of(ReadOnlySpan<byte> file) => file switch
    {
        _ when file.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]) => "png",
        _ when file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]) => "jpg",
        _ when file.StartsWith("GIF87a"u8) || file.StartsWith("GIF89a"u8) => "gif",
        _ when file.Length >= 12 && file.StartsWith("RIFF"u8) && file[8..12].SequenceEqual("WEBP"u8) => "webp",
        _ when file.Length >= 12 && file[4..8].SequenceEqual("ftyp"u8) && (file[8..12].SequenceEqual("avif"u8) || file[8..12].SequenceEqual("avis"u8)) => "avif",
        _ => null,
    };

    /// <summary>The media type of a picture with an ending. Null: there is no such kind.</summary>
    public static string? TypeOf(string ending) => Types.GetValueOrDefault(ending);

    /// <summary>Whether what a server calls its answer may be a picture: it says so, or says nothing.</summary>
    public static bool MayBe(string? contentType)
    {
        var type = contentType?.Split(';')[0].Trim();
        return type is null or "" || type.Equals("application/octet-stream", StringComparison.OrdinalIgnoreCase) || type.Equals("binary/octet-stream", StringComparison.OrdinalIgnoreCase)
            || (type.StartsWith("image/", StringComparison.OrdinalIgnoreCase) && !type.Contains("svg", StringComparison.OrdinalIgnoreCase));
    }
}
