using Aggregator.Model.Storage;
using Microsoft.AspNetCore.Diagnostics;

namespace Aggregator.Service.Api;

/// <summary>A store that cannot do its work is told as such, with what to do: 503, not a fault of the program's.</summary>
internal sealed class StoreFaults : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is not StoreException)
        {
            return false;
        }

        await TypedResults.Problem(exception.Message, statusCode: StatusCodes.Status503ServiceUnavailable, title: "The store cannot answer now").ExecuteAsync(httpContext);
        return true;
    }
}
