using System.CommandLine;
using System.Globalization;
using System.Net;
using Aggregator.Service.Api;
using Aggregator.Service.Hosting;
using Aggregator.Service.Retention;

namespace Aggregator.Service.Cli;

/// <summary>feeds purge: drop what a removed feed left behind.</summary>
internal static class FeedsPurgeCommand
{
    /// <summary>How long a running service may take to notice that feeds.json was edited.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static Command Create(CommonOptions common)
    {
        var feed = new Argument<string>("feed") { Description = "The id of a feed that is in feeds.json no more, or the address it had there" };
        var purge = new Command("purge", "Drop the stories of a feed that was taken out of feeds.json") { feed };
        purge.SetAction((parsed, cancellationToken) => PurgeAsync(common.Paths(parsed), common.Settings(parsed), parsed.GetValue(feed)!, cancellationToken));
        return purge;
    }

    /// <summary>Drops the stories, once the service has noticed that the feed was taken out.</summary>
    public static async Task<int> PurgeAsync(ServicePaths paths, IReadOnlyDictionary<string, string?> settings, string feed, CancellationToken cancellationToken)
    {
        await using var service = await ServiceConnection.OpenAsync(paths, settings, ServiceMode.Answer, cancellationToken);
        for (var waited = TimeSpan.Zero; ; waited += TimeSpan.FromSeconds(1))
        {
            try
            {
                var done = await service.PostAsync<PurgedFeed>("/api/feeds/purge", new PurgeWish(feed), cancellationToken);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{done.Dropped:N0} stories are dropped{(done.Kept > 0 ? $"; {done.Kept:N0} that another feed carries too, or that are pinned, stay" : "")}."));
                return ExitCode.Done;
            }
            catch (HttpRequestException fault) when (fault.StatusCode == HttpStatusCode.Conflict && waited < Patience)
            {
                await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
            }
        }
    }
}
