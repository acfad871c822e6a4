using System.Globalization;
using System.IO.Compression;
using System.Text;
using Aggregator.Content.Extraction;
using AngleSharp.Html.Parser;

namespace Aggregator.Benchmarks;

/// <summary>
/// Pages a CPU second of the extractor, of SmartReader and of bare AngleSharp parsing, over a folder of pages (.html or .html.gz), one
/// thread, pages in memory, in turns so that a busy machine slows all alike: `extraction FOLDER [PAGES]`.
/// </summary>
internal static class ExtractionThroughput
{
    /// <summary>Pages that everyone reads first, until the runtime has compiled what is used often: a service reads pages for years.</summary>
    private const int WarmUp = 250;

    internal static readonly Uri Address = new("http://page.invalid/2024/story.html");

    public static int Run(string folder, int count)
    {
        var pages = Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal).Take(count).Select(Read).ToList();
        var parser = new HtmlParser();
        (string Name, Action<byte[]> Work)[] contestants =
        [
            ("bare AngleSharp parsing", page => parser.ParseDocument(Encoding.UTF8.GetString(page)).Dispose()),
            ("Aggregator", page => ArticleExtractor.Extract(page, new PageContext(Address), CancellationToken.None)),
            ("SmartReader", page => new SmartReader.Reader(Address.AbsoluteUri, Encoding.UTF8.GetString(page)).GetArticle()),
        ];
        var seconds = new double[contestants.Length];
        var bytes = new long[contestants.Length];
        foreach (var page in pages.Take(WarmUp))
        {
            Array.ForEach(contestants, contestant => contestant.Work(page));
        }

        foreach (var chunk in pages.Chunk(25))
        {
            for (var i = 0; i < contestants.Length; i++)
            {
                var allocated = GC.GetAllocatedBytesForCurrentThread();
                var start = System.Diagnostics.Process.GetCurrentProcess().TotalProcessorTime;
                Array.ForEach(chunk, contestants[i].Work);
                seconds[i] += (System.Diagnostics.Process.GetCurrentProcess().TotalProcessorTime - start).TotalSeconds;
                bytes[i] += GC.GetAllocatedBytesForCurrentThread() - allocated;
            }
        }

        for (var i = 0; i < contestants.Length; i++)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{contestants[i].Name,-24} {pages.Count / seconds[i],7:F0} pages a CPU second {bytes[i] / 1e6 / pages.Count,6:F1} MB allocated a page {seconds[i] / seconds[0],6:F2} x parsing {seconds[^1] / seconds[i],6:F2} x SmartReader's speed"));
        }

        return 0;
    }

    internal static byte[] Read(string path)
    {
        if (!path.EndsWith(".gz", StringComparison.Ordinal))
        {
            return File.ReadAllBytes(path);
        }

        using var packed = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        using var page = new MemoryStream();
        packed.CopyTo(page);
        return page.ToArray();
    }
}
