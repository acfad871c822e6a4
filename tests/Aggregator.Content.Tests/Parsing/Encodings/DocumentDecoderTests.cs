using System.Text;
using Aggregator.Content.Parsing;
using Aggregator.Content.Parsing.Encodings;

namespace Aggregator.Content.Tests.Parsing.Encodings;

public sealed class DocumentDecoderTests
{
    static DocumentDecoderTests() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    [Theory]
    [InlineData("utf-8", null, null)]
    [InlineData("utf-8", "text/xml; charset=utf-16", null)]
    [InlineData("utf-8", "text/xml; charset=ISO-8859-1", "utf-8")]
    [InlineData("utf-8", null, "ISO-8859-1")]
    [InlineData("utf-8", "text/xml; charset=no-such-thing", null)]
    [InlineData("windows-1252", "text/xml; charset=ISO-8859-1", "utf-8")]
    [InlineData("windows-1252", null, "iso-8859-1")]
    [InlineData("windows-1252", "text/xml; charset=utf-8", "windows-1252")]
    [InlineData("utf-16", null, "utf-16")]
    [InlineData("utf-16BE", "text/xml; charset=utf-16", null)]
    public void Decode_StatedEncodings_GivesTheText(string real, string? header, string? declared)
    {
        const string Body = "<rss><title>Größe – naïve café</title></rss>";
        var text = declared is null ? Body : $"<?xml version=\"1.0\" encoding=\"{declared}\"?>{Body}";

        Assert.Equal(text, Decode(Encoding.GetEncoding(real).GetBytes(text), header));
    }

    [Fact]
    public void Decode_HeaderSaysUtf16OverAscii_ReadsAscii() =>
        Assert.Equal("<rss><a>plain</a></rss>", Decode("<rss><a>plain</a></rss>"u8.ToArray(), "application/rss+xml; charset=utf-16"));

    [Fact]
    public void Decode_CyrillicInItsOwnEncoding_IsBelieved() =>
        Assert.Equal("<a>Новости дня</a>", Decode(Encoding.GetEncoding("windows-1251").GetBytes("<a>Новости дня</a>"), "text/xml; charset=windows-1251"));

    [Fact]
    public void Decode_ShortUtf8WithABrokenByte_LosesThatByteOnly() =>
        Assert.Equal("<a>“plain text, much longer than its few quotes”\uFFFD</a>", Decode([.. "<a>“plain text, much longer than its few quotes”"u8, 0x8A, .. "</a>"u8], "text/xml; charset=utf-8"));

    [Fact]
    public void Decode_Utf7_IsRefused() =>
        Assert.Equal("<a>+ADw-script+AD4-</a>", Decode("<a>+ADw-script+AD4-</a>"u8.ToArray(), "text/xml; charset=utf-7"));

    [Fact]
    public void Decode_MarkedUtf8_LosesTheMark() => Assert.Equal("<a/>", Decode([0xEF, 0xBB, 0xBF, .. "<a/>"u8], null));

    private static string Decode(byte[] bytes, string? contentType) => DocumentDecoder.Decode(bytes, contentType, new ProblemList());
}
