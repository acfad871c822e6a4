using System.Text.Json;
using Aggregator.Model.Text;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using JsonOptions = Microsoft.AspNetCore.Http.Json.JsonOptions;

namespace Aggregator.Service.Api;

/// <summary>ETags, made of what is sent, so that who has it already gets 304 and no body (RFC 9110 sections 8.8.3 and 13.1.2).</summary>
internal static class EntityTags
{
    /// <summary>Answers differ by who asks, and are true now and perhaps not in a moment: a browser may keep one, and asks whether it still holds.</summary>
    private const string Caching = "private, no-cache";

    /// <summary>
    /// Gives the good answers of an endpoint an ETag. It is a strong one: the bytes that are sent are hashed. They are held in memory for
    /// that, so this is for answers that have bounds, and not for streams, which pass as they are.
    /// </summary>
    public static RouteHandlerBuilder WithEntityTag(this RouteHandlerBuilder endpoint) =>
        endpoint.AddEndpointFilter(TagAsync).Produces(StatusCodes.Status304NotModified);

    /// <summary>The tag of some bytes. Each content coding of them has a tag of its own (RFC 9110 section 8.8.3.3): <paramref name="coding"/> tells them apart.</summary>
    public static EntityTagHeaderValue Of(string hash, string coding = "") => new($"\"{hash}{coding}\"");

    /// <summary>The hash a tag is made of.</summary>
    public static string HashOf(byte[] bytes) => ContentHash.Of(12, bytes);

    private static async ValueTask<object?> TagAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var result = await next(context);
        var answer = result is INestedHttpResult nested ? nested.Result : result;
        if (answer is not IValueHttpResult { Value: { } value } || answer is not IStatusCodeHttpResult { StatusCode: StatusCodes.Status200OK })
        {
            return result;
        }

        var http = context.HttpContext;
        var json = http.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        var bytes = JsonSerializer.SerializeToUtf8Bytes(value, value.GetType(), json);
        http.Response.Headers.CacheControl = Caching;
        return TypedResults.Bytes(bytes, "application/json; charset=utf-8", entityTag: Of(HashOf(bytes)));
    }
}
