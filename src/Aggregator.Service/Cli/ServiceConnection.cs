using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Aggregator.Service.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Mvc;

namespace Aggregator.Service.Cli;

/// <summary>
/// The API, wherever it is: in the service that runs on the data folder, or, when none runs, in this very process, which then opens
/// the store for as long as the verb takes. A verb cannot tell the difference.
/// </summary>
internal sealed class ServiceConnection : IAsyncDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    private readonly HttpClient _client;
    private readonly WebApplication? _own;
    private readonly string _dataFolder;

    private ServiceConnection(HttpClient client, WebApplication? own, string dataFolder)
    {
        _client = client;
        _own = own;
        _dataFolder = dataFolder;
    }

    /// <summary>Whether no service runs, and this process answers itself.</summary>
    public bool IsOwn => _own is not null;

    /// <summary>Cancelled when this process is asked to stop.</summary>
    public CancellationToken Stopping => _own?.Lifetime.ApplicationStopping ?? CancellationToken.None;

    /// <summary>Finds the running service, or opens the store here. <paramref name="mode"/> says what this process does in that case.</summary>
    public static async Task<ServiceConnection> OpenAsync(
        ServicePaths paths, IReadOnlyDictionary<string, string?> settings, ServiceMode mode, CancellationToken cancellationToken)
    {
        if (await ServiceEndpoint.FindAsync(paths.EndpointFile, cancellationToken) is { } endpoint)
        {
            return new ServiceConnection(Client(paths, endpoint.Address, endpoint.Key), null, paths.DataFolder);
        }

        var app = await ServiceStart.PrepareAsync(paths, mode, settings, cancellationToken);
        try
        {
            await ServiceStart.StartAsync(app, cancellationToken);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        var address = EndpointFileWriter.ListeningAddress(app.Services.GetRequiredService<IServer>());
        return new ServiceConnection(Client(paths, address, app.Services.GetRequiredService<ServiceKey>().Value), app, paths.DataFolder);
    }

    /// <summary>The answer to a GET.</summary>
    /// <exception cref="StartException">The service found fault with the question.</exception>
    /// <exception cref="HttpRequestException">The service does not work.</exception>
    public async Task<T> GetAsync<T>(string path, CancellationToken cancellationToken)
    {
        using var response = await _client.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
        return await ReadAsync<T>(response, cancellationToken);
    }

    /// <summary>The answer to a GET as it came.</summary>
    public async Task<string> GetTextAsync(string path, CancellationToken cancellationToken)
    {
        using var response = await _client.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
        await EnsureAnsweredAsync(response, cancellationToken);
        return await response.Content.ReadAsStringAsync(cancellationToken);
    }

    /// <summary>The answer to a POST.</summary>
    public async Task<T> PostAsync<T>(string path, object body, CancellationToken cancellationToken)
    {
        using var response = await _client.PostAsJsonAsync(path, body, Json, cancellationToken);
        return await ReadAsync<T>(response, cancellationToken);
    }

    /// <summary>The answer to a request without a body.</summary>
    public Task<T> SendAsync<T>(HttpMethod method, string path, CancellationToken cancellationToken) => SendAsync<T>(method, path, body: null, cancellationToken);

    /// <summary>The answer to a request with a body, or without one.</summary>
    public async Task<T> SendAsync<T>(HttpMethod method, string path, HttpContent? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        using var response = await _client.SendAsync(request, cancellationToken);
        return await ReadAsync<T>(response, cancellationToken);
    }

    /// <summary>Sends a request that is answered with nothing.</summary>
    public async Task SendAsync(HttpMethod method, string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path);
        using var response = await _client.SendAsync(request, cancellationToken);
        await EnsureAnsweredAsync(response, cancellationToken);
    }

    /// <summary>The answer to a POST of a file as it is.</summary>
    public async Task<T> SendAsync<T>(string path, Stream body, CancellationToken cancellationToken)
    {
        using var content = new StreamContent(body);
        using var response = await _client.PostAsync(new Uri(path, UriKind.Relative), content, cancellationToken);
        return await ReadAsync<T>(response, cancellationToken);
    }

    /// <summary>Copies the answer to a GET to <paramref name="target"/> as it comes.</summary>
    public async Task CopyAsync(string path, Stream target, CancellationToken cancellationToken)
    {
        using var response = await _client.GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await EnsureAnsweredAsync(response, cancellationToken);
        await response.Content.CopyToAsync(target, cancellationToken);
    }

    /// <summary>The answer to a POST as it came.</summary>
    public async Task<string> PostTextAsync(string path, object body, CancellationToken cancellationToken)
    {
        using var response = await _client.PostAsJsonAsync(path, body, Json, cancellationToken);
        await EnsureAnsweredAsync(response, cancellationToken);
        return await response.Content.ReadAsStringAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        if (_own is not null)
        {
            await _own.StopAsync(CancellationToken.None);
            await _own.DisposeAsync();
            FileOwner.GiveBack(_dataFolder);
        }
    }

    private static HttpClient Client(ServicePaths paths, Uri address, string key)
    {
        var client = new HttpClient(ServiceEndpoint.NewHandler(paths.EndpointFile)) { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.Add(ServiceKey.Header, key);
        return client;
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await EnsureAnsweredAsync(response, cancellationToken);
        return await response.Content.ReadFromJsonAsync<T>(Json, cancellationToken) ?? throw new HttpRequestException("the service answered nothing");
    }

    private static async Task EnsureAnsweredAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.IsSuccessStatusCode)
        {
            return;
        }

        var problem = response.Content.Headers.ContentType?.MediaType == "application/problem+json"
            ? await response.Content.ReadFromJsonAsync<ProblemDetails>(Json, cancellationToken)
            : null;
        var words = problem?.Detail ?? $"the service answered {(int)response.StatusCode}; its log says why";

        // What was asked is at fault, or the service is.
        throw response.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.NotFound
            ? new StartException(words)
            : new HttpRequestException(words, null, response.StatusCode);
    }
}
