using System.Globalization;
using System.Text.Json;
using Aggregator.Service.Search;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Metadata;

namespace Aggregator.Service.Api;

/// <summary>A request that cannot be read is told which parameter is wrong, what was given and what is expected.</summary>
internal sealed class BadRequests : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is not BadHttpRequestException fault)
        {
            return false;
        }

        var problem = fault.StatusCode == StatusCodes.Status400BadRequest && Find(httpContext, fault) is { } error
            ? Problems.BadQuestion(error)
            : TypedResults.Problem(fault.Message, statusCode: fault.StatusCode);
        await problem.ExecuteAsync(httpContext);
        return true;
    }

    private static QuestionError? Find(HttpContext http, BadHttpRequestException fault)
    {
        if (fault.InnerException is JsonException json)
        {
            return new QuestionError("body", string.Create(CultureInfo.InvariantCulture, $"line {json.LineNumber + 1}, byte {json.BytePositionInLine + 1}: expected JSON of the form that {Hosting.BasePath.Of(http)}/openapi/v1.json describes"), []);
        }

        // The endpoint was taken off the request before faults are told.
        var asked = http.Features.Get<IExceptionHandlerFeature>();
        return (asked?.Endpoint?.Metadata.GetOrderedMetadata<IParameterBindingMetadata>() ?? [])
            .Select(parameter => Check(parameter, asked?.RouteValues?[parameter.Name]?.ToString() ?? http.Request.Query[parameter.Name].ToString()))
            .FirstOrDefault(error => error is not null);
    }

    /// <summary>What is wrong with a parameter. Null: nothing.</summary>
    private static QuestionError? Check(IParameterBindingMetadata parameter, string given)
    {
        var type = parameter.ParameterInfo.ParameterType;
        type = Nullable.GetUnderlyingType(type) ?? type;
        return given.Length == 0 && !parameter.IsOptional && type == typeof(string) ? new QuestionError(parameter.Name, "it is missing, and there is no answer without it", [])
            : type == typeof(int) && given.Length > 0 && !int.TryParse(given, NumberStyles.Integer, CultureInfo.InvariantCulture, out _) ? new QuestionError(parameter.Name, $"\"{given}\" is no number; expected a whole one", ["10", "50"])
            : type == typeof(bool) && given.Length > 0 && !bool.TryParse(given, out _) ? new QuestionError(parameter.Name, $"\"{given}\" says neither yes nor no", ["true", "false"])
            : null;
    }
}
