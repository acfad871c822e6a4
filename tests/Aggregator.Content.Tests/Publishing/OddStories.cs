using Aggregator.Content.Publishing;
using Aggregator.Model.Feeds;
using Aggregator.Model.Stories;
using Aggregator.Model.Topics;

namespace Aggregator.Content.Tests.Publishing;

/// <summary>What stories may be made of, part by part, when strangers write them.</summary>
internal static class OddStories
{
    public static readonly string[] Texts =
    [
        .. Samples.NastyTitles, "", " ", "\u00A0", "\u200B", "العربية: أخبار اليوم", "עברית & English <mix>", "中文標題「引號」", "日本語のタイトル", "👩‍👩‍👧‍👦🇸🇪 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𠜎𠜱", "a &amp;amp; b",
        "&lt;b&gt; is written", "R&D, Q&A, AT&T, 1&1 and B&B2", "&copy &nbsp; &#8212; &#x2014; &apos; &bogus;", "The <dialog> element", "Vec<T> and </T>", "</title> <title>", "5 < 6 > 4", "<", "&", "a<b", "</p>",
        "<!-- comment -->", "<?php echo 1 ?>", "{{template}} ${x}", "back\\slash / slash", "tab\tnew\nline\r\nend", "  spaces   all  over  ", "\uFFFD lost \uFFFD\uFFFD", "\uFDD0 no \uFDEF character \U0001FFFE\U0010FFFF",
        "cafÃ© au lait", "IRMÃ ANA «sic»", "C1 \u0080\u0096\u009F", "\u2028line\u2029paragraph", "e\u0301 combining \u0338", "x@example.com", "Bob <bob@example.com>", "bob@example.com (Bob)", "\"quoted\" 'single'", "[brackets] (round)", "%20%zz%",
        "end\uD83D", new('x', 1000), string.Concat(Enumerable.Repeat("lång titel ", 100)), string.Concat(Enumerable.Repeat("😀", 600)), "javascript:alert(1)", "=1+1", "\u0000", "a\u0000b", "\u202Eright to left\u202C",
        "İstanbul’da ‘yeni’ “haber” — …", "ǅ ﬃ Å", "first line\nsecond &amp; line\n</b> third",
    ];

    public static readonly string[] Bodies =
    [
        "", " ", "words only", "<p>Body.</p>", "<p>]]> &amp;amp; &lt;script&gt; 😀</p>", "<p><a href='/x'>relative</a> <a href='#f'>part</a> <a href=''>empty</a> <a href='mailto:a@b.example'>mail</a></p>",
        "<img src=/a.png onerror=x()><img src='data:image/png;base64,AA'><img src='http://h.example/a b.png' alt='a \"b\" &lt;c&gt;' srcset='/a.png 1x, b.png 2x'>",
        "<p style='color:red' class=c id=i onclick=x()>styled <font color=red face=x>f</font></p><script>x()</script><style>p{}</style>",
        "<iframe src='https://video.example/embed/1'></iframe><object data=x><p>instead</p></object><embed src=x><form><input name=a><button>b</button></form>",
        "<video controls autoplay poster=/p.jpg><source src=/a.mp4 type=video/mp4><track src=/a.vtt kind=captions>no video</video> <audio src=/a.mp3 controls></audio>",
        "<a href=/v><video src=/b.mp4 controls></video> in a link</a> <figure><audio controls src='/a.mp3?x=1&y=2'><a href=/a.mp3>download</a></audio><figcaption>c</figcaption></figure>",
        "<bdo dir=rtl>turned</bdo> <bdi>kept</bdi> &lt;bdo&gt; <code>&lt;audio controls=\"\"&gt;</code> <span title='<bdo>'>t</span>",
        "<table border=1><caption>c</caption><tr><td align=left>1<td>2<tr><th scope=row>3</table><ul><li>a<li>b<ul><li>c</ul></ul><dl><dt>t<dd>d</dl>",
        "<svg><script>x()</script></svg><math><mi>x</mi></math><template><p>t</p></template><noscript><p>n</p></noscript>", "<p>unclosed <b>bold <i>both</b> italic</i> <p>next<div>in<p>p</div>",
        "<pre>\n\n code &lt;x&gt;\n  more</pre><blockquote cite=/q><q>q</q></blockquote><details open><summary>s</summary>d</details><hr><br>", "<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby> <time datetime='2026-01-01'>t</time> <wbr> <meter value=1>m</meter>",
        "<p>control \u0001\u0008\u000B\u000C\u001F\u007F\u0085\u0096 lone \uD800 \uDC00 lost \uFFFD none \uFFFE\uFFFF\uFDD0\U0002FFFF &#0; &#x80; &#x96; &#xFFFD; &#xD800; &#x1FFFE;</p>", "<p>Ã©tÃ© Ã\u00A0 la plage</p>",
        "<h1>one<h2>two</h1></h2><a href=/1>a<a href=/2>b</a></a><nobr>x<nobr>y", "<center><marquee>m</marquee><blink>b</blink><o:p>office</o:p><x-tag y=z>custom</x-tag></center>", "<p hidden>hidden</p><!-- c --><![CDATA[ cdata ]]><?pi?>",
        "<p>" + string.Concat(Enumerable.Repeat("A sentence that fills a page with &amp; words. ", 300)) + "</p>",
    ];

    public static readonly string[] Addresses =
    [
        "https://paper.example/a?x=1&y=2", "http://paper.example/plain", "https://paper.example", "https://bücher.example/ä?ö=ü#ß", "https://مثال.إختبار/مسار", "https://例え.jp:8443/道?問=答", "https://paper.example/a b\tc",
        "https://paper.example/a[1]|{2}^`?b=[3]&c=\"d\"<e>\\f", "https://paper.example/100%?p=%zz&q=%41%7e%2f", "https://paper.example/a#b#c[d]", "https://user:pass@paper.example/x", "https://192.0.2.7:8080/x", "https://my_host.example/x",
        "https://localhost/x", "https://paper.example./x", "https://paper.example//double//slash?", "https://paper.example/😀/\u202Ex", "HTTPS://PAPER.EXAMPLE/Upper", "https://paper.example/it's(a)*!$,;=:@+~x", "https://paper.example/?" + new string('q', 2000),
    ];

    /// <summary>Where pictures, comments and files are said to be: some of these must not be published.</summary>
    public static readonly string[] OtherAddresses = [.. Addresses, "data:image/png;base64,AAAA", "javascript:alert(1)", "ftp://files.example/a", "file:///etc/passwd", "mailto:a@b.example", "urn:isbn:1"];

    public static readonly string?[] MediaTypes = [null, "", "audio/mpeg", "AUDIO/MPEG", "audio/mpeg; charset=x", "no type", "audio/", "/mpeg", "audio/mpeg/3", "image/svg+xml", "audio/é", "a/b,c/d", "video/mp4;codecs=\"a, b\"", "text/html\n", "*/*"];

    public static readonly long?[] Lengths = [null, 0, -1, long.MinValue, 1, long.MaxValue];

    public static readonly string?[] Languages = [null, "", "en", "EN-gb", "zh-Hant-TW", "x", "english", "qq", "en_US", "en-", "de-1996", "yue", "fil", "zz-ZZ", "e\u0301n", "en\u0000", "sr-Latn-RS", "und"];

    public static readonly DateTimeOffset?[] Dates =
    [
        null, DateTimeOffset.MinValue, DateTimeOffset.MaxValue, new(1, 1, 2, 9, 0, 0, TimeSpan.FromHours(14)), new(9999, 12, 31, 9, 59, 59, TimeSpan.FromHours(-12)), DateTimeOffset.UnixEpoch, new(1989, 12, 31, 23, 59, 59, TimeSpan.Zero),
        new(2026, 3, 4, 5, 6, 7, 890, TimeSpan.FromHours(5.5)), Samples.Noon, Samples.Noon.AddYears(1), new(2024, 2, 29, 23, 59, 59, TimeSpan.FromHours(-11)),
    ];

    /// <summary>A story that is like no other in the feed.</summary>
    public static Story Numbered(int number, string title = "A story", string html = "<p>Body.</p>") => Samples.Story(title, html) with
    {
        Id = new StoryId($"{number:x24}"),
        Cluster = new ClusterId($"{number:x24}"),
    };

    /// <summary>Each text of a list in a story of its own.</summary>
    public static PublishedFeed FeedOf<T>(IReadOnlyList<T> parts, Func<Story, T, Story> with) =>
        Samples.Feed([.. parts.Select((part, at) => new PublishedEntry(with(Numbered(at), part)))]);

    /// <summary>A feed of stories put together from all of these by a generator of numbers.</summary>
    public static PublishedFeed Mixed(Random random)
    {
        var entries = Enumerable.Range(0, random.Next(0, 12)).Select(number => new PublishedEntry(Any(random, number), [.. Enumerable.Range(0, random.Next(0, 4)).Select(other => Any(random, 100 + other))]));
        return Samples.Feed([.. entries]) with
        {
            Title = Text(random),
            Subtitle = Text(random),
            Updated = Samples.Noon.AddSeconds(random.Next(3600)),
            Hub = random.Next(2) == 0 ? new Uri("https://hub.example/") : null,
            Sources = new Dictionary<FeedId, Uri> { [new FeedId("00112233aabbccdd")] = new(Pick(random, OtherAddresses)) },
            NewReportsUpdateEntries = random.Next(2) == 0,
        };
    }

    private static Story Any(Random random, int number) => Numbered(number, Text(random), Pick(random, Bodies) + Pick(random, Bodies)) with
    {
        FeedName = Text(random),
        Link = new Uri(Pick(random, Addresses)),
        Authors = Several(random, 4, () => Text(random)),
        Published = Pick(random, Dates),
        FirstSeen = Samples.Noon.AddSeconds(-random.Next(100)),
        Updated = Samples.Noon,
        Language = Pick(random, Languages),
        Image = random.Next(2) == 0 ? null : new Uri(Pick(random, OtherAddresses)),
        Comments = random.Next(2) == 0 ? null : new Uri(Pick(random, OtherAddresses)),
        Enclosures = Several(random, 4, () => new Enclosure(new Uri(Pick(random, OtherAddresses)), Pick(random, MediaTypes), Pick(random, Lengths))),
        Summary = Text(random) + "\n" + Text(random),
        Topics = Several(random, 5, () => new TopicTag(Text(random), 1, [])),
        Entities = Several(random, 5, () => new EntityTag(Text(random), "person", 1, false)),
        Carriers = Several(random, 3, () => new StoryCarrier(new FeedId("ffeeddccbbaa0099"), Text(random), null, new StoryId("00112233445566778899aabb"), Text(random), new Uri(Pick(random, Addresses)), Samples.Noon)),
        NoArchive = random.Next(8) == 0,
    };

    private static string Text(Random random) => random.Next(3) == 0 ? $"{Pick(random, Texts)} {Pick(random, Texts)}" : Pick(random, Texts);

    private static T Pick<T>(Random random, IReadOnlyList<T> list) => list[random.Next(list.Count)];

    private static List<T> Several<T>(Random random, int most, Func<T> make) => [.. Enumerable.Range(0, random.Next(0, most)).Select(_ => make())];
}
