using System.Text.Json;

namespace Aggregator.Service.Hosting;

/// <summary>How the command line reaches a running service: written to the data folder at start, deleted at stop.</summary>
/// <param name="Address">Its address on this machine.</param>
/// <param name="Key">The <see cref="ServiceKey"/> that changes need.</param>
/// <param name="Certificate">The fingerprint of the certificate it shows there. Null: it is reached without TLS.</param>
public sealed record ServiceEndpoint(Uri Address, string Key, string? Certificate = null)
{
    private static readonly TimeSpan AnswersWithin = TimeSpan.FromSeconds(30);

    private static readonly JsonSerializerOptions Json = new() { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    /// <summary>Writes the file so that only its owner can read it, whole or not at all.</summary>
    public void Write(string path) => PrivateFiles.Replace(path, JsonSerializer.SerializeToUtf8Bytes(this));

    /// <summary>
    /// The service that runs on this data folder and answers. Null: none does, or a killed one left its file behind. Asking is surer
    /// than looking for the process: its number may be another's by now. The address may be another's too, a service on other data
    /// among them, so whoever answers must prove that it knows the key.
    /// </summary>
    public static async Task<ServiceEndpoint?> FindAsync(string path, CancellationToken cancellationToken)
    {
        if (Read(path) is not { } endpoint)
        {
            return null;
        }

        var challenge = ServiceKey.NewChallenge();
        using var client = new HttpClient(NewHandler(path)) { Timeout = AnswersWithin };
        using var question = new HttpRequestMessage(HttpMethod.Get, new Uri(endpoint.Address, "/healthz"));
        question.Headers.Add(ServiceKey.ChallengeHeader, challenge);
        try
        {
            using var answer = await client.SendAsync(question, cancellationToken);
            var proven = answer.Headers.TryGetValues(ServiceKey.ProofHeader, out var proof) && proof.Contains(new ServiceKey(endpoint.Key).Prove(challenge));
            return proven ? endpoint : null;
        }
        catch (Exception fault) when (fault is HttpRequestException || (fault is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }

    /// <summary>
    /// Connections to the service of a file. Over TLS it must show the very certificate that the file names at that moment, and nothing else counts: neither who
    /// issued it, nor its names, nor its time. The file is as hard to forge as the key in it.
    /// </summary>
    public static SocketsHttpHandler NewHandler(string path) => new()
    {
        UseProxy = false,
        SslOptions = { RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null && Read(path)?.Certificate == ServiceCertificate.FingerprintOf(shown) },
    };

    /// <summary>What the file says, whether or not the service still runs. Null: there is no file.</summary>
    public static ServiceEndpoint? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<ServiceEndpoint>(File.ReadAllBytes(path), Json);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }
}
