using System.Text.RegularExpressions;
using Aggregator.Model.Text.Patterns;

namespace Aggregator.Content.Extraction.Quality;

/// <summary>
/// The words of walls and messages in many languages. Only general phrases: each is found on sites that have nothing in common. Texts are
/// no longer than <see cref="Wall.Longest"/>, or a few lines; that bounds the cost, whatever stands in them.
/// </summary>
internal static partial class WallPhrases
{
    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace;

    /// <summary>A title that says that there is no such page. <paramref name="isShort"/>: the page's text is short, so that a word ("Oops", "Forbidden") is enough.</summary>
    public static bool IsErrorTitle(string title, bool isShort) => ErrorTitle.IsMatch(Beginning(title)) || (isShort && ErrorWord.IsMatch(Beginning(title)));

    public static bool IsError(string text) => Error.IsMatch(text);

    public static bool IsRobotCheck(string text) => Robot.IsMatch(text);

    public static bool IsPaywall(string text) => Paywall.IsMatch(text);

    /// <summary>Invitations to log in.</summary>
    public static int CountLogin(string text) => Login.Count(text);

    /// <summary>Mentions of cookies and consent.</summary>
    public static int CountConsent(string text) => Consent.Count(text);

    /// <summary>Words with which a text speaks to its reader.</summary>
    public static int CountAddress(string text) => Address.Count(text);

    private static string Beginning(string title) => title.Length > 200 ? title[..200] : title;

    private static readonly LinearPattern ErrorTitle = new(
        """
        ^\W{0,5}(?:(?:error|fehler|erreur)\s{0,3})?(?:404|403|410|500|502|503|504)(?:\W{1,5}(?:error|fehler|erreur|not\s+found|forbidden|gone|page|seite|nicht|internal|bad|service|gateway)|\W{0,5}$)
        | ^\W{0,5}(?:the\s+|this\s+|requested\s+){0,2}(?:page|article|story|content|site|url)\s+(?:you\s+\w+\s+)?(?:(?:was|is|could|can)\s*(?:not|no)\w{0,3}\s+(?:be\s+)?)?(?:not\s+found|found|unavailable|available|no\s+longer|does\s+not\s+exist|doesn.t\s+exist)
        | ^\W{0,5}(?:not\s+found|access\s+denied|server\s+error|internal\s+server\s+error|service\s+unavailable|bad\s+gateway)\W{0,5}(?:$|[|–—·-])
        | ^\W{0,5}(?:(?:die\s+)?(?:seite|artikel)\s+(?:wurde\s+)?nicht\s+(?:gefunden|verfügbar)|page\s+(?:introuvable|non\s+trouvée)|página\s+no\s+encontrada|página\s+não\s+encontrada|pagina\s+non\s+trovata|pagina\s+niet\s+gevonden|sidan\s+(?:hittades\s+inte|kunde\s+inte\s+hittas)|siden\s+(?:blev\s+ikke\s+fundet|ble\s+ikke\s+funnet|findes\s+ikke)|nie\s+znaleziono\s+strony|strona\s+nie\s+(?:istnieje|została\s+znaleziona)|stránka\s+(?:nenalezena|nebyla\s+nalezena)|страница\s+не\s+найдена|сторінку\s+не\s+знайдено|sayfa\s+bulunamadı|ページが見つかりません|お探しのページ|页面不存在|页面未找到|找不到(?:页面|頁面|网页)|페이지를\s+찾을\s+수\s+없)
        """, Options);

    private static readonly LinearPattern ErrorWord = new(@"^\W{0,5}(?:oops|forbidden|error|fehler|erreur|sorry|gone|blocked|upp?s)\b", Options);

    private static readonly LinearPattern Error = new(
        """
        (?:the\s+)?(?:page|article|content|resource)\s+(?:you\s+(?:are|were|requested|.re)\s+[^.]{0,40})?(?:could\s+not\s+be\s+found|cannot\s+be\s+found|can.t\s+be\s+found|was\s+not\s+found|does\s+not\s+exist|doesn.t\s+exist|no\s+longer\s+(?:exists|available)|has\s+been\s+(?:removed|deleted))|we\s+can.?.?t\s+find\s+(?:the|that)\s+page|die\s+(?:angeforderte\s+|gewünschte\s+)?seite\s+(?:wurde\s+nicht\s+gefunden|existiert\s+nicht|konnte\s+nicht)|cette\s+page\s+n.existe|esta\s+página\s+no\s+existe|an\s+(?:unexpected\s+)?error\s+(?:has\s+)?occurred|something\s+went\s+wrong
        | (?:la\s+)?página\s+(?:que\s+\w+\s+)?no\s+(?:existe|se\s+ha\s+encontrado|se\s+encuentra)|a\s+página\s+(?:que\s+você\s+\w+\s+)?não\s+(?:existe|foi\s+encontrada)|la\s+pagina\s+(?:richiesta\s+|cercata\s+)?non\s+(?:esiste|è\s+stata\s+trovata)|(?:la\s+)?page\s+(?:demandée|que\s+vous\s+\w+)\s+(?:n.existe|est\s+introuvable|n.a\s+pas)|(?:de\s+)?pagina\s+(?:die\s+\w+\s+\w+\s+)?(?:bestaat\s+niet|kon\s+niet\s+worden\s+gevonden|is\s+niet\s+gevonden)|sidan\s+(?:du\s+\w+\s+)?(?:finns\s+inte|kunde\s+inte\s+hittas)|strona,?\s+(?:której\s+szukasz,?\s+)?nie\s+(?:istnieje|została\s+znaleziona)|(?:запрашиваемая\s+)?страница\s+не\s+(?:найдена|существует)|お探しのページ(?:は|が)|ページ(?:は|が)見つかりません|您(?:访问|查找|要找)的(?:页面|网页|内容)(?:不存在|已)|요청하신\s+페이지
        """, Options);

    private static readonly LinearPattern Robot = new(
        """
        ^\W{0,5}(?:just\s+a\s+moment|attention\s+required|robot\s+check|security\s+check|human\s+verification)\W{0,5}(?:[\n|–—·-]|$)
        | checking\s+(?:your\s+browser|if\s+the\s+site\s+connection)|verify(?:ing)?\s+(?:that\s+)?you\s+are\s+(?:a\s+)?(?:not\s+a\s+robot|human)|unusual\s+traffic|enable\s+javascript\s+and\s+cookies\s+to\s+continue|please\s+(?:enable|turn\s+on)\s+javascript\s+to\s+(?:continue|view)|complete\s+the\s+captcha|are\s+you\s+a\s+robot
        | (?:bestätigen|beweisen)\s+sie,?\s+dass\s+sie\s+(?:kein\s+roboter|ein\s+mensch)|(?:vérifi|confirm)\w+\s+que\s+vous\s+(?:êtes\s+humain|n.êtes\s+pas\s+un\s+robot)|(?:verifi|compru|confirm)\w+\s+que\s+(?:eres\s+humano|no\s+eres\s+un\s+robot)|ungewöhnliche[rn]?\s+datenverkehr|(?:activez|activa|habilite|ative|attiva|aktivieren\s+sie)\s+(?:el\s+|o\s+|le\s+)?javascript|ロボットではない|人机验证|安全验证
        """, Options);

    private static readonly LinearPattern Consent = new(
        """
        cookies?|consent|(?:our|unsere?n?)\s+partners?|personalis(?:ed|ierte)|accept\s+all|alle\s+akzeptieren|datenschutz|privacy\s+(?:policy|settings)|einwillig\w{1,20}|zustimm\w{1,20}|consentement|accepter|aceptar|accetta
        | consentimiento|consentimento|consenso|toestemming|samtycke|samtykke|akzeptieren|aceitar|accepteren|akceptuj\w{0,10}|zgod[ęay]\b|(?:nos|nuestros|nossos|nostri|onze|våra|vores|naszych|naši)\s+(?:partenaires|socios|parceiros|partner\w{0,6})|クッキー|同意|隐私(?:政策|声明)|файл(?:ы|ов)\s+cookie|согласи[ея]
        """, Options);

    private static readonly LinearPattern Address = new(
        """
        \b(?:we|our|us|you|your|wir|uns|unsere?[nrms]?|sie|ihre?[nrms]?|du|dein\w*|nous|notre|nos|vous|votre|vos|noi|nostri|nostro|tuoi|nuestr[oa]s?|nosotros|usted|tus|onze|wij|jouw|nossos?|você)\b
        | \b(?:vi|våra|du|din|ditt|vores|dine|je|uw|twój|twoje|ciebie|вы|ваш\w{0,3}|мы|наш\w{0,3})\b|あなた|当社|お客様|您|我们
        """, Options);

    private static readonly LinearPattern Login = new(
        """
        (?:please\s+)?(?:log|sign)\s+in\s+(?:to\s+(?:continue|view|read|access|your)|with\b)|(?:create|register\s+for)\s+(?:a\s+|an\s+|your\s+)?(?:free\s+)?account\s+to\s+(?:continue|read|view)|you\s+must\s+be\s+logged\s+in|forgot(?:ten)?\s+(?:your\s+)?password|passwort\s+vergessen|mot\s+de\s+passe\s+oublié|(?:melden|loggen)\s+sie\s+sich\s+(?:an|ein)|bitte\s+(?:anmelden|einloggen)|iniciar\s+sesión|inicia\s+sesión
        | (?:password|passwort|kennwort|contraseña|senha|wachtwoord|lösenord|adgangskode|hasło|пароль)\s+(?:forgotten|vergessen|oublié|olvidad|dimenticat|vergeten)|(?:esqueceu|olvidaste|olvidó|dimenticat\w|glömt|glemt)\s+(?:a\s+|o\s+|su\s+|tu\s+|sua\s+|la\s+|il\s+)?(?:senha|contraseña|password|lösenord\w{0,3}|adgangskode\w{0,3}|passord\w{0,3})|wachtwoord\s+vergeten|забыли\s+пароль|connectez-vous\s+pour|identifiez-vous|(?:accedi|effettua\s+il\s+login)\s+(?:per|con)|(?:faça|fazer)\s+login\s+para|log\s+(?:je|in)\s+(?:in\s+)?om\s+(?:verder|te)|logga\s+in\s+för\s+att|log\s+ind\s+for\s+at|zaloguj\s+się,?\s+(?:aby|żeby)|войдите,?\s+чтобы|パスワードを(?:お)?忘れ|ログインして(?:ください|続)|忘记密码|请(?:先)?登录|로그인이\s+필요
        """, Options);

    private static readonly LinearPattern Paywall = new(
        """
        subscribe\s+(?:now\s+)?to\s+(?:continue|read|keep|unlock|get\s+full)|(?:this\s+(?:article|content|story)\s+is\s+(?:for|only\s+(?:available\s+)?(?:to|for)|reserved\s+for|exclusive\s+to))\s+(?:paid\s+|our\s+)?(?:subscribers|members)|to\s+(?:continue|keep)\s+reading[^.]{0,60}(?:subscri|sign\s+up|register|log\s+in)|you(?:.ve|\s+have)\s+(?:reached|read)\s+(?:your|all)[^.]{0,40}(?:limit|free\s+articles)|already\s+a\s+subscriber\?|(?:weiterlesen|lesen)\s+mit\s+[^.]{0,30}(?:abo|plus|premium)|jetzt\s+(?:abo|abonnieren)\s+(?:und|um)|diese[rn]?\s+(?:artikel|inhalt)\s+ist\s+(?:nur\s+)?(?:für\s+(?:abonnenten|mitglieder)|exklusiv)|réservé\s+aux\s+abonnés|il\s+vous\s+reste\s+\d+|exclusivo\s+para\s+suscriptores|solo\s+para\s+suscriptores|riservato\s+agli\s+abbonati|alleen\s+voor\s+abonnees
        | (?:cet|l.)\s*article\s+est\s+réservé|la\s+suite\s+est\s+réservée|(?:este|esta)\s+(?:contenido|artículo|noticia)\s+es\s+(?:exclusiv[oa]|sólo|solo)\s+para|suscríbe(?:te|se)\s+para\s+(?:seguir|continuar|leer)|assine\s+para\s+(?:continuar|ler)|(?:conteúdo|matéria)\s+exclusiv[oa]\s+para\s+assinantes|abbonati\s+per\s+(?:continuare|leggere)|contenuto\s+riservato|abonneer\s+(?:je|u)?\s*(?:nu\s+)?om\s+(?:verder|te\s+lezen)|(?:läs|les)\s+(?:hela\s+)?(?:artikeln|saken|artiklen)\s+(?:med|som)\s+(?:prenumerant|abonnent)|(?:endast|kun)\s+för\s+prenumeranter|kun\s+for\s+abonnenter|(?:treść|artykuł)\s+(?:dostępn[ya]\s+)?(?:tylko\s+)?dla\s+(?:prenumeratorów|subskrybentów)|доступ\w{0,3}\s+(?:только\s+)?(?:по\s+подписке|подписчикам)|(?:この記事は|続きを読むには).{0,20}(?:有料会員|会員限定|ログイン)|有料会員(?:限定|になると)|(?:订阅|訂閱|付费|付費)(?:后|後|以)(?:阅读|閱讀|继续|繼續)
        """, Options);
}
