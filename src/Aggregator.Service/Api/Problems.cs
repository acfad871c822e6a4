using Aggregator.Service.Search;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Aggregator.Service.Api;

/// <summary>Errors as problem details (RFC 9457).</summary>
internal static class Problems
{
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
}
