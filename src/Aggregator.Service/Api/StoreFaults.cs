using Aggregator.Model.Storage;
using Microsoft.AspNetCore.Diagnostics;

namespace Aggregator.Service.Api;

/// <summary>A store that cannot do its work is told as such, with what to do: 503, not a fault of the program's.</summary>
internal sealed class StoreFaults(IProblemDetailsService problems) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is not StoreException)
        {
            return false;
        }

        httpContext.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        return await problems.TryWriteAsync(new ProblemDetailsContext
        {
            HttpContext = httpContext,
            ProblemDetails = { Status = StatusCodes.Status503ServiceUnavailable, Title = "The store cannot answer now", Detail = exception.Message },
        });
    }
}
