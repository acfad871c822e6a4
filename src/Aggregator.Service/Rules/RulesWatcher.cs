using Aggregator.Content.Definitions;

namespace Aggregator.Service.Rules;

/// <summary>Takes over edits of rules.json within seconds, the way <see cref="Catalog.FeedListWatcher"/> does those of feeds.json.</summary>
public sealed partial class RulesWatcher(RulesFile file, RulesInForce inForce, TimeProvider clock, ILogger<RulesWatcher> logger) : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        TellWarnings();
        using var timer = new PeriodicTimer(LookEvery, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            Look();
        }
    }

    private void Look()
    {
        switch (file.Refresh())
        {
            case RulesChange.Replaced:
                var rules = inForce.Rules.Rules.Count;
                LogReplaced(file.Path, rules);
                TellWarnings();
                break;
            case RulesChange.Broken:
                LogBroken(inForce.BrokenBecause!);
                break;
        }
    }

    private void TellWarnings()
    {
        foreach (var warning in inForce.Warnings)
        {
            LogDoubt(warning);
        }
    }

    [LoggerMessage(500, LogLevel.Information, "{File}: {Rules} rules are in force")]
    private partial void LogReplaced(string file, int rules);

    [LoggerMessage(501, LogLevel.Error, "The last good rules stay in force: {Reason}")]
    private partial void LogBroken(string reason);

    [LoggerMessage(502, LogLevel.Warning, "{Warning}")]
    private partial void LogDoubt(DefinitionProblem warning);
}
