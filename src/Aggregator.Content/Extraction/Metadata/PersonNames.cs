using System.Text.RegularExpressions;
using Aggregator.Model.Text.Patterns;
using Aggregator.Content.Extraction.Body;

namespace Aggregator.Content.Extraction.Metadata;

/// <summary>Makes names of what stands where an author is named: cuts "by" and dates off, splits several, leaves out what is no name.</summary>
internal static partial class PersonNames
{
    private const int MaxAuthors = 12;
    private const int LongestName = 70;

    private static readonly System.Buffers.SearchValues<char> Odd = System.Buffers.SearchValues.Create("@{}<>=[]?!*#…");

    /// <summary>Words that introduce an author. Looks ahead, so no automaton; interpreted, as a page has few lines for it.</summary>
    private static readonly Regex Lead = new(
        """
        ^[\s|•·–—:-]*(?:
          (?:zeige\s+alle\s+beiträge\s+von|alle\s+(?:artikel|beiträge)\s+von|view\s+all\s+posts\s+by|(?:all\s+)?(?:posts?|articles)\s+by|more\s+by|ein\s+(?:artikel|beitrag|interview|gastbeitrag|kommentar|essay|bericht|text)\s+von|eine\s+(?:kolumne|analyse|reportage|rezension)\s+von|gastbeitrag\s+von|interview\s+(?:von|mit)|this\s+(?:post|article)\s+(?:was|is)\s+written\s+by|about\s+the\s+author)\b[\s:]*
        | (?:text|fotos?|interview|protokoll|texte|words|photos?)(?:\s*(?:und|and|et|&|,|/)\s*(?:text|fotos?|interview|protokoll|photos?|pictures|bilder|photographie|illustration(?:en)?))+\s*(?:[:：]|\bby\b|\bvon\b)\s*
        | (?:(?:posted|published|created|submitted|written|gespeichert|veröffentlicht|geschrieben|verfasst|eingestellt|erstellt|publi[ée]|publicado|pubblicato|geplaatst|blog-?\s?beitrag|ein\s+gastbeitrag)\b[^\n]{0,60}?|[^\p{L}\n]*\d[^\n]{0,40}?)\s(?:by|von|par|por|door|a[vf]|przez)\s+
        | (?:post\s+author|beitrags-?autor\w*)\b\s*(?:by|von)?[\s:]* | (?:投稿者|責任編集|责任编辑)\s*[:：]?\s*
        | (?:contributors?|contributing\s+(?:author|writer)s?|(?:co-?)?authors?(?:\(s\))?|autor(?:in|en|innen|es|as|a)?(?:/in|\(en\)|\(in\)|\(es\)|:in)?|auteurs?(?:\(s\))?|auteure|autore|autori|autrice|auteur|verfasser(?:in)?|redakteur(?:in)?|redacteur|journalist(?:in)?|schrijver|forfatter|författare|skribent|yazar|kirjoittaja|szerző|автор\w*|tekst|texte?|testo|texto|teksti|words|writer|writing|interview|protokoll|redaktion|kommentar|opinion|redactora?|redator|reporter|bericht|report|publisher|posted\s+by|作者|记者|記者|撰文|编辑|編集|取材|著者|筆者|執筆|文|글|글쓴이|بقلم|ライター)\s*[:：=＝／/]\s*
        | (?:(?:(?:article|post|recipe|review|photos?|story|text|words|report|interview|guest\s+post|analysis)\s+)?(?:written|posted|published|reviewed|edited|reported|submitted|contributed|created|updated|added|authored)|story|words|text|article|post|recipe|review|photos?|analysis|report)?\s*\bby\s*[:：]?\s+
        | (?:(?:text|artikel|bericht|foto|interview)\s+)?(?:erstellt|veröffentlicht|geschrieben|verfasst|publiziert|eingestellt|gepostet)?\s*\bvon\s*[:：]?\s+
        | (?:écrit|rédigé|publié|posté|proposé|propos\s+recueillis)?\s*\bpar\s*[:：]?\s+
        | (?:escrito|publicado|redactado|postado|texto)?\s*\bpor\s*[:：]?\s+
        | (?:scritto|pubblicato|articolo|a\s+cura)?\s*\bd[ai]\s*[:：]?\s+(?=\p{Lu})
        | (?:geschreven|geplaatst|tekst)?\s*\bdoor\s*[:：]?\s+
        | (?:skrevet|skriven|skrivet|publicerad|publisert|tekst|text)?\s*\ba[fv]\s*[:：]?\s+
        | (?:napisane|opublikowane|dodane)?\s*\bprzez\s*[:：]?\s+ | (?:írta|napsala?|autor(?:in)?|author|auteur|autore|autora?|автор|редактор|от|text)\s*[:：]?\s+(?=\p{Lu}|[\u2E80-\uD7FF])
        )
        """, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace);

    /// <summary>
    /// The names in the values, each once, in order. <paramref name="stated"/>: the value is a machine's field for an author, so that its
    /// first part may also be a firm whose name sounds like a role ("Sunrise Marketing").
    /// </summary>
    public static List<string> Read(IEnumerable<string> values, bool stated)
    {
        var names = new List<string>();
        foreach (var value in values)
        {
            var text = TitleReader.Clean(value);
            if (text is null || text.Length > 300 || text.Contains("://", StringComparison.Ordinal))
            {
                continue;
            }

            var first = stated;
            foreach (var part in Between().Split(Undressed(text, stated)))
            {
                var name = Trimmed(Tail().Replace(part, ""));
                if (IsName(name, first) && (first || !stated || !(name.Contains(' ', StringComparison.Ordinal) && char.IsLower(name[0]))) && !names.Exists(other => string.Equals(other, name, StringComparison.OrdinalIgnoreCase)) && names.Count < MaxAuthors)
                {
                    names.Add(name);
                }

                first = false;
            }
        }

        return names;
    }

    /// <summary>Whether it looks like a person's name: two to five words, each with a capital letter but for "von", "de" and their like.</summary>
    public static bool IsPerson(string name) => name.Length < 50 && Person().IsMatch(name) && !Desk.IsMatch(name);

    /// <summary>Whether it is part of a sentence rather than a name: several of its words start small.</summary>
    public static bool IsPhrase(string name) => !IsPerson(name) && name.Split(' ').Count(word => word.Length > 3 && char.IsLower(word[0])) > 1;

    /// <summary>Whether it names a desk, an agency or a firm rather than a person.</summary>
    public static bool IsDesk(string name) => Desk.IsMatch(name);

    /// <summary>Without mail addresses, handles and the words that introduce an author. A machine's "von Berg" and "Di Maio" are names.</summary>
    private static string Undressed(string text, bool stated)
    {
        text = text.Contains('@', StringComparison.Ordinal) ? Handle().Replace(Mail().Replace(text, " "), "") : text;
        for (var more = 0; more < 2 && Lead.Match(text) is { Success: true, Length: > 0 } lead; more++)
        {
            if (stated && lead.Length < 5 && !lead.Value.Contains(':', StringComparison.Ordinal) && !text.AsSpan(lead.Length).Trim().Contains(' ') && lead.ValueSpan.Trim() is not "by" and not "By")
            {
                break;
            }

            text = text[lead.Length..];
        }

        return text;
    }

    private static string Trimmed(string part) => part.Trim(' ', '\u00A0', ',', '.', '-', '–', '—', '|', '/', ':', '：', '·', '•', '(', ')', '"', '“', '”', '„', '@', '【', '】', '［', '］');

    private static bool IsName(string name, bool stated)
    {
        if (name.Length is < 2 or >= LongestName || name.AsSpan().ContainsAny(Odd) || !name.Any(char.IsLetter))
        {
            return false;
        }

        var key = TextKey.Of(name);
        return key.Length > 1 && key.Count(c => c == ' ') <= 6 && !key.Contains("http", StringComparison.Ordinal) && !NoName.IsMatch(key) && (stated || !Role.IsMatch(key))
            && (name.Length > 2 || name.Any(char.IsLower) || name[0] > '\u2E80')
            && (!name.Any(char.IsDigit) || !name.Contains(' ', StringComparison.Ordinal)) && !Phrases.IsDateline(name);
    }

    [GeneratedRegex(@"^(?:(?:(?:Dr|Prof|Mag|Dipl|Sir|Rev|St)\.?(?:-\p{L}+\.?)?\s+)*)(?:[\p{Lu}\p{Lo}][\p{L}\p{M}.’'`-]*)(?:\s+(?:(?:de|del|della|dello|van|von|vom|der|den|dem|da|das|di|du|dos|do|la|le|las|los|al|el|bin|ben|ibn|af|av|ter|ten|zu|zur|y|e|d’|d')\s+)*(?:[dl][’'])?\p{Lu}[\p{L}\p{M}.’'`-]*){1,4}$|^[\u4E00-\u9FFF\u3040-\u30FF]{2,6}(?:[\s　・]?[\u4E00-\u9FFF\u3040-\u30FF]{1,6})?$|^[\uAC00-\uD7AF]{2,4}$", RegexOptions.CultureInvariant)]
    private static partial Regex Person();

    private static readonly LinearPattern Desk = new(@"\b(?:staff|team|desk|news|newsroom|agenc(?:y|ies)|agentur|redaktion\w*|redacci[oó]n|redazione|redactie|r[ée]daction|redakcja|redação|редакция|magazin\w*|magazine|online|press|presse\w*|inc|llc|ltd|gmbh|verlag|stiftung|foundation|institut\w*|university|universit[äaée]\w*|clinic|media|group|club|blog|company|e\.?\s?v|ag|editors?|editorial|guest|contributors?|reuters|afp|dpa|apa|ansa|efe|ap|associated|condé)\b|\p{L}redaktion\b|\.(?:com|de|org|net|at|ch|fr|it|es|co)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

    [GeneratedRegex(@"\s*(?:;|,|，|、|&|\||｜|\s/\s|\n|•|·|\s(?:and|And|AND|und|UND|et|ET|with|mit|sowie)\s|\s(?:y|Y|e|i|en|og|och|oraz|ja|ve|и)\s(?=\p{Lu}))\s*", RegexOptions.CultureInvariant)]
    private static partial Regex Between();

    [GeneratedRegex(
        """
        (?:\s+|(?=/[\p{Lu}-]{2,8}$))(?:[-–—|]|\((?![^)]*\)\s*\p{L})|on\s+(?:behalf\s+of|\w+\s+\d)|posted|published|updated|modified|created|last\s+updated|for\s+the\s+|im\s+gespräch|aus\s|am$|am\s+(?:\w+tag|\d)|vom\s+\d|from\s|(?:with\s+)?(?:illustrat\w+|photos?|fotos?|photograph\w+|bilder)\b|kategorien?\b|stand\b|le\s+\d|il\s+\d|el\s+\d|publi[ée]|publicado|pubblicato|veröffentlicht|aktualisiert
          |/\s?[\p{Lu}-]{2,8}$|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|(?:mon|tues|wednes|thurs|fri|satur|sun)day|\d{1,2}[./-]\d|\d{4}\b|\p{L}{3,9}\.?\s+\d{1,2}\b|\d{1,2}\.?\s+\p{L}{3,9}\b|\d+\s*(?:min|h|hours?|days?)\b|\d{1,2}:\d\d).*$
        """, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Tail();

    [GeneratedRegex(@"[\w.+-]+@[\w-]+\.[\w.]+")]
    private static partial Regex Mail();

    [GeneratedRegex(@"(?<=\S)\s+\(?@[\w.]+\)?")]
    private static partial Regex Handle();

    private static readonly LinearPattern NoName = new(@"^(?:von|por|par|by|di|am|the|autor|autorin|autoren|auteur|autore|no author|\w*admin\w*|the author|the editors?|admin|administrator|editor|webmaster|unknown|anonymous|null|undefined|n a|none|authors?|writers?|about|contact|user|guest|root|home|follow|facebook|twitter|x|linkedin|bluesky|mastodon|threads|github|tiktok|youtube|google|pinterest|website|webseite|homepage|rss|cc by|recherche|werkstatt|instagram|xing|whatsapp|email|e mail|mail|share|teilen|view all posts|more|more posts|see all|read more|about the author|bio|posted|published|publicado|publié|pubblicato|veröffentlicht|aktualisiert|gepubliceerd|updated|datum|date|name|beitrag|artikel|article|post|redaktion online|contributor|contributing writer|staff writer|senior editor|senior writer|reporter|senior reporter|reporterin|mr|mrs|phd|md|jr|sr|m d|ph d|ms|rd|rdn|ldn|fand|rn|mba|ma|msc|bsc|dvm|cpt|cfa|esq|do|freelance writer|managing editor|editor in chief|comments?|kommentare?|\d+ comments?|(?:mon|tue|wed|thu|fri|sat|sun)(?:day|sday|nesday|rsday|urday)?|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|news|blog|company|history|categor(?:y|ies)|kategorien?)$|^(?:about|all posts|follow|written|updated|published|copyright|subscribe|sign up|read|see|view|min|more|share|posted|last|click|learn|join|how|what|why|when|this|these|we|our|your|i|in|lesen|mehr|alle|über|zuletzt|publicado|posts|quelle|source|video|foto|photo|zum|zur|zurück|weitere|deinen|dein)\b|\b(?:min(?:ute)?s? read|read time|cookies?|uhr|ago|newsletter)\b|^(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)(?:uary|ruary|ch|il|e|y|ust|tember|ober|ember)?(?: \d.*)?$", RegexOptions.None);

    private static readonly LinearPattern Role = new(@"\b(?:head of|director|manager|founder|co founder|cofounder|ceo|cto|chief|editor|officer|specialist|engineer|journalist|producer|analyst|consultant|president|professor of|expert|coordinator|marketing|contributor|contributing|correspondent|columnist|strategist|redakteur(?:in)?|chefredakteur(?:in)?|journalistin|rédacteur|rédactrice|redactora?|sponsored|gesponserte|all articles|alle artikel|artikel von|last update|use case|community|writer|writer at|author at|freier|freie|autorin|referent(?:in)?|leiter(?:in)?|sprecher(?:in)?|pressesprecher(?:in)?|geschäftsführer(?:in)?)\b", RegexOptions.None);
}
