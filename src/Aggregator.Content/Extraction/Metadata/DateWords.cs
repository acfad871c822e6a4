using System.Text.RegularExpressions;
using Aggregator.Model.Text.Patterns;

namespace Aggregator.Content.Extraction.Metadata;

/// <summary>The words with which pages of many languages say what happened on a date.</summary>
internal static partial class DateWords
{
    /// <summary>Whether the words before a date say that it is the day of a change: "Updated", "Zuletzt geändert am", "Stand:".</summary>
    public static bool SaysChanged(string before) => before.Length > 3 && Changed.IsMatch(before);

    /// <summary>Whether the words before a date say that it is the day of publication: "Published on", "Erschienen am".</summary>
    public static bool SaysPublished(string before) => before.Length > 3 && Published.IsMatch(before);

    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    private static readonly LinearPattern Changed = new(@"updat|modif|revis|edited|review|changed|geändert|änderung|aktualisier|überarbeit|bearbeitet|\bstand\b|mis(?:e)?\s+à\s+jour|actualiz|atualiz|aggiorn|bijgewerkt|gewijzigd|opdater|oppdater|uppdater|päivitet|aktualizac|zaktualiz|обновл|更新|업데이트", Options);

    private static readonly LinearPattern Published = new(@"publish|posted|\bposted\b|released|first\s+seen|veröffentlich|erschien|erstell|publiziert|online\s+seit|publi[ée]|mis(?:e)?\s+en\s+ligne|pubblicat|publicad|gepubliceerd|geplaatst|udgivet|publiser|publicerad|julkais|opublikowan|publikov|опубликов|公開|发布|掲載|게시|입력", Options);
}
