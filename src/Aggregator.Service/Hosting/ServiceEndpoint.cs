using System.Security.Cryptography;
using System.Text.Json;

namespace Aggregator.Service.Hosting;

/// <summary>How the command line reaches a running service: written to the data folder at start, deleted at stop.</summary>
/// <param name="ProcessId">The service's process.</param>
/// <param name="Address">Its address on this machine.</param>
/// <param name="Key">The key that changes need, in the header <see cref="KeyHeader"/>; new at every start.</param>
/// <param name="FeedsFile">The list of feeds it works from.</param>
public sealed record ServiceEndpoint(int ProcessId, Uri Address, string Key, string FeedsFile)
{
    private static readonly TimeSpan AnswersWithin = TimeSpan.FromSeconds(5);

    /// <summary>The header that carries the key.</summary>
    public const string KeyHeader = "X-Aggregator-Key";

    /// <summary>A fresh key: 32 random bytes in hex.</summary>
    public static string NewKey() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    /// <summary>Writes the file so that only its owner can read it, whole or not at all.</summary>
    public void Write(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        var temporary = path + ".new";
        File.Delete(temporary);
        using (var file = new FileStream(temporary, options))
        {
            JsonSerializer.Serialize(file, this);
        }

        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>
    /// The service that runs on this data folder and answers. Null: none does, or a killed one left its file behind. Asking is surer
    /// than looking for the process: its number may be another's by now.
    /// </summary>
    public static async Task<ServiceEndpoint?> FindAsync(string path, CancellationToken cancellationToken)
    {
        if (Read(path) is not { } endpoint)
        {
            return null;
        }

        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = AnswersWithin };
        try
        {
            using var answer = await client.GetAsync(new Uri(endpoint.Address, "/healthz"), cancellationToken);
            return answer.IsSuccessStatusCode ? endpoint : null;
        }
        catch (Exception fault) when (fault is HttpRequestException || (fault is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }

    /// <summary>What the file says, whether or not the service still runs. Null: there is no file.</summary>
    public static ServiceEndpoint? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<ServiceEndpoint>(File.ReadAllBytes(path));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }
}
