using System.Text.RegularExpressions;
using Aggregator.Model.Text.Patterns;

namespace Aggregator.Content.Extraction.Metadata;

/// <summary>The words with which pages of many languages introduce an author, alone on a line or before the name.</summary>
internal static partial class BylineWords
{
    /// <summary>Whether a line is nothing but a label for the author: "Written by", "Autor:", "Von".</summary>
    public static bool IsLabel(string line) => line.Length < 40 && Label.IsMatch(line);

    /// <summary>Whether a line begins with words that introduce an author, and a name may follow: "By Jane Doe".</summary>
    public static bool Opens(string line) => Opening.IsMatch(line);

    /// <summary>Whether words before a name say that it is not the author's: "Reviewed by", "Fact checked by", "Fotos:".</summary>
    public static bool NamesHelper(string before) => before.Length > 3 && Helper().IsMatch(before);

    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace;

    private static readonly LinearPattern Label = new(
        """
        ^\W*(?:
          (?:(?:article|post|story|text|words|report)\s+)?(?:written|posted|published|reported|created|authored|contributed)?\s*by | (?:the\s+)?authors?(?:\(s\))? | about\s+the\s+author | writer | contributors? | words | story\s+by
        | von | (?:geschrieben|verfasst|erstellt|veröffentlicht|ein\s+(?:artikel|beitrag|text)|text)\s+von | autor(?:in|en|innen|es|as|a)?(?:\W{1,2}in(?:nen)?\)?)? | verfasser(?:in)? | redakteur(?:in)?
        | par | (?:écrit|rédigé|publié)\s+par | auteure?(?:s|\(s\))? | por | (?:escrito|publicado)\s+por | (?:scritto|pubblicato)\s+da | autore | autori | di | a\s+cura\s+di | door | (?:geschreven|geplaatst)\s+door | schrijver
        | (?:skrevet|skriven|publicerad)\s+av | av | af | skribent | forfatter | författare | tekst(?:\s+af)? | kirjoittaja | teksti | napisane\s+przez | szerző | yazar | autor\s+artykułu | автор\w*(?:\s+\w+)? | текст
        | 作者 | 记者 | 記者 | 著者 | 筆者 | 執筆 | ライター | 글 | 글쓴이 | 기자
        )\W*$
        """, Options);

    private static readonly LinearPattern Opening = new(
        """
        ^\W*(?:
          (?:posted|published|created|submitted|gespeichert|veröffentlicht|geschrieben|verfasst|eingestellt|publi[ée]|publicado|pubblicato|geplaatst|blog-?\s?beitrag)\b[^\n]{0,60}?\s(?:by|von|par|por|door|a[vf]|przez)\s | \d[^\n]{0,40}?\s(?:by|von|par|por|door|a[vf]|przez)\s
        | (?:(?:(?:article|post|story|text|words|report|interview|guest\s+post)\s+)?(?:written|posted|published|reported|submitted|created|authored|contributed)?\s*by|this\s+(?:post|article)\s+(?:was|is)\s+written\s+by|story\s+by|words\s+by)\b
        | (?:(?:text|artikel|bericht|interview|gastbeitrag|ein\s+(?:artikel|beitrag|interview|gastbeitrag|kommentar|text)|eine\s+(?:kolumne|analyse|reportage))\s+)?(?:erstellt|veröffentlicht|geschrieben|verfasst)?\s*von\b
        | (?:(?:écrit|rédigé|publié|propos\s+recueillis)\s+)?par\b | (?:(?:escrito|publicado|texto)\s+)?por\b | (?:(?:scritto|pubblicato)\s+da|a\s+cura\s+di|di)\b | (?:geschreven\s+|tekst\s+)?door\b | (?:skrevet\s+|skriven\s+|text\s+|tekst\s+)?a[vf]\b | przez\b
        | (?:(?:co-?)?authors?(?:\(s\))?|autor(?:in|en|innen|es|as|a)?(?:\W{1,2}in(?:nen)?\)?)?|auteure?(?:s|\(s\))?|autor[ei]|verfasser(?:in)?|redakteur(?:in)?|text|texte|testo|texto|tekst|teksti|words|writer|interview|redaktion|skribent|forfatter|författare|kirjoittaja|szerző|yazar|contributors?|contributing\s+writers?|автор\w*|текст|责任编辑|作者|记者|記者|撰文|取材|著者|筆者|執筆|ライター|文|글|글쓴이)\s*[:：／]
        )
        """, Options);

    [GeneratedRegex(@"(?:review|check|edit|verif|photo|foto|illustrat|translat|produc|geprüft|bearbeitet|übersetzt|bild(?:er)?|traduit|traduc\w*|corrig)\w*(?:\s+\w+){0,2}\W*$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Helper();
}
