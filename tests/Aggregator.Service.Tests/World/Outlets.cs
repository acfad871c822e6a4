using System.Net;
using System.Text.Json.Nodes;

namespace Aggregator.Service.Tests.World;

/// <summary>What the outlets of the small news web write.</summary>
internal static class Outlets
{
    private const string Filler =
        "The company said it would publish more details next month. Analysts who follow the sector expect the matter to take time, and several people "
        + "familiar with the plans said that no decision had been made. A spokesperson declined to comment further on the timetable.";

    private static readonly Dictionary<string, TestArticle> Articles = new TestArticle[]
    {
        new("wire/chip-secrets", "Engineer charged with stealing chip designs from Norrland Semiconductor", "Ida Berg",
            "Prosecutors charged a former engineer with theft of trade secrets, saying he copied confidential chip designs and source code before joining a rival chipmaker."),
        new("wire/model-launch", "Fjord Labs releases a large language model for translators", "Ola Lind",
            "The start-up Fjord Labs released a large language model on Monday. The artificial intelligence system was trained for translation, and its machine learning team published benchmarks."),
        new("wire/ransom", "Ransomware gang publishes patient records of a hospital group", "Ida Berg",
            "A ransomware gang published the stolen records of 40,000 patients after the hospital group refused to pay. Security researchers said the attackers used a known vulnerability."),
        new("wire/phone", "A slim phone with a week of battery", "Ola Lind",
            "The new smartphone lasts a week on one charge, the maker said. The handset runs Android and goes on sale in March."),
        new("wire/rocket", "Small rocket reaches orbit at the third attempt", "Ida Berg",
            "The launch company put its first satellite into orbit on Tuesday. The rocket lifted off from the northern spaceport after two failed launches."),
        new("wire/private/draft", "A page that robots.txt keeps to itself", "Ola Lind",
            "This text must never be fetched by a polite crawler."),
        new("ledger/merger", "Two cloud companies agree to merge", "Cleo Park",
            "The two cloud providers agreed to merge in a deal worth two billion dollars. The acquisition needs approval, and antitrust regulators will look at it."),
        new("ledger/layoffs", "Games studio cuts a third of its staff", "Cleo Park",
            "The video game studio laid off a third of its staff, it said on Friday. The layoffs hit the teams that make console games."),
        new("ledger/chip-secrets", "Former chip engineer accused of taking trade secrets from Norrland Semiconductor to rival", "Cleo Park",
            "A former engineer of Norrland Semiconductor was charged with theft of trade secrets. Prosecutors say he copied confidential chip designs before joining a rival."),
        new("alt/uno", "Läckta nycklar öppnade molnlagring", "Åsa Öst",
            "Nycklarna låg i ett öppet arkiv på nätet i flera veckor, enligt företaget som driver tjänsten. Ingen vet hur många som hann läsa dem."),
        new("alt/due", "Ny lag om övervakning får kritik", "Åsa Öst",
            "Lagförslaget ger myndigheter rätt att läsa krypterade meddelanden. Flera organisationer varnar för följderna för enskilda."),
    }.ToDictionary(article => article.Path);

    /// <summary>What the desk tells, the oldest first: each with a title that a reader may trip over, an author, and words of its own.</summary>
    public static IReadOnlyList<DeskStory> Desk { get; } =
    [
        new("AT&T <b>merges</b> \"soon\", 'says' R&D &amp; others", "Ann O’Nym", "telephone companies and their lawyers"),
        new("أخبار اليوم: الذكاء الاصطناعي في المدارس", "منى أحمد", "schools that try machine learning in Arabic"),
        new("Emoji 😀👩‍💻 reach 𝒳 and Ünïcödé", "Åsa Öst", "little pictures in the headlines of newspapers"),
        new("If 5 < 6 && 7 > 3, then Vec<T> compiles", "Bob & Carol", "the Rust compiler and what it accepts"),
        new("One story more", "Dora", "satellites that came back to earth on Monday"),
    ];

    public static TestArticle? FindArticle(string path) => Articles.GetValueOrDefault(path);

    public static string WireRss(Uri home) => $"""
        <?xml version="1.0" encoding="UTF-8"?>
        <rss version="2.0"><channel><title>The Wire</title><link>{home}wire/</link><description>News</description>
        {string.Concat(Of("wire").Select((article, index) => $"""
            <item><title>{WebUtility.HtmlEncode(article.Title)}</title><link>{home}{article.Path}</link><guid isPermaLink="false">wire-{article.Path}</guid>
            <pubDate>Mon, 23 Nov 2026 {index + 8:00}:30:00 +0000</pubDate><description>{WebUtility.HtmlEncode("<p>" + article.Lead + "</p>")}</description></item>
            """))}
        </channel></rss>
        """;

    /// <summary>A list of links to what the Wire writes, with ways of its own to get there.</summary>
    public static string ListRss(Uri home) => $"""
        <?xml version="1.0" encoding="UTF-8"?>
        <rss version="2.0"><channel><title>The List</title><link>{home}list/</link><description>Links</description>
        <item><title>{Articles["wire/ransom"].Title}</title><link>{home}wire/ransom?utm_source=list</link><guid isPermaLink="false">list-1</guid><comments>{home}list/1</comments></item>
        <item><title>Orbit, at last</title><link>{home}wire/rocket</link><guid isPermaLink="false">list-2</guid></item>
        </channel></rss>
        """;

    public static string LedgerAtom(Uri home) => $"""
        <?xml version="1.0" encoding="utf-8"?>
        <feed xmlns="http://www.w3.org/2005/Atom"><title>The Ledger</title><id>tag:ledger.example,2026:feed</id><updated>2026-11-23T12:00:00Z</updated>
        <link rel="alternate" href="{home}ledger/"/>
        {string.Concat(Of("ledger").Select((article, index) => $"""
            <entry><id>tag:ledger.example,2026:{article.Path}</id><title type="text">{WebUtility.HtmlEncode(article.Title)}</title><link href="{home}{article.Path}"/>
            <published>2026-11-23T{index + 9:00}:00:00Z</published><updated>2026-11-23T{index + 9:00}:05:00Z</updated><author><name>{article.Author}</name></author>
            <summary type="html">{WebUtility.HtmlEncode("<p>" + article.Lead + "</p>")}</summary></entry>
            """))}
        </feed>
        """;

    public static string LabJson(Uri home) => $$"""
        {"version":"https://jsonfeed.org/version/1.1","title":"The Lab","home_page_url":"{{home}}lab/","items":[
        {"id":"lab-1","url":"{{home}}lab/one","title":"Notes on compilers","content_html":"<p>A new open-source compiler for the Rust language, with its source code on the web. {{Filler}}</p>","date_published":"2026-11-22T10:00:00Z"},
        {"id":"lab-2","url":"{{home}}lab/two","title":"Notes on telescopes","content_html":"<p>Astronomers pointed the space telescope at a young star. {{Filler}}</p><script>alert(1)</script>","date_published":"2026-11-22T11:00:00Z"},
        {"id":"lab-3","url":"{{home}}lab/three","title":"Notes with a title only","date_published":"2026-11-22T12:00:00Z"}]}
        """;

    public static string DeskJson(Uri home, int entries) => new JsonObject
    {
        ["version"] = "https://jsonfeed.org/version/1.1",
        ["title"] = "The Desk",
        ["home_page_url"] = $"{home}desk/",
        ["items"] = new JsonArray([.. Desk.Take(entries).Select((story, at) => new JsonObject
        {
            ["id"] = $"desk-{at}",
            ["url"] = $"{home}desk/{at}?a=1&b=2",
            ["title"] = story.Title,
            ["content_html"] = $"<p>A note on {story.Subject}, with <a href=\"/{at}\">a link</a>.</p><p>{Filler}</p>",
            ["date_published"] = $"2026-11-2{at + 1}T10:00:00Z",
            ["authors"] = new JsonArray(new JsonObject { ["name"] = story.Author }),
        }).Reverse()]),
    }.ToJsonString();

    public static string AltRdf(Uri home) => $"""
        <?xml version="1.0" encoding="ISO-8859-1"?>
        <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
        <channel rdf:about="{home}alt/"><title>Den Andra</title><link>{home}alt/</link><description>Nyheter på svenska</description></channel>
        {string.Concat(Of("alt").Select((article, index) => $"""
            <item rdf:about="{home}{article.Path}"><title>{article.Title}</title><link>{home}{article.Path}</link><description>{article.Lead}</description>
            <dc:creator>{article.Author}</dc:creator><dc:date>2026-11-21T{index + 9:00}:00:00+01:00</dc:date></item>
            """))}
        </rdf:RDF>
        """;

    public static string Page(TestArticle article) => $"""
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8"><title>{WebUtility.HtmlEncode(article.Title)} - The Daily Test</title>
        <meta property="og:title" content="{WebUtility.HtmlEncode(article.Title)}"><meta name="author" content="{article.Author}">
        <script>var tracking = "must not appear";</script></head>
        <body>
        <header><nav><ul><li><a href="/">Home</a></li><li><a href="/world">World</a></li><li><a href="/prices">Price calculator</a></li></ul></nav></header>
        <main><article><h1>{WebUtility.HtmlEncode(article.Title)}</h1><p class="byline">By <a rel="author" href="/a">{article.Author}</a></p>
        <div class="share"><a href="#">Share</a> <a href="#">Tweet</a></div>
        <div class="entry-content">
        <p>{WebUtility.HtmlEncode(article.Lead)}</p>
        <p>{Filler}</p>
        <h2>What happens next</h2>
        <p>The next hearing and the next announcement are both expected before the end of the year, the people said, and both could still be moved. {Filler}</p>
        <p>{article.Closing}</p>
        </div>
        <div class="author-box"><h3>About {article.Author}</h3><p>{article.Author} writes about technology and likes long walks.</p></div>
        <section class="related"><h3>Related stories</h3><ul><li><a href="/x">Ten gadgets for the kitchen</a></li><li><a href="/y">Galaxy of discounts</a></li></ul></section>
        <section id="comments"><h3>Leave a comment</h3><form><textarea name="c"></textarea><button>Post comment</button></form></section>
        </article></main>
        <footer><p>© The Daily Test. All rights reserved.</p></footer>
        </body></html>
        """;

    private static IEnumerable<TestArticle> Of(string outlet) => Articles.Values.Where(article => article.Path.StartsWith(outlet + "/", StringComparison.Ordinal));
}

/// <summary>A story of the desk.</summary>
internal sealed record DeskStory(string Title, string Author, string Subject);

/// <summary>An article of the small news web.</summary>
internal sealed record TestArticle(string Path, string Title, string Author, string Lead)
{
    /// <summary>Its last sentence, which only the page has.</summary>
    public string Closing => $"Those who were asked about it in {Path.Replace('/', ' ')} said they would wait and see.";
}
