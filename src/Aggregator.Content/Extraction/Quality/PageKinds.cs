using System.Text.RegularExpressions;
using Aggregator.Model.Text.Patterns;
using Aggregator.Content.Extraction.Body;
using Aggregator.Content.Extraction.Metadata;
using Aggregator.Model.Articles;

namespace Aggregator.Content.Extraction.Quality;

/// <summary>Tells what kind of page was read: by what it says of itself, and by what it is made of.</summary>
internal static partial class PageKinds
{
    /// <summary>Above this a page is an article, whatever else it shows, in characters.</summary>
    private const int LongText = 1_500;

    /// <summary>Pictures that make a gallery of a page that calls itself one. Pictures alone do not: recipes, product pages and threads have many.</summary>
    private const int SomePictures = 4;

    public static PageKind Of(PageMetadata metadata, Uri address, SelectedBody? body, BodyVerdict verdict, IReadOnlyList<string> reasons)
    {
        var types = metadata.Types;
        var isArticle = types.Any(type => type.EndsWith("article", StringComparison.Ordinal) || type == "blogposting");
        if (types.Contains("liveblogposting") || (body is not null && LiveTitle.IsMatch(metadata.Title ?? "")))
        {
            return PageKind.LiveBlog;
        }

        if (reasons.Contains("the text is mostly links") || (!isArticle && address.AbsolutePath == "/" && address.Query.Length == 0))
        {
            return PageKind.List;
        }

        var length = body?.KeptLength ?? 0;
        if (length < LongText && !isArticle && types.Any(type => type.StartsWith("video", StringComparison.Ordinal) || type.StartsWith("audioobject", StringComparison.Ordinal) || type == "podcastepisode"))
        {
            return PageKind.Video;
        }

        if (length < LongText && types.Any(type => type is "imagegallery" or "mediagallery"))
        {
            return PageKind.Gallery;
        }

        if (verdict == BodyVerdict.Unusable)
        {
            return PageKind.NotAnArticle;
        }

        return body is not null && length < LongText && GalleryTitle.IsMatch(metadata.Title ?? "") && CountPictures(body, body.Root) >= SomePictures
            ? PageKind.Gallery
            : PageKind.Article;
    }

    private static int CountPictures(SelectedBody body, PageNode node)
    {
        var pictures = 0;
        foreach (var child in node.Children)
        {
            var isInside = child.FirstBlock >= body.FirstKept && child.FirstBlock <= body.LastKept + 1;
            pictures += child.Name is "img" or "amp-img" && isInside ? 1 : child.IsText ? 0 : CountPictures(body, child);
        }

        return pictures;
    }

    private static readonly LinearPattern GalleryTitle = new(@"\b(?:gallery|in\s+pictures|photos|slideshow|bildergalerie|fotogalerie|fotostrecke|bilderstrecke|diaporama|en\s+images|galería|en\s+fotos|fotogaleria|fotogallery|galleria\s+fotografica|galeria\s+de\s+fotos|fotoserie|bildspel|billedserie|galeria\s+zdjęć|фото(?:галерея|репортаж))\b|写真(?:特集|ギャラリー)|图集|画像\d+枚", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

    private static readonly LinearPattern LiveTitle = new(@"\b(?:live[ -]?blog|live[ -]?ticker|news[ -]?blog|news[ -]?ticker|live\s+updates?|liveuppdatering|en\s+direct\b|minuto\s+a\s+minuto|minuto\s+per\s+minuto|tempo\s+real)\b|^\W{0,3}live\s*[:|–-]|[-–:|]\s*live\s*$|ライブブログ|实时更新", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
}
