using Aggregator.Service.Fetching;
using Microsoft.Extensions.Options;

namespace Aggregator.Evaluation;

/// <summary>
/// Holds the address guard against a list of addresses: `guard FILE.csv`, with the columns url, verdict (block or allow) and why. Says where the guard, as it is without any setting,
/// comes to another verdict. Names are judged by their text; what they resolve to is judged where a connection is made.
/// </summary>
internal static class GuardCommand
{
    public static async Task<int> RunAsync(string file, TextWriter log)
    {
        var guard = new AddressGuard(Options.Create(new FetchingOptions()));
        int rows = 0, wrong = 0;
        foreach (var line in (await File.ReadAllLinesAsync(file)).Skip(1).Where(line => line.Length > 0))
        {
            var (url, others) = Cut(line);
            var (verdict, why) = Cut(others);
            var fault = Uri.TryCreate(url, UriKind.Absolute, out var address) ? guard.FindFault(address) : "no address";
            rows++;
            if (fault is null != (verdict == "allow"))
            {
                wrong++;
                await log.WriteLineAsync($"{url}: {verdict} expected ({why}), but {fault ?? "allowed"}");
            }
        }

        await log.WriteLineAsync($"{rows} addresses, {wrong} wrong");
        return wrong == 0 ? 0 : 1;
    }

    /// <summary>The first field of a line of CSV, and what follows it.</summary>
    private static (string Field, string Others) Cut(string line)
    {
        var end = line.StartsWith('"') ? line.IndexOf('"', 1) + 1 : line.IndexOf(',', StringComparison.Ordinal);
        end = end <= 0 ? line.Length : end;
        return (line[..end].Trim('"'), end < line.Length ? line[(end + 1)..] : "");
    }
}
