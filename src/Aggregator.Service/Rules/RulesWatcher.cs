using Aggregator.Content.Definitions;
using Aggregator.Service.Hosting;

namespace Aggregator.Service.Rules;

/// <summary>Takes over edits of rules.json.</summary>
public sealed partial class RulesWatcher(RulesFile file, RulesInForce inForce, TimeProvider clock, ILogger<RulesWatcher> logger)
    : FileWatcher(file.Path, clock, logger)
{
    private readonly ILogger _logger = logger;

    /// <inheritdoc/>
    protected override void TellDoubts()
    {
        foreach (var warning in inForce.Warnings)
        {
            LogDoubt(warning);
        }
    }

    /// <inheritdoc/>
    protected override Task LookAsync(CancellationToken cancellationToken)
    {
        switch (file.Refresh())
        {
            case RulesChange.Replaced:
                var rules = inForce.Rules.Rules.Count;
                LogReplaced(file.Path, rules);
                TellDoubts();
                break;
            case RulesChange.Broken:
                LogBroken(inForce.BrokenBecause!);
                break;
        }

        return Task.CompletedTask;
    }

    [LoggerMessage(500, LogLevel.Information, "{File}: {Rules} rules are in force")]
    private partial void LogReplaced(string file, int rules);

    [LoggerMessage(501, LogLevel.Error, "The last good rules stay in force: {Reason}")]
    private partial void LogBroken(string reason);

    [LoggerMessage(502, LogLevel.Warning, "{Warning}")]
    private partial void LogDoubt(DefinitionProblem warning);
}
