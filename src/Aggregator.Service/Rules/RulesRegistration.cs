namespace Aggregator.Service.Rules;

/// <summary>Sets up the operator's rules.</summary>
public static class RulesRegistration
{
    /// <summary>Adds the rules and their file, which is read when the service starts.</summary>
    public static IServiceCollection AddRules(this IServiceCollection services) => services
        .AddSingleton<RulesInForce>()
        .AddSingleton<RulesFile>();

    /// <summary>Adds what tries rules on stored stories.</summary>
    public static IServiceCollection AddRuleTrials(this IServiceCollection services) => services
        .AddSingleton<RuleTrial>();
}
