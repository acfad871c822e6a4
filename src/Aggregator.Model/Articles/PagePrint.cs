namespace Aggregator.Model.Articles;

/// <summary>
/// What a page leaves behind for the other pages of its site: hashes of its lines, each with the place it stands in. The same line in the
/// same place of another page is the site's, not the article's. Holds no text, and is the same in every run and on every machine.
/// </summary>
/// <param name="Addresses">Hashes of the addresses the page goes by: where it was read and the one it gives itself. Never empty.</param>
/// <param name="Title">Hash of the headline. 0: none was found.</param>
/// <param name="Lines">Hashes of its lines, each once, ascending. May be empty.</param>
public sealed record PagePrint(IReadOnlyList<ulong> Addresses, ulong Title, IReadOnlyList<ulong> Lines)
{
    /// <summary>Whether both are prints of one page or of copies of one: an address or the headline is the same.</summary>
    public bool IsOf(PagePrint other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Title == other.Title || Addresses.Any(other.Addresses.Contains);
    }
}
