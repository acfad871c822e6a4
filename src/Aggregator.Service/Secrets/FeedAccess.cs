using System.Net;
using System.Text;
using Aggregator.Model.Text;
using Aggregator.Service.Fetching;

namespace Aggregator.Service.Secrets;

/// <summary>
/// How a feed is opened: freely, with a secret, or not at all because the secret is missing. The secret goes to the origin of the feed's
/// own address and to no other, wherever redirects lead; what comes back is freed of it before anybody keeps or shows it.
/// </summary>
public sealed class FeedAccess
{
    private const string Mask = "***";

    /// <summary>A shorter secret is not looked for in documents: it would be found in words that have nothing to do with it.</summary>
    private const int ShortestInDocuments = 8;

    private readonly string? _name;
    private readonly Uri? _feed;
    private readonly FeedSecret? _secret;
    private readonly string[] _texts = [];

    private FeedAccess(string? missing) => Missing = missing;

    private FeedAccess(string name, Uri feed, FeedSecret secret)
    {
        _name = name;
        _feed = feed;
        _secret = secret;

        // Longest first: a secret that holds another is masked whole.
        _texts = [.. secret.Texts.SelectMany(text => (string[])[text, Uri.EscapeDataString(text), WebUtility.HtmlEncode(text)])
            .Where(text => text.Length > 0).Distinct().OrderByDescending(text => text.Length)];
    }

    /// <summary>The way into a feed that is open to all.</summary>
    public static FeedAccess Open { get; } = new(missing: null);

    /// <summary>Why the feed cannot be asked: which secret is missing and where it was looked for. Null: it can.</summary>
    public string? Missing { get; }

    /// <summary>The way into a feed with a secret.</summary>
    /// <param name="name">The secret's name.</param>
    /// <param name="feed">The feed's own address, whose origin is shown the secret.</param>
    /// <param name="secret">The secret.</param>
    public static FeedAccess With(string name, Uri feed, FeedSecret secret) => new(name, feed, secret);

    /// <summary>No way in.</summary>
    public static FeedAccess Without(string reason) => new(missing: reason);

    /// <summary>Adds the secret to a request, if there is one and the request goes to the feed's own origin.</summary>
    public void Apply(HttpRequestMessage request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (_secret is not null && request.RequestUri is { } address && IsOwnOrigin(address))
        {
            _secret.AddTo(request);
        }
    }

    /// <summary>A text with the secret masked.</summary>
    public string Hide(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return _texts.Aggregate(text, (shown, secret) => shown.Replace(secret, Mask, StringComparison.Ordinal));
    }

    /// <summary>An answer without the secret: a server may echo it in an address or in the document.</summary>
    internal WebAnswer Hide(WebAnswer answer, Uri asked) => _secret is null ? answer : answer with
    {
        EffectiveUri = Hide(answer.EffectiveUri) ?? asked,
        MovedTo = answer.MovedTo is { } moved ? Hide(moved) : null,
        Body = HideIn(answer.Body),
    };

    /// <summary>A page's address without the secret. Null: it cannot be told without.</summary>
    internal Uri? Hide(Uri address)
    {
        if (_secret is null)
        {
            return address;
        }

        var shown = _secret is FeedSecret.Query query ? AddressSecrets.Without(address, query.Name) : address;
        var written = Uri.UnescapeDataString(shown.AbsoluteUri);
        return Array.Exists(_texts, text => shown.AbsoluteUri.Contains(text, StringComparison.Ordinal) || written.Contains(text, StringComparison.Ordinal)) ? null : shown;
    }

    /// <summary>Words to add where the publisher denies access: the secret may be wrong, or one is needed (401, RFC 9110 section 15.5.2).</summary>
    internal string Explain(HttpStatusCode status) =>
        _name is not null ? $" although the secret \"{_name}\" was shown"
        : status == HttpStatusCode.Unauthorized ? "; if the feed needs a password or a token, name it with \"auth\" in feeds.json"
        : "";

    /// <summary>The same scheme, host and port; or the same host over https where the feed is listed with http, which is safer still.</summary>
    private bool IsOwnOrigin(Uri address) =>
        address.IdnHost.Equals(_feed!.IdnHost, StringComparison.OrdinalIgnoreCase)
        && ((address.Scheme == _feed.Scheme && address.Port == _feed.Port)
            || (_feed.Scheme == Uri.UriSchemeHttp && address.Scheme == Uri.UriSchemeHttps && _feed.IsDefaultPort && address.IsDefaultPort));

    private ReadOnlyMemory<byte> HideIn(ReadOnlyMemory<byte> document)
    {
        foreach (var text in _texts.Where(text => text.Length >= ShortestInDocuments))
        {
            var secret = Encoding.UTF8.GetBytes(text);
            if (document.Span.IndexOf(secret) >= 0)
            {
                document = Replaced(document.Span, secret);
            }
        }

        return document;
    }

    private static byte[] Replaced(ReadOnlySpan<byte> document, byte[] secret)
    {
        using var shown = new MemoryStream(document.Length);
        var rest = document;
        for (var at = rest.IndexOf(secret); at >= 0; at = rest.IndexOf(secret))
        {
            shown.Write(rest[..at]);
            shown.Write("***"u8);
            rest = rest[(at + secret.Length)..];
        }

        shown.Write(rest);
        return shown.ToArray();
    }
}
