using System.Text.RegularExpressions;
using Aggregator.Model.Text.Patterns;

namespace Aggregator.Content.Extraction.Body;

/// <summary>
/// Words with which pages of many languages introduce what is not the article. Only general phrases: each is found on sites that have
/// nothing in common. All patterns are anchored, so that their cost is linear in the length of a short line.
/// </summary>
internal static partial class Phrases
{
    /// <summary>The longest line that any pattern looks at, in characters.</summary>
    private const int LongestLine = 420;

    /// <summary>
    /// Long lists of wordings are matched by an automaton: in linear time whatever the line, and built when first used. As generated source
    /// they were 100,000 lines and most of a build.
    /// </summary>
    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    /// <summary>Everything that the patterns find in a line.</summary>
    public static Lines Read(string text)
    {
        if (text.Length > LongestLine)
        {
            return text.Any(char.IsLetterOrDigit) ? Lines.None : Lines.IsEmpty;
        }

        return (OpensFurniture(text) ? Lines.OpensFurniture : 0) | (PointsElsewhere(text) ? Lines.PointsElsewhere : 0) | (Asks(text) ? Lines.Asks : 0)
            | (IsLabel(text) ? Lines.IsLabel : 0) | (IsCredit(text) ? Lines.IsCredit : 0) | (IsByline(text) || IsDateline(text) || IsRights(text) ? Lines.IsMeta : 0)
            | (!text.Any(char.IsLetterOrDigit) ? Lines.IsEmpty : 0);
    }

    /// <summary>A heading after which other articles, comments or sign-up boxes follow.</summary>
    public static bool OpensFurniture(string text) => text.Length <= 90
        && (ArticlesHeading.IsMatch(text) || AppendixHeading.IsMatch(text) || GermanHeading.IsMatch(text) || OtherHeading.IsMatch(text));

    /// <summary>A line that points to another article ("Read also: ...").</summary>
    public static bool PointsElsewhere(string text) => text.Length <= 260 && ReadAlso.IsMatch(text);

    /// <summary>A line that asks for something: subscribe, follow, share, accept.</summary>
    public static bool Asks(string text) => text.Length <= 420 && (EnglishRequest.IsMatch(text) || OtherRequest.IsMatch(text));

    /// <summary>A line that is only a label of a control or a mark of advertising.</summary>
    public static bool IsLabel(string text) => text.Length <= 60 && (Label.IsMatch(text) || CallLabel.IsMatch(text));

    /// <summary>A picture's credit or an agency line.</summary>
    public static bool IsCredit(string text) => text.Length <= 160 && Credit.IsMatch(text);

    /// <summary>The author line.</summary>
    public static bool IsByline(string text) => text.Length <= 120 && Byline.IsMatch(text);

    /// <summary>The line of date, reading time or counts.</summary>
    public static bool IsDateline(string text) => text.Length <= 110 && Dateline.IsMatch(text);

    /// <summary>Rights and corrections lines at the end of a page.</summary>
    public static bool IsRights(string text) => text.Length <= 300 && Rights.IsMatch(text);

    /// <summary>A notice about cookies or consent.</summary>
    public static bool IsCookieNotice(string text) =>
        text.Length <= 900 && text.Contains("ookie", StringComparison.Ordinal) && CookieNotice.IsMatch(text);

    private static readonly LinearPattern CookieNotice = new(
        @"(?:we|site|website|page|wir|webseite|seite|nous|sitio|sito|utiliza|usa|utilise|gebruikt|gebruiken)\b[^.]{0,60}\b(?:uses?|using|verwende[nt]|nutz(?:t|en)|setz(?:t|en)|utilis(?:e|ons)|utiliz(?:a|amos)|usa|usamos|utilizziamo|gebruikt|gebruiken)\b[^.]{0,60}cookies|(?:accept|allow|agree|consent|akzeptier|zustimm|acept|accett|accepter)\w*[^.]{0,60}cookies|cookies?[^.]{0,60}(?:accept|agree|consent|akzeptier|zustimm|acept|accett|policy|richtlinie)",
        Options);

    /// <summary>English: other articles follow.</summary>
    private static readonly LinearPattern ArticlesHeading = new(
        """
        ^\W*(?:
          (?:related|recommended|suggested|similar|further|more|other|popular|latest|recent|trending|top|featured|editor.?s?)\s+(?:\w+\s+)?(?:articles?|posts?|stories|story|news|reading|reads?|content|coverage|links?|topics?|resources?|picks|videos?|products?|recipes?|headlines|guides?|blogs?|episodes?|insights?)\b
        | related$ | (?:you|u)\s+(?:may|might|will|could|.ll)\s+(?:also\s+)?(?:like|love|enjoy|be\s+interested|want) | (?:people|readers)\s+also\s+(?:like|read|ask) | what\s+to\s+read\s+next | read\s+(?:more|next|also)\b.{0,40}$
        | more\s+(?:from|on|in|about|by|like\s+this)\b | most\s+(?:read|popular|viewed|commented|recent) | (?:up\s+next|next\s+up|trending(?:\s+now)?|don.t\s+miss|keep\s+reading|continue\s+reading|see\s+also|also\s+read|explore\s+more|in\s+other\s+news|recommended(?:\s+for\s+you)?|popular\s+now|from\s+the\s+web|around\s+the\s+web|sponsored(?:\s+content)?|promoted(?:\s+content)?|in\s+this\s+(?:story|section|series)|trending\s+stories)\W*$
        )
        """,
        Options | RegexOptions.IgnorePatternWhitespace);

    /// <summary>English: comments, author, sharing, signing up or tags follow.</summary>
    private static readonly LinearPattern AppendixHeading = new(
        """
        ^\W*(?:
          leave\s+a\s+(?:reply|comment) | comments\s+are\s+closed | (?:was|is|did\s+you\s+find)\s+(?:this|the)\s+(?:article|page|post|content|information|guide)\s+(?:\w+\s+)?(?:helpful|useful) | (?:how\s+(?:useful|helpful)\s+was|rate\s+this)\b | war\s+(?:dieser|der)\s+(?:artikel|beitrag)\s+hilfreich | (?:\d+\s+)?(?:comments?|responses?|replies|thoughts\s+on)\b.{0,60}$ | (?:post|add|write)\s+(?:a|your)\s+comment | join\s+the\s+(?:conversation|discussion) | what\s+do\s+you\s+think\?*$ | cancel\s+reply | discussion$
        | (?:about|meet)\s+the\s+authors?\b | (?:about|written\s+by)\s+the\s+(?:author|writer|editor) | author\s+bio | about\s+us$ | contributors?$
        | share\s+(?:this|on|the|via|with|your)\b | share\W*$ | follow\s+(?:us|me|along)\b | stay\s+(?:connected|in\s+touch|up\s+to\s+date|informed|updated) | connect\s+with\s+us
        | (?:subscribe|sign\s+up)\b.{0,70}$ | get\s+(?:our|the)\s+(?:latest|newsletter|free) | (?:our\s+|free\s+|daily\s+|weekly\s+)*newsletters?\b.{0,40}$ | join\s+(?:our|the)\s+(?:newsletter|mailing)
        | (?:tags?|topics?|filed\s+under|categories|category|keywords)\s*:? \W*$ | table\s+of\s+contents | contents$ | in\s+this\s+article\W*$ | jump\s+to
        )
        """,
        Options | RegexOptions.IgnorePatternWhitespace);

    private static readonly LinearPattern GermanHeading = new(
        """
        ^\W*(?:
          (?:das\s+könnte|könnte)\s+(?:sie|dich|ihnen|dir)\s+auch | (?:weitere|ähnliche|verwandte|passende|neueste|aktuelle|beliebte|andere|meistgelesene)\s+(?:artikel|beiträge|themen|nachrichten|meldungen|links|posts|news|texte|informationen) | mehr\s+(?:zum\s+thema|zu\s+diesem|aus\b|von\b|über\b|zu\b).{0,50}$ | mehr\s+lesen | lesen\s+sie\s+(?:auch|mehr) | (?:auch\s+)?(?:interessant|lesenswert|meistgelesen)\W*$ | (?:\d+\s+)?(?:kommentare?|antworten)\b.{0,40}$ | (?:schreibe?n?|hinterlasse?n?)\s+(?:sie\s+)?(?:einen|deinen|ihren)\s+kommentar | kommentar\s+(?:schreiben|verfassen|hinterlassen) | (?:diesen\s+)?(?:artikel|beitrag|seite)\s+(?:teilen|drucken|weiterempfehlen) | teilen\b.{0,30}$ | (?:über|zum)\s+(?:den\s+|die\s+)?autor(?:in)?\b | (?:schlagw[oö]rte?r?|themen|stichw[oö]rte?r?|schlagworte)\s*:?\W*$ | newsletter\b.{0,40}$ | inhaltsverzeichnis | zum\s+thema\W*$ | folgen?\s+(?:sie\s+)?uns | auch\s+interessant
        )
        """,
        Options | RegexOptions.IgnorePatternWhitespace);

    private static readonly LinearPattern OtherHeading = new(
        """
        ^\W*(?:
          (?:articles?|sujets?|contenus?)\s+(?:similaires|liés|connexes|recommandés|associés) | (?:à\s+)?lire\s+(?:aussi|également|plus) | (?:sur\s+le\s+même\s+sujet|dans\s+la\s+même\s+rubrique|à\s+découvrir|les\s+plus\s+lus|vous\s+aimerez|commentaires?|partager|laisser\s+un\s+commentaire)\b.{0,40}$
        | (?:artículos?|noticias?|entradas?|contenidos?|temas?)\s+relacionad[oa]s | (?:te|le)\s+puede\s+interesar | también\s+te | lea\s+también | lee\s+también | más\s+(?:noticias|leídas|información|sobre)\b | (?:comentarios?|compartir|deja\s+un(?:a)?\s+(?:comentario|respuesta)|lo\s+más)\b.{0,40}$
        | (?:articoli|notizie)\s+(?:correlat[ie]|simili) | (?:leggi\s+anche|potrebbe\s+interessarti|ti\s+potrebbe|commenti|condividi)\b.{0,40}$
        | (?:gerelateerde?|meer|lees\s+ook|lees\s+meer|reacties|deel\s+dit)\b.{0,40}$
        | (?:leia\s+(?:também|mais)|veja\s+também|artigos?\s+relacionados?|notícias\s+relacionadas|comentários?|compartilh\w+|mais\s+lidas)\b.{0,40}$
        | (?:czytaj\s+(?:też|także|więcej)|zobacz\s+(?:też|także)|komentarze|powiązane|читайте\s+также|комментарии|похожие|ещё\s+по\s+теме|další\s+články|související|läs\s+(?:också|mer|även)|les\s+også|læs\s+også|lue\s+myös|benzer|ilgili|yorumlar)\b.{0,40}$
        | (?:関連記事|関連|おすすめ|あわせて読みたい|コメント|人気記事|相关(?:文章|阅读|新闻)|推荐阅读|延伸阅读|評論|评论|相關|관련\s*기사|댓글).{0,20}$
        )
        """,
        Options | RegexOptions.IgnorePatternWhitespace);

    private static readonly LinearPattern ReadAlso = new(
        """
        ^[\W_]*(?:
          (?:also\s+)?read\s+(?:more|next|also|now|this|the\s+full|our|all)\b | (?:also\s+)?read\s*(?::|\||–|—|>|») | see\s+(?:also|more)\s*(?::|\b) | also\s+(?:read|see|on|watch|check) | (?:more|related|recommended|watch|listen|further\s+reading|must\s+read|learn\s+more|don.t\s+miss|explore|check\s+out|up\s+next|latest|editor.?s\s+(?:note|pick|choice)s?|you\s+may\s+also\s+like|you\s+might\s+(?:also\s+)?(?:like|enjoy))\b[^.!?]{0,40}(?::|\||–|—|>|»)
        | (?:you\s+(?:may|might)\s+(?:also\s+)?(?:like|enjoy|be\s+interested)) | related\s+(?:stor|article|post|content|read|video|link)\w* | (?:click|tap)\s+here\s+(?:to|for) | continue\s+reading | keep\s+reading | learn\s+more\s*\W*$ | view\s+(?:gallery|more|all|comments) | (?:shop|buy)\s+now\W*$ | find\s+out\s+more\s*\W*$ | watch\s+(?:now|below|the\s+video)
        | (?:lesen\s+sie|lies|siehe)\s+(?:auch|mehr|hierzu|dazu|weiter)\b | (?:mehr|weitere)\s+(?:zum\s+thema|dazu|informationen|infos|lesen)\b | (?:das\s+könnte|auch\s+interessant|zum\s+thema|weiterlesen|mehr\s+dazu|passend\s+dazu|lesetipp|lese-tipp)\b
        | (?:à\s+)?lire\s+(?:aussi|également|la\s+suite|plus)\b | (?:voir|découvrez)\s+aussi\b
        | (?:lea|lee|leer|ver|te\s+puede|le\s+puede|vea)\s+(?:también|además|más|interesar)\b | más\s+información\s*:
        | leggi\s+(?:anche|tutto)\b | (?:leia|veja|saiba|confira)\s+(?:também|mais)\b | lees\s+(?:ook|meer|verder)\b | (?:czytaj|zobacz)\s+(?:też|także|więcej|również)\b | читайте\s+также | (?:läs|les|læs)\s+(?:också|mer|også|mere|även)\b
        | (?:関連記事|あわせて読みたい|続きを読む|阅读更多|延伸阅读)
        )
        """,
        Options | RegexOptions.IgnorePatternWhitespace);

    private static readonly LinearPattern EnglishRequest = new(
        """
        ^\W*(?:please\s+|to\s+\w+[^.]{0,40}\s)?(?:
          sign\s+up\s+(?:for|to|here|now|and|today|below|with) | subscribe\s+(?:to|for|now|here|today|and|on|via|by) | (?:join|get|receive)\s+(?:our|the|your|more|all|free|daily|weekly)\s+[^.]{0,60}(?:newsletter|inbox|mailing\s+list|updates|alerts|email|telegram|whatsapp|channel) | follow\s+(?:us|me|our|him|her|@|the\s+\w+\s+on|\w+\s+\w+\s+on\s+(?:twitter|facebook|instagram|x)|on\s+(?:twitter|facebook))
          | (?:like|find|join)\s+us\s+on | (?:share|tweet|pin|email|print|save)\s+(?:this|it|on|via|with|your\s+thoughts) | click\s+(?:here|on\s+the\s+link|to\s+(?:share|subscribe|print|email)) | enter\s+your\s+email | your\s+(?:email|e-mail)\s+(?:address\s+)?(?:will|is) | (?:leave|post|add|write)\s+(?:a|your)\s+(?:comment|reply) | (?:log|sign)\s+in\s+(?:to|or|with) | already\s+(?:a\s+)?(?:subscriber|member|have\s+an\s+account)
          | (?:we|this\s+(?:site|website|page))\s+uses?\s+cookies | (?:by\s+(?:signing|clicking|submitting|subscribing|entering|continuing|using))\b | (?:donate|contribute)\s+(?:to|now|today) | support\s+(?:our|us|independent)\b | become\s+a\s+(?:member|subscriber|patron|supporter) | download\s+(?:our|the)\s+(?:free\s+)?(?:app|mobile) | (?:stay|keep)\s+up\s+to\s+date\s+with | listen\s+to\s+(?:this|the)\s+(?:article|story|podcast) | have\s+(?:a\s+)?(?:news\s+tip|tip|something\s+to\s+(?:say|share)) | (?:got|have)\s+a\s+(?:tip|story|question|news) | (?:email|e-mail|contact|write\s+to)\s+(?:us|the\s+(?:author|writer|editor|reporter)|our) | (?:never\s+miss|don.t\s+miss)\s+(?:a|an|out) | want\s+(?:more|to\s+(?:get|receive|read\s+more)) | advertisement\b | (?:scroll|story\s+continues|article\s+continues|continue)\s+(?:down|below|reading)? | this\s+(?:post|article|page|site|story)\s+(?:may\s+)?(?:contains?|includes?)\s+affiliate | (?:we|i)\s+(?:may\s+)?(?:earn|receive)\s+(?:a\s+)?(?:small\s+)?(?:commission|affiliate) | (?:if\s+you\s+(?:buy|purchase|click)|when\s+you\s+(?:buy|purchase|click))\b | (?:let\s+us\s+know|tell\s+us)\s+[^.]{0,40}comments | have\s+your\s+say | (?:was|is|did\s+you\s+find)\s+(?:this|the)\s+(?:article|page|post|content|guide)\s+(?:\w+\s+)?(?:helpful|useful) | comments\s+are\s+closed | view\s+this\s+post\s+on | a\s+post\s+shared\s+by | thank\s+you\s+for\s+(?:subscribing|signing)
        )
        """,
        Options | RegexOptions.IgnorePatternWhitespace);

    private static readonly LinearPattern OtherRequest = new(
        """
        ^\W*(?:please\s+|to\s+\w+[^.]{0,40}\s)?(?:
          (?:newsletter|jetzt)\s+(?:abonnieren|anmelden|bestellen|kostenlos) | (?:abonnieren?|folgen?|folge)\s+(?:sie\s+)?(?:uns|unseren|den|hier|jetzt|mir|dem) | (?:melden\s+sie\s+sich|melde\s+dich)\b | (?:teilen|drucken|weiterempfehlen)\b | (?:ihre|deine)\s+e-?mail | (?:hier\s+klicken|klicken\s+sie|hier\s+(?:können|geht|finden|gelangen))\b | (?:wir\s+(?:verwenden|nutzen|setzen)|diese\s+(?:website|webseite|seite)\s+(?:verwendet|nutzt|benutzt))\s+cookies | (?:sie\s+müssen|du\s+musst)\s+[^.]{0,30}(?:angemeldet|eingeloggt|registriert) | (?:mit\s+\*|\*)\s*(?:gekennzeichnet|affiliate|markiert)
          | (?:abonnez|inscrivez|suivez|partagez|connectez)-vous | (?:abonnez|suivez|inscrivez|partagez)\b | votre\s+adresse | suscr[ií]b\w+ | s[ií]guenos | comparte | (?:inscreva|assine|siga|compartilhe)\b | (?:iscriviti|seguici|condividi)\b | (?:meld\s+je|volg\s+ons|abonneer)\b | (?:zapisz|obserwuj|polub)\b | подпи[сш]\w+
        )
        """,
        Options | RegexOptions.IgnorePatternWhitespace);

    private static readonly LinearPattern Label = new(
        """
        ^\W*(?:
          (?:share|tweet|pin|pin\s+it|print|e-?mail|copy\s+link|link\s+copied!?|copied|save|like|reply|facebook|twitter|x|whatsapp|linked\s?in|reddit|pinterest|telegram|flipboard|pocket|instagram|youtube|tumblr|messenger|sms|bluesky|threads|mastodon|google\+?|xing|rss|bookmark|comments?|\d+\s+comments?|shares?|\d+\s*(?:k|m)?\s*(?:shares?|views?|likes?|comments?)|advertisement|advertising|ad|ads|adverts?|sponsored|promoted|anzeige|werbung|publicit[éà]|publicidad|publicidade|pubblicità|advertentie|reklama|реклама|広告|广告|skip\s+(?:ad|to\s+\w+(?:\s+\w+)?)|close|menu|search|home|back\s+to\s+top|top|next|prev(?:ious)?|play|pause|mute|unmute|loading\W*|subscribe|sign\s+(?:in|up)|log\s+in|register|read\s+more|see\s+more|show\s+more|view\s+more|load\s+more|more|weiterlesen|mehr|teilen|drucken|kommentieren|merken|empfehlen|partager|imprimer|compartir|imprimir|condividi|stampa|delen|toggle\s+\w+|discuss|expand|collapse|image|photo|video|gallery|audio|getty(?:\s+images)?|reuters|afp|ap|tags?|filed\s+under|topics?|permalink|view\s+comments|hide\s+comments|show\s+comments|(?:enlarge|zoom)(?:\s+image)?)
          [\s:|/,·•–—>»…!+-]*)+\W*$
        """,
        Options | RegexOptions.IgnorePatternWhitespace);

    /// <summary>A button that calls to do something, or the mark of an advertisement inside a text.</summary>
    private static readonly LinearPattern CallLabel = new(
        """
        ^\W*(?:
          (?:get\s+in\s+touch|get\s+started(?:\s+(?:now|today|for\s+free))?|learn\s+more|book\s+a\s+(?:demo|call)|contact\s+us|try\s+(?:it\s+)?(?:now|free|for\s+free)|shop\s+now|buy\s+now|go\s+to\s+website|visit\s+(?:site|website)|download(?:\s+now)?|request\s+a\s+(?:demo|quote)|current\s+issue|watch\s+(?:now|video(?:\s+here)?)|advertisement\s*-?\s*continue\s+reading\s+below|story\s+continues\s+below(?:\s+advertisement)?|article\s+continues\s+(?:after|below)\s+(?:advertisement|ad))
          [\s:|/,·•–—>»…!+-]*)+\W*$
        """,
        Options | RegexOptions.IgnorePatternWhitespace);

    private static readonly LinearPattern Credit = new(
        """
        ^\W*(?:
          (?:photos?|images?|pictures?|pics?|illustration|graphic|video|cover|featured\s+image|header\s+image|screenshot|credits?|fotos?|bild(?:er|quelle|nachweis)?|titelbild|beitragsbild|quelle|crédits?|photographie|imagen|immagine|imagem|foto)\s*(?:credit|courtesy|by|source|via|from|copyright|rights|nachweis|quelle)?s?\s*(?::|/|©|\|)
        | (?:photo|image|picture|illustration)\s+(?:credits?|courtesy|by|source|via|from)\b | (?:photograph|illustration|photography)\s+by\b | (?:courtesy\s+(?:of|photo)|credit\s*:) | (?:©|\(c\)|&copy;)\s
        | (?:getty|istock|shutterstock|adobe\s+stock|unsplash|reuters|associated\s+press|afp|dpa|imago|picture\s+alliance|pixabay|pexels)\b.{0,60}$ | .{0,80}(?:/|\||©|via|—|–)\s*(?:getty|istock|shutterstock|adobe\s+stock|unsplash|reuters|afp|ap(?:\s+photo)?|dpa|imago|picture\s+alliance|pixabay|pexels)(?:\s+images?)?\W*$
        )
        """,
        Options | RegexOptions.IgnorePatternWhitespace);

    private static readonly LinearPattern Byline = new(
        """
        ^\W*(?:
          (?:(?:written|posted|published|reviewed|edited|reported|updated|submitted|contributed|words|text|story|article|reporting|review|fact\s+checked|medically\s+reviewed)\s+)?(?:by|von|par|por|di|door|av|af|przez|автор)\s*:?\s+(?:\p{Lu}|@|the\s)[^.!?]*
        | (?:author|authors|contributors?|autor|autorin|auteur|autore|автор|writer|reporter|editor|redaktion|text|von|words)\s*:\s*[^.!?]*
        )$
        """,
        Options | RegexOptions.IgnorePatternWhitespace);

    private static readonly LinearPattern Dateline = new(
        """
        ^\W*(?:(?:last\s+)?(?:published|updated|posted|modified|created|first\s+published|veröffentlicht|aktualisiert|stand|publié|mis\s+à\s+jour|publicado|actualizado|pubblicato|aggiornato|gepubliceerd|date|datum|erstellt|on|am|le|el)\b\s*:?\s*(?:on|at|am|le|el|vom|um)?\s*:?\s*)?
        (?:
          (?:(?:mon|tues?|wed(?:nes)?|thurs?|fri|sat(?:ur)?|sun)(?:day)?|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|mo|di|mi|do|fr|sa|so)?\.?,?\s*
          (?:\d{1,2}(?:st|nd|rd|th|\.)?\s*(?:of\s+)?[\p{L}]{3,10}\.?,?\s+\d{4} | [\p{L}]{3,10}\.?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+\d{4} | \d{1,2}[./-]\d{1,2}[./-]\d{2,4} | \d{4}[./-]\d{1,2}[./-]\d{1,2} | \d{4}年\d{1,2}月\d{1,2}日)
          .{0,60}
        | \d{1,3}\s*\+?\s*-?\s*(?:min(?:ute)?s?\.?|minuten|minutos|minuti)\s*(?:read|lesezeit|lesedauer|de\s+lectura|de\s+lecture|leestijd|to\s+read)?\W*.{0,20}
        | (?:reading\s+time|read\s+time|est(?:imated)?\.?\s+(?:reading|read)\s+time|lesezeit|lesedauer|time\s+to\s+read|temps\s+de\s+lecture|tiempo\s+de\s+lectura)\b.{0,40}
        | (?:\d+|an?|one)\s+(?:second|minute|hour|day|week|month|year)s?\s+ago\b.{0,30}
        | vor\s+\d+\s+(?:stunden|tagen|minuten|wochen|monaten|jahren).{0,30}
        )$
        """,
        Options | RegexOptions.IgnorePatternWhitespace);

    private static readonly LinearPattern Rights = new(
        """
        ^\W*(?:
          (?:copyright|©|\(c\))\s*.{0,120} | .{0,80}all\s+rights\s+reserved\b.{0,120} | alle\s+rechte\s+vorbehalten.{0,60} | .{0,40}may\s+not\s+be\s+(?:published|reproduced|republished)\b.{0,160} | tous\s+droits\s+réservés.{0,60}
        | (?:tags?|filed\s+under|filed\s+in|posted\s+(?:in|under|on)|categor(?:y|ies)|topics?|labels?|schlagw[oö]rte?r?|themen|stichw[oö]rte?r?|mots-clés|etiquetas|kategorien?|keywords|veröffentlicht\s+(?:in|unter)|abgelegt\s+unter|hashtags?)\s*:.{0,260}
        )$
        """,
        Options | RegexOptions.IgnorePatternWhitespace);
}
