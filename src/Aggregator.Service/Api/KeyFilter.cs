using Aggregator.Service.Hosting;

namespace Aggregator.Service.Api;

/// <summary>Lets through only those who hold the service's key: for what changes something, or makes the service ask others.</summary>
internal static class KeyFilter
{
    public static async ValueTask<object?> RequireKeyAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var key = context.HttpContext.RequestServices.GetRequiredService<ServiceKey>();
        return key.Is(context.HttpContext.Request.Headers[ServiceKey.Header].ToString())
            ? await next(context)
            : TypedResults.Problem($"This needs the service's key in the header {ServiceKey.Header}.", statusCode: StatusCodes.Status401Unauthorized);
    }
}
