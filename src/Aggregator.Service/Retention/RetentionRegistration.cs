using Aggregator.Service.Backup;

namespace Aggregator.Service.Retention;

/// <summary>What keeps, drops and copies the stories.</summary>
public static class RetentionRegistration
{
    /// <summary>Adds it.</summary>
    public static IServiceCollection AddKeeping(this IServiceCollection services) => services.AddSingleton<FeedPurge>().AddSingleton<RetentionInForce>().AddSingleton<Pins>().AddSingleton<RetentionReporter>().AddSingleton<RetentionPreview>().AddSingleton<StoryKeeper>().AddSingleton<StoryClock>().AddSingleton<BackupWriter>().AddSingleton<LiveRestore>();
}
