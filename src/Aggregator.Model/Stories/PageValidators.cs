namespace Aggregator.Model.Stories;

/// <summary>What an article's page is asked with again, so that it comes only if it changed (RFC 9110 section 13).</summary>
/// <param name="Address">The address that gave them; they are shown to no other. After a redirect it is not the story's link.</param>
/// <param name="ETag">RFC 9110 section 8.8.3, byte for byte. Null: none.</param>
/// <param name="LastModified">RFC 9110 section 8.8.2, byte for byte. Null: none.</param>
public sealed record PageValidators(Uri Address, string? ETag, string? LastModified)
{
    /// <summary>What an answer gave. Null: nothing.</summary>
    public static PageValidators? Of(Uri address, string? etag, string? lastModified) =>
        (etag ?? lastModified) is null ? null : new PageValidators(address, etag, lastModified);
}
