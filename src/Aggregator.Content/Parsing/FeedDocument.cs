namespace Aggregator.Content.Parsing;

/// <summary>What is known about a document besides its bytes.</summary>
/// <param name="Address">
/// Where it was found after all redirects: the base of relative links (RFC 3986 section 5.1.3). A Content-Location header is none (RFC
/// 7231 appendix B). Null: unknown (a file); relative links stay relative then, unless the document states a base.
/// </param>
/// <param name="ContentType">The Content-Type header as sent, charset included. Null: none.</param>
public sealed record FeedDocument(Uri? Address, string? ContentType)
{
    /// <summary>The Content-Language header: the feed's language if the document names none. Null: none.</summary>
    public string? ContentLanguage { get; init; }
}
