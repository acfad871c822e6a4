using System.Text;

namespace Aggregator.Content;

/// <summary>Encodings by the names that the web gives them (WHATWG Encoding section 4.2): what people write, and what their bytes really are.</summary>
internal static class WebEncoding
{
    static WebEncoding() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <summary>The encoding called <paramref name="name"/>. Null: unknown, or UTF-7, which hides markup from every later check.</summary>
    public static Encoding? Named(string name)
    {
        var known = name.ToLowerInvariant() switch
        {
            "utf8" or "utf-8" or "unicode-1-1-utf-8" => "utf-8",
            "iso-8859-1" or "iso8859-1" or "iso_8859-1" or "latin1" or "latin-1" or "l1" or "ascii" or "us-ascii" or "ansi" or "cp1252" or "win-1252" or "x-cp1252" => "windows-1252",
            "iso-8859-9" or "iso8859-9" or "latin5" or "l5" or "cp1254" or "x-cp1254" => "windows-1254",
            "cp1250" or "win-1250" or "x-cp1250" => "windows-1250",
            "cp1251" or "cp-1251" or "win-1251" or "x-cp1251" => "windows-1251",
            "cp1253" or "cp1255" or "cp1256" or "cp1257" or "cp1258" => "windows-" + name[2..],
            "koi8r" or "koi8" or "koi" => "koi8-r",
            "gb2312" or "gbk" or "x-gbk" or "gb_2312-80" => "gb18030",
            "big5-hkscs" or "x-x-big5" or "cn-big5" => "big5",
            "sjis" or "x-sjis" or "shift-jis" or "windows-31j" or "cp932" or "ms932" => "shift_jis",
            "ks_c_5601-1987" or "euc-kr" or "ksc5601" or "windows-949" => "ks_c_5601-1987",
            var other => other,
        };
        if (known is "utf-7" or "utf7" or "unicode-1-1-utf-7" or "x-user-defined")
        {
            return null;
        }

        try
        {
            return Encoding.GetEncoding(known) is { CodePage: not 65000 } encoding ? encoding : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
        catch (NotSupportedException)
        {
            return null;
        }
    }
}
