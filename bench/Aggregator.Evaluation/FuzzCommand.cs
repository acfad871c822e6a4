using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Aggregator.Content.Parsing;
using Aggregator.Content.Sanitizing;
using Aggregator.Model.Feeds;

namespace Aggregator.Evaluation;

/// <summary>
/// Reads damaged feeds for a while: `fuzz FOLDER MINUTES [SEED]`. Each is parsed and its HTML cleaned, as in the service. A fault, a
/// broken promise or more than two seconds is told, with the document kept beside the others as find-N.
/// </summary>
internal static partial class FuzzCommand
{
    private static readonly TimeSpan SlowAfter = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan HangsAfter = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan SayEvery = TimeSpan.FromSeconds(30);
    private static readonly Uri Address = new("https://feeds.example/feed");

    public static async Task<int> RunAsync(string folder, double minutes, int seed, TextWriter log)
    {
        var documents = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(File.ReadAllBytes).Where(bytes => bytes.Length > 0).ToList();
        var mutations = new Mutations(documents, seed);
        var watch = Stopwatch.StartNew();
        var said = TimeSpan.Zero;
        long tried = 0, finds = 0;
        var slowest = TimeSpan.Zero;
        long largest = 0;
        while (watch.Elapsed.TotalMinutes < minutes)
        {
            var document = mutations.Next();
            tried++;
            var start = Stopwatch.GetTimestamp();
            var allocated = GC.GetTotalAllocatedBytes();
            var work = Task.Run(() => Read(document));
            string? fault;
            try
            {
                fault = await work.WaitAsync(HangsAfter);
            }
            catch (TimeoutException)
            {
                Keep(document, "hangs");
                return 1;
            }

            var time = Stopwatch.GetElapsedTime(start);
            slowest = time > slowest ? time : slowest;
            largest = Math.Max(largest, GC.GetTotalAllocatedBytes() - allocated);
            if (fault is not null || time > SlowAfter)
            {
                Keep(document, fault ?? string.Create(CultureInfo.InvariantCulture, $"took {time.TotalSeconds:0.0} s"));
            }

            if (watch.Elapsed - said > SayEvery)
            {
                said = watch.Elapsed;
                log.WriteLine(Summary());
            }
        }

        log.WriteLine(Summary());
        return finds == 0 ? 0 : 1;

        void Keep(byte[] document, string why)
        {
            finds++;
            var path = Path.Combine(Path.GetTempPath(), string.Create(CultureInfo.InvariantCulture, $"find-{seed}-{tried}"));
            File.WriteAllBytes(path, document);
            log.WriteLine($"{path}: {why}");
        }

        string Summary() => string.Create(CultureInfo.InvariantCulture,
            $"{watch.Elapsed.TotalMinutes:0.0} min, {tried} documents, {finds} finds; slowest {slowest.TotalSeconds:0.00} s, at most {largest / 1e6:0} MB allocated for one; {Process.GetCurrentProcess().PeakWorkingSet64 / 1e6:0} MB memory at most");
    }

    /// <summary>What is wrong with the reading of a document. Null: nothing.</summary>
    private static string? Read(byte[] document)
    {
        try
        {
            var feed = FeedParser.Parse(document, new FeedDocument(Address, null));
            foreach (var entry in feed.Entries)
            {
                if (FindFault(entry) is { } fault)
                {
                    return fault;
                }
            }

            return null;
        }
#pragma warning disable CA1031 // Any fault is a find.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            return fault.ToString();
        }
    }

    /// <summary>A tag, for clean HTML has no other "&lt;": a link that is a script is harmless where it is only written about.</summary>
    [GeneratedRegex("<script|<[^>]* href=\"javascript", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ActiveMarkup();

    private static string? FindFault(FeedEntry entry)
    {
        foreach (var html in new[] { entry.ContentHtml, entry.SummaryHtml }.OfType<string>())
        {
            var clean = HtmlCleaner.Clean(html, Address);
            if (ActiveMarkup().IsMatch(clean))
            {
                return "active content is left";
            }

            if (HtmlCleaner.Clean(clean, Address) != clean)
            {
                return "cleaning twice gives something else";
            }
        }

        return entry.Key.Length == 0 ? "an entry without a key"
            : entry.Title?.Any(character => character < ' ' && character is not ('\t' or '\n')) == true ? "a control character in a title"
            : null;
    }
}
