using System.Text.RegularExpressions;
using Aggregator.Content.Extraction.Body;
using Aggregator.Content.Extraction.Metadata;
using Aggregator.Model.Articles;

namespace Aggregator.Content.Extraction;

/// <summary>Judges whether what was extracted is an article's text, and says in words why not.</summary>
internal static partial class PageQuality
{
    /// <summary>A body shorter than this, in characters, is not believed to be a whole article.</summary>
    private const int ShortBody = 250;

    /// <summary>Walls and error pages are short: their words are looked for only in bodies up to this length.</summary>
    private const int LongestWall = 2_500;

    /// <summary>Once in 24 words on the recorded page that holds a consent text, once in 40 to 97 on four articles that only name such things (2,036 pages, November 2026).</summary>
    private const int MostWordsPerMention = 30;

    public static (BodyVerdict Verdict, List<string> Reasons) Judge(PageTree tree, SelectedBody? body, string text, PageMetadata metadata)
    {
        var reasons = new List<string>();
        if (body is null || text.Length == 0)
        {
            reasons.Add(WallOf(PageText(tree), metadata) ?? "no text found on the page");
            return (BodyVerdict.Unusable, reasons);
        }

        if (text.Count(char.IsLetter) < text.Length * 0.25)
        {
            reasons.Add("the text is not written in words");
            return (BodyVerdict.Unusable, reasons);
        }

        var verdict = BodyVerdict.Good;
        if (text.Length <= LongestWall)
        {
            if (WallOf(text, metadata) is { } wall)
            {
                reasons.Add(wall);
                return (text.Length < 1_200 ? BodyVerdict.Unusable : BodyVerdict.Doubtful, reasons);
            }

            if (text.Length < LongestWall && (metadata.Paid || Paywall().IsMatch(PageText(tree))))
            {
                reasons.Add("the rest of the article is behind a paywall");
                verdict = BodyVerdict.Doubtful;
            }
        }

        if (text.Length < ShortBody)
        {
            reasons.Add($"the text is short ({text.Length} characters)");
            verdict = text.Length < 60 ? BodyVerdict.Unusable : BodyVerdict.Doubtful;
        }

        var links = 0;
        for (var i = body.Root.FirstBlock; i < body.Root.EndBlock; i++)
        {
            links += body.Keeps(i) ? tree.Blocks[i].LinkLength : 0;
        }

        if (links > body.KeptLength * 0.5)
        {
            reasons.Add("the text is mostly links");
            verdict = links > body.KeptLength * 0.8 ? BodyVerdict.Unusable : BodyVerdict.Doubtful;
        }

        return (verdict, reasons);
    }

    public static PageKind KindOf(PageMetadata metadata, BodyVerdict verdict, SelectedBody? body, IReadOnlyList<string> reasons)
    {
        if (metadata.Types.Contains("liveblogposting"))
        {
            return PageKind.LiveBlog;
        }

        if (verdict == BodyVerdict.Unusable && reasons.Any(reason => reason.StartsWith("the page is", StringComparison.Ordinal)))
        {
            return PageKind.NotAnArticle;
        }

        if (reasons.Contains("the text is mostly links"))
        {
            return PageKind.List;
        }

        var isShort = body is null || body.KeptLength < 1_500;
        return isShort && metadata.Types.Any(type => type is "imagegallery" or "mediagallery") ? PageKind.Gallery
            : isShort && metadata.Types.Any(type => type is "videoobject" || type.StartsWith("video", StringComparison.Ordinal)) && !metadata.Types.Any(type => type.EndsWith("article", StringComparison.Ordinal)) ? PageKind.Video
            : PageKind.Article;
    }

    private static string? WallOf(string text, PageMetadata metadata)
    {
        var sample = text.Length > LongestWall ? text[..LongestWall] : text;
        var head = metadata.Title + "\n" + sample;
        return ErrorTitle().IsMatch(metadata.Title ?? "") || Error().IsMatch(sample.Length > 600 ? sample[..600] : sample) ? "the page is an error message"
            : Robot().IsMatch(head) ? "the page is a check for robots"
            : IsCookieWall(head) ? "the page is a cookie wall"
            : Login().IsMatch(head) ? "the page is a login form"
            : Paywall().IsMatch(sample) ? "the page is a paywall"
            : null;
    }

    /// <summary>
    /// A wall talks of little else than cookies and consent, and to its reader: "we", "our", "you". News of a privacy case names them too,
    /// but between other words, and talks of others.
    /// </summary>
    private static bool IsCookieWall(string text)
    {
        var words = text.Count(char.IsWhiteSpace) + 1;
        var mentions = Cookie().Count(text);
        return mentions >= 3 && mentions * MostWordsPerMention >= words && Address().Count(text) >= 2;
    }

    private static string PageText(PageTree tree)
    {
        var text = new System.Text.StringBuilder();
        foreach (var block in tree.Blocks)
        {
            if (text.Length < 20_000)
            {
                text.Append(block.Text).Append('\n');
            }
        }

        return text.ToString();
    }

    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    [GeneratedRegex(@"^\W*(?:(?:error\s*)?(?:404|403|410|500|502|503|504)\b|(?:page|article|story|content|seite|artikel)\s+(?:not\s+found|nicht\s+gefunden|unavailable|no\s+longer)|not\s+found|access\s+denied|forbidden|server\s+error|internal\s+server|service\s+unavailable|bad\s+gateway|oops|page\s+introuvable|página\s+no\s+encontrada|pagina\s+non\s+trovata|pagina\s+niet\s+gevonden|just\s+a\s+moment|attention\s+required|are\s+you\s+a\s+(?:robot|human))", Options)]
    private static partial Regex ErrorTitle();

    [GeneratedRegex(@"(?:the\s+)?(?:page|article|content|resource)\s+(?:you\s+(?:are|were|requested|.re)\s+[^.]{0,40})?(?:could\s+not\s+be\s+found|cannot\s+be\s+found|can.t\s+be\s+found|was\s+not\s+found|does\s+not\s+exist|doesn.t\s+exist|no\s+longer\s+(?:exists|available)|has\s+been\s+(?:removed|deleted))|we\s+can.?.?t\s+find\s+(?:the|that)\s+page|die\s+(?:angeforderte\s+|gewünschte\s+)?seite\s+(?:wurde\s+nicht\s+gefunden|existiert\s+nicht|konnte\s+nicht)|cette\s+page\s+n.existe|esta\s+página\s+no\s+existe|an\s+(?:unexpected\s+)?error\s+(?:has\s+)?occurred|something\s+went\s+wrong", Options)]
    private static partial Regex Error();

    [GeneratedRegex(@"checking\s+(?:your\s+browser|if\s+the\s+site\s+connection)|verify(?:ing)?\s+(?:that\s+)?you\s+are\s+(?:a\s+)?(?:not\s+a\s+robot|human)|unusual\s+traffic|enable\s+javascript\s+and\s+cookies\s+to\s+continue|please\s+(?:enable|turn\s+on)\s+javascript\s+to\s+(?:continue|view)|complete\s+the\s+captcha|are\s+you\s+a\s+robot", Options)]
    private static partial Regex Robot();

    [GeneratedRegex(@"cookies?|consent|(?:our|unsere?n?)\s+partners?|personalis(?:ed|ierte)|accept\s+all|alle\s+akzeptieren|datenschutz|privacy\s+(?:policy|settings)|einwillig\w+|zustimm\w+|consentement|accepter|aceptar|accetta", Options)]
    private static partial Regex Cookie();

    [GeneratedRegex(@"\b(?:we|our|us|you|your|wir|uns|unsere?[nrms]?|sie|ihre?[nrms]?|du|dein\w*|nous|notre|nos|vous|votre|vos|noi|nostri|nostro|tuoi|nuestr[oa]s?|nosotros|usted|tus|onze|wij|jouw|nossos?|você)\b", Options)]
    private static partial Regex Address();

    [GeneratedRegex(@"(?:please\s+)?(?:log|sign)\s+in\s+(?:to\s+(?:continue|view|read|access|your)|with\b)|(?:create|register\s+for)\s+(?:a\s+|an\s+|your\s+)?(?:free\s+)?account\s+to\s+(?:continue|read|view)|you\s+must\s+be\s+logged\s+in|forgot(?:ten)?\s+(?:your\s+)?password|passwort\s+vergessen|mot\s+de\s+passe\s+oublié|(?:melden|loggen)\s+sie\s+sich\s+(?:an|ein)|bitte\s+(?:anmelden|einloggen)|iniciar\s+sesión|inicia\s+sesión", Options)]
    private static partial Regex Login();

    [GeneratedRegex(@"subscribe\s+(?:now\s+)?to\s+(?:continue|read|keep|unlock|get\s+full)|(?:this\s+(?:article|content|story)\s+is\s+(?:for|only\s+(?:available\s+)?(?:to|for)|reserved\s+for|exclusive\s+to))\s+(?:paid\s+|our\s+)?(?:subscribers|members)|to\s+(?:continue|keep)\s+reading[^.]{0,60}(?:subscri|sign\s+up|register|log\s+in)|you(?:.ve|\s+have)\s+(?:reached|read)\s+(?:your|all)[^.]{0,40}(?:limit|free\s+articles)|already\s+a\s+subscriber\?|(?:weiterlesen|lesen)\s+mit\s+[^.]{0,30}(?:abo|plus|premium)|jetzt\s+(?:abo|abonnieren)\s+(?:und|um)|diese[rn]?\s+(?:artikel|inhalt)\s+ist\s+(?:nur\s+)?(?:für\s+(?:abonnenten|mitglieder)|exklusiv)|réservé\s+aux\s+abonnés|il\s+vous\s+reste\s+\d+|exclusivo\s+para\s+suscriptores|solo\s+para\s+suscriptores|riservato\s+agli\s+abbonati|alleen\s+voor\s+abonnees", Options)]
    private static partial Regex Paywall();
}
