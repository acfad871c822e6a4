using System.CommandLine;
using System.CommandLine.Help;

namespace Aggregator.Service.Cli;

/// <summary>Examples at the end of every verb's help.</summary>
internal static class Examples
{
    private static readonly Dictionary<string, string[]> ByVerb = new()
    {
        ["aggregator"] = ["aggregator", "aggregator poll", "aggregator stories --topic ip-theft --since 7d", "aggregator feeds list"],
        ["run"] = ["aggregator run", "aggregator run --feeds /etc/aggregator/feeds.json --data /var/lib/aggregator", "aggregator run --set Hosting:Listen=http://127.0.0.1:8088"],
        ["poll"] = ["aggregator poll", "aggregator poll --all", "aggregator poll theverge lwn.net"],
        ["stories"] = ["aggregator stories", "aggregator stories 'topic:ai -source:theverge min_sources:2 since:7d' --sort weight", "aggregator stories --topic ai --topic ip-theft --since 7d", "aggregator stories --source theverge --limit 10 --json", "aggregator stories topic:ai since:30d --csv > ai.csv", "aggregator stories --ndjson --fields title,link,bodyText", "aggregator stories topic:ip-theft --watch --every 10s", "aggregator stories '\"trade secret\"' --histogram --since 90d", "aggregator stories lang:en --facets", "aggregator stories --saved-feed reading-list --sort boost", "aggregator stories show 0123456789abcdef01234567", "aggregator stories tag 0123456789abcdef01234567 +\"IP theft\" -AI"],
        ["tag"] = ["aggregator stories tag 0123456789abcdef01234567 +\"IP theft\" -AI", "aggregator stories tag 0123456789abcdef01234567 =AI"],
        ["feeds"] = ["aggregator feeds list", "aggregator feeds health --failing", "aggregator feeds show theverge", "aggregator feeds discover example.org", "aggregator feeds add example.org --category general", "aggregator feeds add https://example.org/private.xml --auth my-paper", "aggregator feeds import subscriptions.opml --dry-run", "aggregator feeds export feeds.opml", "aggregator feeds remove example.org", "aggregator feeds remove example.org --purge", "aggregator feeds check https://example.org/feed.xml"],
        ["topics"] = ["aggregator topics list", "aggregator topics explain https://example.org/an-article", "aggregator topics explain article.txt", "aggregator topics explain 0123456789abcdef01234567", "aggregator topics test", "aggregator topics try new-topics.json --since 30d", "aggregator topics retag", "aggregator topics retag --status", "aggregator topics export-corrections examples.jsonl"],
        ["rules"] = ["aggregator rules list", "aggregator rules test", "aggregator rules try draft.json --since 30d"],
        ["queries"] = ["aggregator queries list", "aggregator queries save \"IP watch\" \"topic:ai topic:ip-theft min_sources:2\"", "aggregator queries save \"IP watch\" \"topic:ip-theft\" --private", "aggregator queries remove \"IP watch\""],
        ["push"] = ["aggregator push list", "aggregator push retry all", "aggregator push forget 0123456789abcdef"],
        ["keys"] = ["aggregator keys add \"deploy script\" --expires 90d", "aggregator keys add --read \"my phone\"", "aggregator keys add friend --feed \"IP watch\"", "aggregator keys list", "aggregator keys replace \"my phone\"", "aggregator keys revoke friend", "aggregator keys audit -n 20"],
        ["retention"] = ["aggregator retention show", "aggregator retention preview --set Storage:MaxAge=30.00:00:00"],
        ["preview"] = ["aggregator retention preview --set Storage:MaxAge=30.00:00:00", "aggregator retention preview --set Storage:Topics:ai:MaxStories=1000 --set Storage:MaxStoriesPerFeed=500"],
        ["pin"] = ["aggregator stories pin 0123456789abcdef01234567", "aggregator stories is:pinned"],
        ["unpin"] = ["aggregator stories unpin 0123456789abcdef01234567"],
        ["reprocess"] = ["aggregator reprocess --set Storage:PagesMegabytes=2000"],
        ["backup"] = ["aggregator backup /var/backups/aggregator.tar.gz"],
        ["restore"] = ["aggregator restore /var/backups/aggregator.tar.gz --data /var/lib/aggregator"],
        ["service"] = ["aggregator service install --dry-run", "sudo aggregator service install --feeds feeds.json", "aggregator service status", "sudo aggregator service uninstall"],
        ["config"] = ["aggregator config show", "aggregator config show Polling", "aggregator config show --set-only --json"],
        ["doctor"] = ["aggregator doctor", "aggregator doctor --offline --json"],
        ["completion"] = ["source <(aggregator completion bash)", "aggregator completion pwsh >> $PROFILE"],
    };

    /// <summary>Gives the help of a command, and of all below it, its examples.</summary>
    public static void AddTo(RootCommand root)
    {
        var help = root.Options.OfType<HelpOption>().Single();
        if (help.Action is HelpAction action)
        {
            help.Action = new HelpWithExamples(action);
        }
    }

    private sealed class HelpWithExamples(HelpAction inner) : System.CommandLine.Invocation.SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            var result = inner.Invoke(parseResult);
            var command = parseResult.CommandResult.Command;
            if (ByVerb.TryGetValue(command is RootCommand ? "aggregator" : command.Name, out var examples))
            {
                var output = parseResult.InvocationConfiguration.Output;
                output.WriteLine("Examples:");
                foreach (var example in examples)
                {
                    output.WriteLine($"  {example}");
                }

                output.WriteLine();
            }

            return result;
        }
    }
}
