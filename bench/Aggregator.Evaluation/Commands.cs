using System.Globalization;

namespace Aggregator.Evaluation;

/// <summary>The verbs of this program: each runs one stage of the service over a file of JSON lines.</summary>
internal static class Commands
{
    /// <summary>Every verb, with the function that turns one input line into one output line.</summary>
    private static readonly Dictionary<string, Func<IEvaluation>> All = new()
    {
        ["extract"] = () => new ExtractCommand(),
        ["clean"] = () => new CleanCommand(),
        ["parse"] = () => new ParseCommand(),
        ["tag"] = () => new TagCommand(),
        ["publish"] = () => new PublishCommand(),
    };

    public static async Task<int> RunAsync(string[] args, TextWriter log)
    {
        if (args is ["fuzz", var target, var folder, var minutes, .. var seed])
        {
            return await FuzzCommand.RunAsync(target, folder, double.Parse(minutes, CultureInfo.InvariantCulture), seed is [var number] ? int.Parse(number, CultureInfo.InvariantCulture) : 1, log);
        }

        if (args is ["guard", var addresses])
        {
            return await GuardCommand.RunAsync(addresses, log);
        }

        if (args is ["extract", "--site-furniture", var pages, var articles])
        {
            var sites = new SitePages();
            return await RunTwiceAsync(new LearnPass(sites), new ExtractCommand(sites), pages, articles, log);
        }

        if (args is ["cluster", var stream, var clusters])
        {
            var pass = new ClusterPass();
            return await RunTwiceAsync(pass, new ClusterCommand(pass), stream, clusters, log);
        }

        if (args is not [var verb, var input, var output] || !All.TryGetValue(verb, out var create))
        {
            await log.WriteLineAsync($"usage: Aggregator.Evaluation {string.Join('|', All.Keys)}|cluster IN.jsonl OUT.jsonl; or extract --site-furniture IN.jsonl OUT.jsonl; or guard ADDRESSES.csv; or fuzz {string.Join('|', FuzzTargets.All.Keys)} FOLDER MINUTES [SEED]");
            return 2;
        }

        return await JsonLines.RunAsync(create(), input, output, log);
    }

    private static async Task<int> RunTwiceAsync(IEvaluation first, IEvaluation second, string input, string output, TextWriter log)
    {
        var answersOfFirst = Path.GetTempFileName();
        try
        {
            var outcome = await JsonLines.RunAsync(first, input, answersOfFirst, log);
            return outcome != 0 ? outcome : await JsonLines.RunAsync(second, input, output, log);
        }
        finally
        {
            File.Delete(answersOfFirst);
        }
    }
}
