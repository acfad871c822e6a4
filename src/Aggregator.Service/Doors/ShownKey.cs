using System.Text;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Aggregator.Service.Doors;

/// <summary>By which way a key came.</summary>
public enum KeyWay
{
    /// <summary>A header that programs set, and no page of another site can make a browser send: X-Aggregator-Key, or Authorization: Bearer.</summary>
    Header,

    /// <summary>The password of HTTP Basic (RFC 7617), with any user: what feed readers and browsers ask for. Browsers send it unasked, so it opens reading only.</summary>
    Password,

    /// <summary>The parameter "token" of the address, for readers that know nothing else. Addresses are copied and kept, so it opens reading only.</summary>
    Address,
}

/// <summary>A text that a request shows as a key.</summary>
/// <param name="Text">The text.</param>
/// <param name="Way">How it came.</param>
/// <param name="IsMeantForUs">
/// Whether it can be nothing but one of our keys. Credentials in Authorization may be meant for a proxy before us, and are nothing wrong where no key is needed.
/// </param>
public sealed record ShownKey(string Text, KeyWay Way, bool IsMeantForUs)
{
    /// <summary>The parameter of addresses.</summary>
    public const string Parameter = "token";

    private const string Bearer = "Bearer ", Basic = "Basic ";

    /// <summary>
    /// Takes the key out of a request; of several, the one that is harder to come by otherwise. The parameter is taken off the address whatever it holds, so that nothing
    /// that is made of the address (links, logs, traces, errors) can tell it to others.
    /// </summary>
    /// <returns>Null: it shows none.</returns>
    public static ShownKey? TakeFrom(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var address = TakeParameter(request);
        if (request.Headers[Hosting.ServiceKey.Header].ToString() is { Length: > 0 } own)
        {
            return new(own, KeyWay.Header, IsMeantForUs: true);
        }

        var shown = Read(request.Headers[HeaderNames.Authorization].ToString());
        return shown is { IsMeantForUs: true } || address is null ? shown : new(address, KeyWay.Address, IsMeantForUs: true);
    }

    private static ShownKey? Read(string authorization)
    {
        if (authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            return Of(authorization[Bearer.Length..].Trim(), KeyWay.Header);
        }

        if (!authorization.StartsWith(Basic, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var bytes = new byte[authorization.Length];
        var pair = Convert.TryFromBase64String(authorization[Basic.Length..].Trim(), bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, length) : "";
        return Of(pair[(pair.IndexOf(':', StringComparison.Ordinal) + 1)..], KeyWay.Password);
    }

    private static ShownKey Of(string text, KeyWay way) => new(text, way, text.StartsWith(ApiKey.Prefix, StringComparison.Ordinal));

    private static string? TakeParameter(HttpRequest request)
    {
        if (!request.QueryString.HasValue || !request.Query.TryGetValue(Parameter, out var values))
        {
            return null;
        }

        var others = QueryHelpers.ParseQuery(request.QueryString.Value).Where(parameter => !parameter.Key.Equals(Parameter, StringComparison.OrdinalIgnoreCase));
        request.QueryString = new QueryBuilder(others).ToQueryString();
        if (request.HttpContext.Features.Get<IHttpRequestFeature>() is { } raw)
        {
            raw.RawTarget = request.PathBase.ToUriComponent() + request.Path.ToUriComponent() + request.QueryString;
        }

        return values is [{ Length: > 0 } text, ..] ? text : null;
    }
}
