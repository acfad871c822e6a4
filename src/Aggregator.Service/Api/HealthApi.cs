using Aggregator.Service.Doors;
using Aggregator.Service.Hosting;

namespace Aggregator.Service.Api;

/// <summary>Whether the service lives.</summary>
public static class HealthApi
{
    private const int LongestChallenge = 200;

    /// <summary>
    /// Maps /healthz. It answers a challenge with a proof, so that the command line knows that it has found the service of its data
    /// folder and not another that took over the port.
    /// </summary>
    public static IEndpointRouteBuilder MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/healthz", (HttpContext http, ServiceKey key) =>
        {
            if (http.Request.Headers[ServiceKey.ChallengeHeader] is [{ Length: > 0 and <= LongestChallenge } challenge])
            {
                http.Response.Headers[ServiceKey.ProofHeader] = key.Prove(challenge);
            }

            return "ok";
        }).IsOpen().ExcludeFromDescription();
        return routes;
    }
}
