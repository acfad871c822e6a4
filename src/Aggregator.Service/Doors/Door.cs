using System.Globalization;
using Aggregator.Model.Storage;
using Aggregator.Model.Text;
using Aggregator.Service.Hosting;
using Aggregator.Service.Search;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Aggregator.Service.Doors;

/// <summary>
/// Every request passes here, twice. Before it is known what is asked for, it is counted, and the key it shows is looked at (<see cref="EnterAsync"/>). When that is known,
/// and before anything of it is read, it is let through or refused (<see cref="PassAsync"/>):
/// - what is neither GET nor HEAD changes something and needs a key that may, unless the endpoint's <see cref="DoorSign"/> says otherwise: one that is forgotten is closed;
/// - it must not come from a page of another site, key or not;
/// - reading needs a key where the operator wants that, or where a query was saved as private.
/// </summary>
public sealed class Door(ServiceKey service, ApiKeys keys, SavedQueries queries, StoryQueryReader stories, AuditLog audit, IOptions<DoorOptions> options, IOptions<HostingOptions> hosting, TimeProvider clock)
{
    private const string ForPrograms = "Bearer realm=\"aggregator\"", ForReaders = "Basic realm=\"aggregator\", charset=\"UTF-8\"";

    private static readonly object ForeignCredentials = new();

    private readonly Allowance _requests = new(options.Value.RequestsPerSecond, TimeSpan.FromSeconds(1), clock);
    private readonly Allowance _wrongKeys = new(options.Value.WrongKeysPerMinute, TimeSpan.FromMinutes(1), clock);

    /// <summary>Counts a request, and notes who makes it.</summary>
    public async Task EnterAsync(HttpContext context, RequestDelegate next)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(next);
        var client = ClientAddress.Of(context.Connection.RemoteIpAddress);
        var shown = ShownKey.TakeFrom(context.Request);
        var caller = shown is null ? null : Identify(shown);
        if (caller != Caller.CommandLine && !ThisMachine.IsCalling(context) && _requests.Take(client) is { } pause)
        {
            await RefuseForNowAsync(context, pause, string.Create(CultureInfo.InvariantCulture, $"More than {options.Value.RequestsPerSecond} requests in a second came from your address (Doors:RequestsPerSecond)."));
            return;
        }

        if (shown is null)
        {
            await next(context);
            return;
        }

        if (caller is null && !shown.IsMeantForUs)
        {
            context.Items[ForeignCredentials] = shown;
            await next(context);
            return;
        }

        // The command line's key cannot be guessed either, and must not be shut out by who tries on this machine.
        if (caller != Caller.CommandLine && _wrongKeys.WaitOf(client) is { } wait)
        {
            await RefuseForNowAsync(context, wait, TooManyWrong());
            return;
        }

        if (caller is null)
        {
            await RefuseWrongKeyAsync(context, client, shown);
            return;
        }

        caller.NoteAt(context);
        context.Response.OnStarting(KeepToCaller, context.Response);
        await next(context);
    }

    /// <summary>Lets a request through to its endpoint, or refuses it.</summary>
    public async Task PassAsync(HttpContext context, RequestDelegate next)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(next);
        if (context.GetEndpoint() is not RouteEndpoint endpoint)
        {
            await next(context); // there is nothing, or nothing by this method
            return;
        }

        var (sign, caller) = (endpoint.Metadata.GetMetadata<DoorSign>(), Caller.Of(context));
        var isSafe = HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);
        if (!isSafe && IsFromAnotherSite(context.Request))
        {
            audit.RecordRefusal(context, "it comes from a page of another site");
            await RefuseAsync(context, StatusCodes.Status403Forbidden, "This comes from a page of another site, and those change nothing here.");
            return;
        }

        if (sign?.Kind == DoorKind.Operator || (!isSafe && sign is null))
        {
            await PassOperatorAsync(context, next, caller, isRecorded: !isSafe || sign?.IsRecorded == true);
            return;
        }

        var place = PlaceOf(endpoint, context.Request.RouteValues);
        var isClosed = sign?.Kind != DoorKind.Open && (options.Value.ReadingNeedsKey || IsHidden(place));
        if (!isClosed)
        {
            await next(context);
        }
        else if (!caller.HasKey)
        {
            await RefuseWithoutKeyAsync(context, $"This needs a key: as the password of HTTP Basic, in the header {ServiceKey.Header}, as Authorization: Bearer, or in the address as ?{ShownKey.Parameter}=", ForReaders, ForPrograms);
        }
        else if (!caller.Opens(place))
        {
            await RefuseAsync(context, StatusCodes.Status403Forbidden, "This key opens other feeds, and not this.");
        }
        else
        {
            context.Response.Headers["X-Robots-Tag"] = "noindex, nofollow";
            await next(context);
        }
    }

    private async Task PassOperatorAsync(HttpContext context, RequestDelegate next, Caller caller, bool isRecorded)
    {
        if (!caller.HasKey)
        {
            await RefuseWithoutKeyAsync(context, $"This needs a key in the header {ServiceKey.Header} or as Authorization: Bearer. The operator makes one with: aggregator keys add NAME", ForPrograms);
            return;
        }

        if (!caller.MayChange)
        {
            audit.RecordRefusal(context, "the key is for reading");
            await RefuseAsync(context, StatusCodes.Status403Forbidden, "This key is for reading, or came by a way that is: what changes something needs a key made without --read, in a header.");
            return;
        }

        // It may take as long as it takes: the operator waits for it.
        context.Features.Get<IHttpRequestTimeoutFeature>()?.DisableTimeout();
        var status = StatusCodes.Status500InternalServerError;
        try
        {
            await next(context);
            status = context.Response.StatusCode;
        }
        catch (BadHttpRequestException fault)
        {
            status = fault.StatusCode;
            throw;
        }
        catch (StoreException)
        {
            status = StatusCodes.Status503ServiceUnavailable;
            throw;
        }
        finally
        {
            if (isRecorded)
            {
                audit.Record(context, status);
            }
        }
    }

    /// <summary>Who shows a key. The same is done for every text, right or wrong.</summary>
    private Caller? Identify(ShownKey shown)
    {
        var isService = service.Is(shown.Text);
        var held = keys.Find(shown.Text);
        return isService && shown.Way == KeyWay.Header ? Caller.CommandLine
            : held is not null && (held.Key.Scope == KeyScope.Read || shown.Way != KeyWay.Address) ? Caller.With(held, shown)
            : null;
    }

    /// <summary>
    /// Whether nobody may know without a key what lies at a place: a private query, and where there is one, every name that means nothing, so that who tries names learns
    /// nothing from the answer.
    /// </summary>
    private bool IsHidden(string? place) =>
        place is not null && place.StartsWith("feeds/", StringComparison.Ordinal) && place["feeds/".Length..] is var name
        && stories.FindSavedFeed(name) is null
        && (queries.Find(name)?.IsPrivate ?? queries.All.Any(query => query.IsPrivate));

    /// <summary>What a request is about, of what there are feeds of: "feeds/ip-watch". Null: nothing that has a name.</summary>
    private static string? PlaceOf(RouteEndpoint endpoint, RouteValueDictionary values) =>
        endpoint.RoutePattern.PathSegments is [{ Parts: [RoutePatternLiteralPart { Content: "feeds" or "topics" or "sources" or "categories" } folder] }, ..] && values["name"] is string name
            ? PlaceOf($"{folder.Content}/{name}")
            : null;

    /// <summary>A place as people write it, "IP watch" or "topics/AI", as keys hold it.</summary>
    internal static string PlaceOf(string text)
    {
        var parts = text.Trim('/').Split('/', 2);
        return parts is [var folder, var name] ? $"{folder.ToLowerInvariant()}/{Slug.Of(name)}" : $"feeds/{Slug.Of(text)}";
    }

    /// <summary>Browsers say where a request comes from (Fetch Metadata; older ones, Origin). Programs say nothing.</summary>
    private bool IsFromAnotherSite(HttpRequest request)
    {
        if (request.Headers.TryGetValue("Sec-Fetch-Site", out var site) && site.ToString() is not ("same-origin" or "none"))
        {
            return true;
        }

        return request.Headers.Origin.ToString() is { Length: > 0 } origin
            && !(Uri.TryCreate(origin, UriKind.Absolute, out var from)
                && (from.Authority.Equals(request.Host.ToUriComponent(), StringComparison.OrdinalIgnoreCase) || from.Authority == hosting.Value.PublicAddress?.Authority));
    }

    private async Task RefuseWithoutKeyAsync(HttpContext context, string words, params string[] challenges)
    {
        var client = ClientAddress.Of(context.Connection.RemoteIpAddress);
        if (context.Items[ForeignCredentials] is not ShownKey shown)
        {
            await RefuseAsync(context, StatusCodes.Status401Unauthorized, words, challenges);
        }
        else if (_wrongKeys.WaitOf(client) is { } wait)
        {
            await RefuseForNowAsync(context, wait, TooManyWrong());
        }
        else
        {
            await RefuseWrongKeyAsync(context, client, shown);
        }
    }

    private Task RefuseWrongKeyAsync(HttpContext context, ClientAddress client, ShownKey shown)
    {
        _wrongKeys.Take(client);

        // The id is no secret, and tells the operator which of the keys revoked is still in use somewhere.
        var id = ApiKey.Split(shown.Text).Id;
        audit.RecordRefusal(context, id.Length > 0 && id.All(char.IsAsciiHexDigitLower) ? $"a wrong key, {ApiKey.Prefix}{id}_" : "a wrong key");
        return RefuseAsync(context, StatusCodes.Status401Unauthorized, "This key is not known here, is good no longer, or is one that may change things and came in an address.", ForReaders, ForPrograms);
    }

    private string TooManyWrong() => string.Create(CultureInfo.InvariantCulture, $"{options.Value.WrongKeysPerMinute} wrong keys in a minute came from your address; until it is over none is looked at (Doors:WrongKeysPerMinute).");

    private static Task RefuseForNowAsync(HttpContext context, TimeSpan wait, string words)
    {
        context.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return RefuseAsync(context, StatusCodes.Status429TooManyRequests, words);
    }

    private static Task RefuseAsync(HttpContext context, int status, string words, params string[] challenges)
    {
        context.Response.Headers.CacheControl = "no-store";
        if (challenges.Length > 0)
        {
            context.Response.Headers.WWWAuthenticate = challenges;
        }

        return TypedResults.Problem(words, statusCode: status).ExecuteAsync(context);
    }

    /// <summary>What was answered to a key is for no cache that others share, and not for who comes without.</summary>
    private static Task KeepToCaller(object state)
    {
        var headers = ((HttpResponse)state).Headers;
        var caching = headers.CacheControl.ToString();
        headers.CacheControl = caching.Length == 0 ? "private, no-cache"
            : caching.Contains("public", StringComparison.OrdinalIgnoreCase) ? caching.Replace("public", "private", StringComparison.OrdinalIgnoreCase)
            : caching.Contains("private", StringComparison.OrdinalIgnoreCase) || caching.Contains("no-store", StringComparison.OrdinalIgnoreCase) ? caching : $"private, {caching}";
        headers.Append(HeaderNames.Vary, $"{HeaderNames.Authorization}, {ServiceKey.Header}");
        return Task.CompletedTask;
    }
}
