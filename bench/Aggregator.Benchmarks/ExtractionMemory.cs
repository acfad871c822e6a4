using System.Diagnostics;
using System.Globalization;
using Aggregator.Content.Extraction;

namespace Aggregator.Benchmarks;

/// <summary>
/// The memory that reading pages in parallel takes: all pages of a folder by so many threads at once, with the process's working set and
/// the managed heap sampled meanwhile, `extraction-parallel FOLDER THREADS [PAGES]`. Figures are the peak above the state before.
/// </summary>
internal static class ExtractionMemory
{
    private static readonly TimeSpan Sampling = TimeSpan.FromMilliseconds(5);

    public static int Run(string folder, int threads, int count)
    {
        var pages = Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal).Take(count).Select(ExtractionThroughput.Read).ToList();
        foreach (var page in pages.Take(50))
        {
            Extract(page);
        }

        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true);
        var (set, heap) = (WorkingSet(), GC.GetTotalMemory(forceFullCollection: true));
        var (peakSet, peakHeap) = (set, heap);
        using var done = new CancellationTokenSource();
        var sampler = new Thread(() =>
        {
            while (!done.Token.WaitHandle.WaitOne(Sampling))
            {
                peakSet = Math.Max(peakSet, WorkingSet());
                peakHeap = Math.Max(peakHeap, GC.GetTotalMemory(forceFullCollection: false));
            }
        });
        sampler.Start();

        // Threads of our own: the pool gives no more than there are processors at first.
        var next = -1;
        var workers = Enumerable.Range(0, threads).Select(_ => new Thread(() =>
        {
            for (var i = Interlocked.Increment(ref next); i < pages.Count; i = Interlocked.Increment(ref next))
            {
                Extract(pages[i]);
            }
        })).ToList();
        workers.ForEach(worker => worker.Start());
        workers.ForEach(worker => worker.Join());
        done.Cancel();
        sampler.Join();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{pages.Count} pages, {threads} at a time: peak working set {(peakSet - set) / 1e6:F0} MB above {set / 1e6:F0} MB, peak managed heap {(peakHeap - heap) / 1e6:F0} MB above {heap / 1e6:F0} MB ({pages.Sum(page => (long)page.Length) / 1e6:F0} MB of pages in memory)"));
        return 0;
    }

    private static void Extract(byte[] page) => ArticleExtractor.Extract(page, new PageContext(ExtractionThroughput.Address), CancellationToken.None);

    private static long WorkingSet()
    {
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
