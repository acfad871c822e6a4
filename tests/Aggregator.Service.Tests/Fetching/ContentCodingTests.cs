using System.IO.Compression;
using System.Text;
using Aggregator.Service.Fetching;

namespace Aggregator.Service.Tests.Fetching;

public class ContentCodingTests
{
    private const int Max = 1_000_000;

    /// <summary>A document that neither coding shrinks to nothing.</summary>
    public static byte[] Text { get; } = Encoding.UTF8.GetBytes($"<rss>{string.Concat(Enumerable.Range(0, 200).Select(number => $"<item>{number * 7919}</item>"))}</rss>");

    [Theory]
    [InlineData("gzip", "gzip")]
    [InlineData("gzip", "x-gzip")]
    [InlineData("gzip", "GZIP")]
    [InlineData("gzip", "identity, gzip")]
    [InlineData("gzip", null)]
    [InlineData("gzip", "identity")]
    [InlineData("br", "br")]
    [InlineData(null, null)]
    [InlineData(null, "identity")]
    [InlineData(null, "gzip")]
    [InlineData(null, "br")]
    public void Decode_LabelledOrNot_GivesTheDocument(string? coding, string? label)
    {
        var (body, isOver) = ContentCoding.Decode(Pack(coding, Text), label, Max);

        Assert.Equal(Text, body.ToArray());
        Assert.False(isOver);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public void Decode_CutAnywhere_IsNeverTakenForWhole(string coding)
    {
        var packed = Pack(coding, Text);
        for (var length = 3; length < packed.Length; length++)
        {
            Assert.Throws<InvalidDataException>(() => ContentCoding.Decode(packed.AsMemory(0, length), coding, Max));
        }
    }

    [Fact]
    public void Decode_GzipOfSeveralMembers_ReadsAllAndMissesNoCut()
    {
        byte[] packed = [.. Pack("gzip", Text), .. Pack("gzip", Text)];

        Assert.Equal([.. Text, .. Text], ContentCoding.Decode(packed, "gzip", Max).Body.ToArray());
        Assert.Throws<InvalidDataException>(() => ContentCoding.Decode(packed.AsMemory(0, packed.Length - 5), "gzip", Max));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public void Decode_GarbageBehindTheStream_IsPassedOver(string coding) =>
        Assert.Equal(Text, ContentCoding.Decode((byte[])[.. Pack(coding, Text), 0, 0, 0, 13, 10, 65], coding, Max).Body.ToArray());

    [Theory]
    [InlineData(8)]
    [InlineData(4)]
    [InlineData(100)]
    public void Decode_GzipDamaged_IsToldByItsCheck(int fromEnd)
    {
        var packed = Pack("gzip", Text);
        packed[^fromEnd] ^= 0x55;

        Assert.Throws<InvalidDataException>(() => ContentCoding.Decode(packed, "gzip", Max));
    }

    [Theory]
    [InlineData("gzip, gzip")]
    [InlineData("br, gzip")]
    [InlineData("deflate")]
    [InlineData("x-rot13")]
    public void Decode_NotOffered_IsRefused(string label)
    {
        var fault = Assert.Throws<FetchException>(() => ContentCoding.Decode(Pack("gzip", Text), label, Max));

        Assert.Contains(label, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_TwiceGzippedUnderOneLabel_IsUnpackedOnce()
    {
        var once = Pack("gzip", Text);

        Assert.Equal(once, ContentCoding.Decode(Pack("gzip", once), "gzip", Max).Body.ToArray());
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public void Decode_Bomb_StopsAtTheLimit(string coding)
    {
        var (body, isOver) = ContentCoding.Decode(Pack(coding, new byte[20 * Max]), coding, Max);

        Assert.Equal((Max, true), (body.Length, isOver));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public void Decode_ExactlyTheLimit_IsNotOver(string coding) =>
        Assert.Equal((Max, false), (ContentCoding.Decode(Pack(coding, new byte[Max]), coding, Max) is var (body, isOver) ? body.Length : 0, isOver));

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData(null)]
    public void Decode_NothingAtAll_IsNothing(string? label) => Assert.Equal(0, ContentCoding.Decode(Array.Empty<byte>(), label, Max).Body.Length);

    [Fact]
    public void Decode_AnyBytes_OnlyTheKnownFaults()
    {
        var random = new Random(1);
        for (var round = 0; round < 2000; round++)
        {
            var bytes = Pack(round % 2 == 0 ? "gzip" : "br", Text);
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            try
            {
                ContentCoding.Decode(bytes, round % 2 == 0 ? "gzip" : "br", Max);
            }
            catch (InvalidDataException)
            {
                // What a damaged stream is to bring.
            }
        }
    }

    internal static byte[] Pack(string? coding, byte[] content)
    {
        if (coding is null)
        {
            return [.. content];
        }

        using var packed = new MemoryStream();
        using (Stream stream = coding == "br" ? new BrotliStream(packed, CompressionLevel.Optimal, leaveOpen: true) : new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            stream.Write(content);
        }

        return packed.ToArray();
    }
}
