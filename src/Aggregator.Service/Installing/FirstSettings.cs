using System.Text.Json;
using Aggregator.Service.Hosting;

namespace Aggregator.Service.Installing;

/// <summary>The files of the operator's that an installation begins with. Once they are there, they are never touched.</summary>
internal static class FirstSettings
{
    /// <summary>aggregator.json: where to listen, and nothing else.</summary>
    public static string SettingsFile(string? listen)
    {
        var address = JsonSerializer.Serialize(listen ?? new HostingOptions().Listen);
        return $$"""
            // Settings of Aggregator. "aggregator config show" tells all there are, what is in force, and where it came from.
            {
              "Hosting": { "Listen": {{address}} }
            }

            """;
    }

    /// <summary>The file of the environment, for secrets.</summary>
    public const string EnvironmentFile = """
        # Settings that nobody else may read, one a line; they win over aggregator.json. Restart the service after a change.
        #AGGREGATOR_Storage__PostgreSql=Host=db.example;Database=aggregator;Username=aggregator;Password=...
        #AGGREGATOR_SECRETS__MY_PAPER__TOKEN=...

        """;

    /// <summary>The list of feeds that comes with the program.</summary>
    public static string BuiltInFeeds()
    {
        using var reader = new StreamReader(typeof(FirstSettings).Assembly.GetManifestResourceStream("feeds.json")!);
        return reader.ReadToEnd();
    }

    /// <summary>A setting that was asked for and that the operator's own file does not have.</summary>
    /// <exception cref="StartException">The file is there and says something else: it is not ours to change.</exception>
    public static void EnsureListens(string? wanted, string? inForce, string file)
    {
        if (wanted is not null && inForce is not null && wanted != inForce)
        {
            throw new StartException($"{file} is yours and is not changed: to listen on {wanted} instead of {inForce}, write \"Hosting\": {{ \"Listen\": \"{wanted}\" }} there, and install once more without --listen");
        }
    }
}
