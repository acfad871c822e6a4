using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Aggregator.Model.Stories;

namespace Aggregator.Service.Archive;

/// <summary>What a record of the archive is about: a page's address or an entry's story, as 16 bytes.</summary>
internal readonly record struct ArchiveKey(UInt128 Value)
{
    public static ArchiveKey Of(Uri page) => Of("page " + page.AbsoluteUri);

    public static ArchiveKey Of(StoryId entry) => Of("entry " + entry.Value);

    private static ArchiveKey Of(string text) => new(BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text))));
}

/// <summary>A record's place in the archive.</summary>
/// <param name="Segment">The file, counted from the oldest.</param>
/// <param name="Offset">Where it begins there.</param>
/// <param name="Length">Its bytes.</param>
internal readonly record struct ArchivePlace(int Segment, long Offset, int Length);

/// <summary>
/// The index beside each file of the archive: one line of 29 bytes a record, written after it. What a crash kept out of the index is not in the
/// archive.
/// </summary>
internal static class ArchiveIndex
{
    public const int LineLength = 8 + 4 + 1 + 16;

    /// <summary>The line of a record.</summary>
    public static byte[] Line(ArchivePlace place, bool isEntry, ArchiveKey key)
    {
        var line = new byte[LineLength];
        BinaryPrimitives.WriteInt64BigEndian(line, place.Offset);
        BinaryPrimitives.WriteInt32BigEndian(line.AsSpan(8), place.Length);
        line[12] = isEntry ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt128BigEndian(line.AsSpan(13), key.Value);
        return line;
    }

    /// <summary>The whole lines of an index.</summary>
    public static IEnumerable<(ArchivePlace Place, bool IsEntry, ArchiveKey Key)> Read(string path, int segment)
    {
        var bytes = File.ReadAllBytes(path);
        for (var at = 0; at + LineLength <= bytes.Length; at += LineLength)
        {
            yield return Read(bytes.AsSpan(at, LineLength), segment);
        }
    }

    private static (ArchivePlace Place, bool IsEntry, ArchiveKey Key) Read(ReadOnlySpan<byte> line, int segment) => (
        new ArchivePlace(segment, BinaryPrimitives.ReadInt64BigEndian(line), BinaryPrimitives.ReadInt32BigEndian(line[8..])),
        line[12] == 1,
        new ArchiveKey(BinaryPrimitives.ReadUInt128BigEndian(line[13..])));
}
