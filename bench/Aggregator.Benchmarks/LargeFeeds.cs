using System.Globalization;
using System.Text;

namespace Aggregator.Benchmarks;

/// <summary>Large feeds as publishers write them, made up and the same in every run: full text escaped, in CDATA and as markup; summaries; a podcast.</summary>
internal static class LargeFeeds
{
    private static readonly string[] Words =
        "the of and to a in is that for on with as its by was at from are has new said company this data model chip court users it which more after will have be their not about software over security research devices report year market an team cloud open source version release plans first".Split(' ');

    public static IReadOnlyDictionary<string, byte[]> All { get; } = new Dictionary<string, byte[]>
    {
        ["rss, full text in CDATA"] = Rss(120, 30, (html, text) => $"<description><![CDATA[{text}]]></description><content:encoded><![CDATA[{html}]]></content:encoded>"),
        ["rss, full text escaped"] = Rss(120, 30, (html, _) => $"<description>{Escape(html)}</description>"),
        ["rss, summaries"] = Rss(1500, 1, (_, text) => $"<description>{Escape(text)}</description>"),
        ["rss, podcast"] = Rss(600, 3, (html, text) => $"<description>{Escape(text)}</description><itunes:summary>{Escape(text)}</itunes:summary><itunes:duration>1:02:03</itunes:duration><content:encoded><![CDATA[{html}]]></content:encoded>"),
        ["atom, full text escaped"] = Atom(120, 30, html => $"<content type=\"html\">{Escape(html)}</content>"),
        ["atom, full text as xhtml"] = Atom(120, 30, html => $"<content type=\"xhtml\"><div xmlns=\"http://www.w3.org/1999/xhtml\">{html}</div></content>"),
    };

    private static byte[] Rss(int items, int paragraphs, Func<string, string, string> body)
    {
        var feed = new StringBuilder("""
            <?xml version="1.0" encoding="UTF-8"?>
            <rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:media="http://search.yahoo.com/mrss/">
            <channel><title>The Outlet</title><link>https://outlet.example/</link><description>News &amp; views</description><atom:link href="https://outlet.example/feed" rel="self" type="application/rss+xml"/>

            """);
        var random = new Random(items);
        for (var item = 0; item < items; item++)
        {
            var date = new DateTimeOffset(2026, 1, 5, 12, 0, 0, TimeSpan.Zero).AddMinutes(-37 * item).ToString("R", CultureInfo.InvariantCulture);
            feed.Append(CultureInfo.InvariantCulture, $"<item><title>{Escape(Sentence(random, 9))}</title><link>https://outlet.example/2026/01/{item}-story.html?utm_source=rss&amp;utm_medium=feed</link><guid isPermaLink=\"false\">https://outlet.example/?p={item}</guid><pubDate>{date}</pubDate><dc:creator><![CDATA[Jo Writer]]></dc:creator><category>AI</category><category><![CDATA[Chips & Boards]]></category><media:thumbnail url=\"https://outlet.example/{item}.jpg\" width=\"640\" height=\"360\"/>")
                .Append(body(Article(random, paragraphs), Sentence(random, 45))).Append("</item>\n");
        }

        return Encoding.UTF8.GetBytes(feed.Append("</channel></rss>").ToString());
    }

    private static byte[] Atom(int entries, int paragraphs, Func<string, string> body)
    {
        var feed = new StringBuilder("""<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>The Outlet</title><id>tag:outlet.example,2026:feed</id><link href="https://outlet.example/"/><updated>2026-01-05T12:00:00Z</updated>""");
        var random = new Random(entries + 1);
        for (var entry = 0; entry < entries; entry++)
        {
            var date = new DateTimeOffset(2026, 1, 5, 12, 0, 0, TimeSpan.Zero).AddMinutes(-53 * entry).ToString("yyyy-MM-dd'T'HH:mm:ssK", CultureInfo.InvariantCulture);
            feed.Append(CultureInfo.InvariantCulture, $"<entry><title type=\"html\">{Escape(Sentence(random, 9))}</title><link rel=\"alternate\" href=\"https://outlet.example/{entry}\"/><id>tag:outlet.example,2026:{entry}</id><published>{date}</published><updated>{date}</updated><author><name>Jo Writer</name></author><category term=\"ai\" label=\"AI\"/>")
                .Append(body(Article(random, paragraphs))).Append("</entry>\n");
        }

        return Encoding.UTF8.GetBytes(feed.Append("</feed>").ToString());
    }

    private static string Article(Random random, int paragraphs)
    {
        var html = new StringBuilder();
        for (var paragraph = 0; paragraph < paragraphs; paragraph++)
        {
            html.Append(CultureInfo.InvariantCulture, $"<p class=\"text\">{Sentence(random, 30)} <a href=\"https://outlet.example/topic/{paragraph}\">{Sentence(random, 4)}</a> &#8220;{Sentence(random, 20)}&#8221; – <em>{Sentence(random, 6)}</em></p>\n");
            if (paragraph % 8 == 3)
            {
                html.Append(CultureInfo.InvariantCulture, $"<img src=\"/images/{paragraph}.jpg\" alt=\"{Sentence(random, 5)}\" width=\"1024\" />");
            }
        }

        return html.ToString();
    }

    private static string Sentence(Random random, int words) => string.Join(' ', Enumerable.Range(0, words).Select(_ => Words[random.Next(Words.Length)]));

    private static string Escape(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);
}
