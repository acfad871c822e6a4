using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using Aggregator.Service.Doors;
using Aggregator.Service.Hosting;
using Aggregator.Service.Tests.EndToEnd;
using Microsoft.Extensions.DependencyInjection;

namespace Aggregator.Service.Tests.Doors;

/// <summary>Who comes to a running service's door, and with what.</summary>
internal static class DoorWorld
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The text of a fresh key.</summary>
    public static string KeyFor(this RunningService service, KeyScope scope, params string[] feeds) =>
        service.Services.GetRequiredService<ApiKeys>().Add($"key {Guid.NewGuid():n}", scope, feeds, null)!.Value.Text;

    public static async Task<Answer> ComeAsync(this RunningService service, HttpMethod method, string path, Action<HttpRequestMessage>? with = null, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : body as HttpContent ?? JsonContent.Create(body) };
        with?.Invoke(request);
        using var response = await service.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
        var isStream = response.Content.Headers.ContentType?.MediaType == "text/event-stream";
        return new Answer((int)response.StatusCode, isStream ? "" : await response.Content.ReadAsStringAsync(Token), response.Headers.Concat(response.Content.Headers).ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase));
    }

    public static Task<Answer> GetAsync(this RunningService service, string path, Action<HttpRequestMessage>? with = null) => service.ComeAsync(HttpMethod.Get, path, with);

    public static Action<HttpRequestMessage> Header(string key) => request => request.Headers.TryAddWithoutValidation(ServiceKey.Header, key);

    public static Action<HttpRequestMessage> Bearer(string key) => request => request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);

    public static Action<HttpRequestMessage> Password(string key, string user = "reader") => request =>
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{key}")));

    public static Action<HttpRequestMessage> From(string client, Action<HttpRequestMessage>? with = null) => request =>
    {
        request.Headers.TryAddWithoutValidation("X-Forwarded-For", client);
        with?.Invoke(request);
    };

    /// <summary>What a door answered.</summary>
    internal sealed record Answer(int Status, string Text, IReadOnlyDictionary<string, string> Headers);
}
