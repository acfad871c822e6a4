using System.Diagnostics;
using System.Globalization;

namespace Aggregator.Evaluation;

/// <summary>
/// Gives damaged documents to what reads strangers' bytes, for a while: `fuzz TARGET FOLDER MINUTES [SEED]`, of <see cref="FuzzTargets"/>; the documents that are damaged are those of the
/// folder and some of the target's own. A fault, a broken promise or more than two seconds is told, with the document kept as find-N.
/// </summary>
internal static class FuzzCommand
{
    private static readonly TimeSpan SlowAfter = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan HangsAfter = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SayEvery = TimeSpan.FromSeconds(30);

    public static async Task<int> RunAsync(string target, string folder, double minutes, int seed, TextWriter log)
    {
        if (!FuzzTargets.All.TryGetValue(target, out var read))
        {
            await log.WriteLineAsync($"there is nothing called {target} to fuzz; there is {string.Join(", ", FuzzTargets.All.Keys)}");
            return 2;
        }

        var documents = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(File.ReadAllBytes).Concat(FuzzTargets.SeedsOf(target)).Where(bytes => bytes.Length > 0).ToList();
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
            var before = Environment.CpuUsage.TotalTime;
            var allocated = GC.GetTotalAllocatedBytes();
            var work = Task.Run(() => Read(read, document));
            while (await Task.WhenAny(work, Task.Delay(LookEvery)) != work)
            {
                if (Environment.CpuUsage.TotalTime - before > HangsAfter)
                {
                    Keep(document, "hangs");
                    return 1;
                }
            }

            // The processor's time: the machine may have other things to do.
            var fault = await work;
            var time = Environment.CpuUsage.TotalTime - before;
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
            var path = Path.Combine(Path.GetTempPath(), string.Create(CultureInfo.InvariantCulture, $"find-{target}-{seed}-{tried}"));
            File.WriteAllBytes(path, document);
            log.WriteLine($"{path}: {why}");
        }

        string Summary() => string.Create(CultureInfo.InvariantCulture,
            $"{watch.Elapsed.TotalMinutes:0.0} min, {tried} documents, {finds} finds; slowest {slowest.TotalSeconds:0.00} s, at most {largest / 1e6:0} MB allocated for one; {Process.GetCurrentProcess().PeakWorkingSet64 / 1e6:0} MB memory at most");
    }

    /// <summary>What is wrong with the reading of a document. Null: nothing.</summary>
    private static string? Read(Func<byte[], string?> target, byte[] document)
    {
        try
        {
            return target(document);
        }
#pragma warning disable CA1031 // Any fault is a find.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            return fault.ToString();
        }
    }
}
