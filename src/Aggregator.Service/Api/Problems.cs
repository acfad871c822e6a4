using Aggregator.Model.Text;
using Aggregator.Service.Hosting;
using Aggregator.Service.Search;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Aggregator.Service.Api;

/// <summary>Errors as problem details (RFC 9457).</summary>
internal static class Problems
{
    /// <summary>Longer texts of strangers are not said back to them.</summary>
    private const int LongestEcho = 200;

    public static ProblemHttpResult BadQuestion(QuestionError error) =>
        TypedResults.Problem(
            error.Sentence,
            statusCode: StatusCodes.Status400BadRequest,
            title: "This question cannot be answered",
            extensions: new Dictionary<string, object?> { ["parameter"] = error.Parameter, ["suggestions"] = error.Suggestions });

    public static ProblemHttpResult NotFound(string message, IReadOnlyList<string>? suggestions = null) =>
        TypedResults.Problem(
            message,
            statusCode: StatusCodes.Status404NotFound,
            title: "Not found",
            extensions: suggestions is null ? null : new Dictionary<string, object?> { ["suggestions"] = suggestions });

    /// <summary>What was asked for is not for whoever asked.</summary>
    public static ProblemHttpResult NotForEverybody(string message) => TypedResults.Problem(message, statusCode: StatusCodes.Status403Forbidden, title: "Not for everybody");

    /// <summary>The words for an answer that has a status and nothing else: no endpoint took the request, or one refused it without a word.</summary>
    public static ProblemHttpResult OfStatus(HttpContext http)
    {
        var (request, status) = (http.Request, http.Response.StatusCode);
        var path = (request.PathBase + request.Path).Value is { Length: <= LongestEcho } asked ? asked : "this path";
        return status switch
        {
            StatusCodes.Status404NotFound when request.Path.StartsWithSegments("/api") =>
                NotFound($"There is nothing at {path}. {BasePath.Of(http)}/openapi/v1.json lists what there is.", NearNames.Of(path, PathsOf(http))),
            StatusCodes.Status404NotFound => NotFound($"There is nothing at {path}."),
            StatusCodes.Status405MethodNotAllowed => TypedResults.Problem(
                $"{path} does not answer {request.Method}. It answers {http.Response.Headers.Allow}.", statusCode: status, title: "Method not allowed"),
            StatusCodes.Status413PayloadTooLarge => TypedResults.Problem(
                $"The body is too large. At most {http.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize} bytes are taken.", statusCode: status, title: "Content too large"),
            StatusCodes.Status415UnsupportedMediaType => TypedResults.Problem(
                "The body is expected as JSON. Send it with Content-Type: application/json.", statusCode: status, title: "Unsupported media type"),
            _ => TypedResults.Problem(statusCode: status),
        };
    }

    private static IEnumerable<string> PathsOf(HttpContext http) =>
        http.RequestServices.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Select(endpoint => "/" + endpoint.RoutePattern.RawText?.Trim('/')).Where(path => path.StartsWith("/api/", StringComparison.Ordinal)).Select(path => http.Request.PathBase + path);
}
