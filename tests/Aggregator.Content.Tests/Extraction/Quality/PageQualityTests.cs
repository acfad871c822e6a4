using System.Text;
using Aggregator.Content.Extraction;
using Aggregator.Model.Articles;
using Aggregator.Model.Feeds;

namespace Aggregator.Content.Tests.Extraction.Quality;

/// <summary>Which pages pass for articles, and what is said of those that do not.</summary>
public sealed class PageQualityTests
{
    private const string News =
        "<p>The council of the old harbour town decided on Tuesday that the northern bridge will be closed for repairs until the end of next summer.</p>"
        + "<p>Engineers had found cracks in two of its five pillars, and a report of the university advised against letting heavy lorries cross it any longer.</p>"
        + "<p>Shopkeepers on the island fear for their trade. A ferry is to carry pedestrians and bicycles across the river every quarter of an hour, said the mayor.</p>";

    [Theory]
    [InlineData("Page not found | The Paper", "<p>The page you are looking for does not exist. It may have been moved, or the address was mistyped. Try the search.</p>", "error message")]
    [InlineData("404", "<p>Nothing here but us chickens, who would rather be somewhere else on such a fine day in the middle of May.</p>", "error message")]
    [InlineData("Seite nicht gefunden", "<p>Leider gibt es die von Ihnen gewünschte Adresse nicht mehr. Vielleicht hilft Ihnen unsere Suche weiter.</p>", "error message")]
    [InlineData("Le Journal", "<p>La page demandée n'existe pas ou n'existe plus. Revenez à la page d'accueil pour lire les dernières nouvelles.</p>", "error message")]
    [InlineData("El Diario", "<p>La página que busca no existe o ha cambiado de dirección. Puede volver a la portada o utilizar el buscador.</p>", "error message")]
    [InlineData("Tidningen", "<p>Sidan du söker finns inte. Den kan ha flyttats eller tagits bort. Gå till startsidan för de senaste nyheterna.</p>", "error message")]
    [InlineData("新聞", "<p>お探しのページは見つかりませんでした。削除されたか、アドレスが変更された可能性があります。トップページからお探しください。</p>", "error message")]
    [InlineData("Just a moment...", "<p>Checking your browser before you can go on. This process is automatic, and you will be redirected to the page shortly.</p>", "check for robots")]
    [InlineData("Vérification", "<p>Merci de confirmer que vous n'êtes pas un robot. Activez JavaScript et les cookies pour continuer votre lecture ici.</p>", "check for robots")]
    [InlineData("The Paper", "<p>Please sign in to continue reading this story. Forgot your password? New here? It takes a minute to register.</p>", "login form")]
    [InlineData("Die Zeitung", "<p>Bitte melden Sie sich an, um fortzufahren. Passwort vergessen? Noch kein Konto? Die Anmeldung dauert nur eine Minute.</p>", "login form")]
    [InlineData("Gazeta", "<p>Zaloguj się, aby przeczytać dalszy ciąg tego tekstu w naszym serwisie. Nie masz jeszcze konta? Załóż je w minutę.</p>", "login form")]
    [InlineData("La Gazette", "<p>Nous et nos partenaires utilisons des cookies pour mesurer notre audience. Avec votre consentement, vous pouvez accepter les cookies ou les refuser.</p>", "cookie wall")]
    [InlineData("De Krant", "<p>Wij en onze partners vragen uw toestemming voor het plaatsen van cookies. Met uw toestemming kunnen wij cookies gebruiken om u te herkennen.</p>", "cookie wall")]
    [InlineData("La Gazzetta", "<p>Questo articolo è riservato agli abbonati. Abbonati per continuare a leggere senza limiti tutti i nostri articoli e le inchieste.</p>", "paywall")]
    public void Extract_SomethingInTheArticlesPlace_IsNamed(string title, string body, string what)
    {
        var article = Extract(title, body);

        Assert.Equal((BodyVerdict.Unusable, PageKind.NotAnArticle), (article.Verdict, article.Kind));
        Assert.Contains(what, Assert.Single(article.Reasons), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("404 Media sues over records", News)]
    [InlineData("Not found: the lost bridge", News)]
    [InlineData("Oops, the council did it again", News)]
    [InlineData("A story", News + "<p>Sign in to comment.</p>")]
    [InlineData("A story", "<p>Something went wrong with the bridge, and an error occurred in the count of its pillars.</p>" + News)]
    [InlineData("Forgot your password? You are not alone", "<p>Forgot your password? So did half of the readers that the institute asked in spring.</p>" + News)]
    public void Extract_ArticleThatNamesSuchThings_IsGood(string title, string body) => Assert.Equal(BodyVerdict.Good, Extract(title, body).Verdict);

    [Fact]
    public void Extract_SubscriptionOfferFarFromTheArticle_IsNoPaywall()
    {
        var offer = "<section><h3>Our offers</h3><p>Subscribe now to read all stories of the paper on paper, and on every screen you have at home.</p></section>";
        var others = string.Concat(Enumerable.Range(1, 20).Select(i => $"<section><h3><a href='/{i}'>Another story, number {i}</a></h3></section>"));

        Assert.Equal(BodyVerdict.Good, Extract("A story", News, others + offer).Verdict);
        Assert.Contains("behind a paywall", Assert.Single(Extract("A story", News, offer).Reasons), StringComparison.Ordinal);
    }

    [Fact]
    public void Extract_HomePageInsteadOfTheArticle_FeedsTextIsToBeUsed()
    {
        var entry = Entry("Volcano on the southern island erupts after forty years", "Ash rises eight kilometres; three villages were evacuated overnight, and flights are cancelled.");

        var article = Extract("The Harbour Paper", News, "", entry);

        Assert.Equal(BodyVerdict.Unusable, article.Verdict);
        Assert.Contains("does not tell what the feed's entry tells", Assert.Single(article.Reasons), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Northern bridge closed until summer", "Cracks in two pillars: the council of the harbour town acts.")]
    [InlineData("Short", "")]
    [InlineData("Comments", "<a href='https://news.example.net/item?id=7'>Comments</a>")]
    public void Extract_PageThatTellsWhatTheEntryTells_IsGood(string title, string summary) =>
        Assert.Equal(BodyVerdict.Good, Extract("Bridge closed", News, "", Entry(title, summary)).Verdict);

    [Fact]
    public void Extract_PageInAnotherLanguageThanTheFeedsText_IsNotUsed()
    {
        var entry = Entry("Die nördliche Brücke wird bis zum Sommer gesperrt", "Der Rat der alten Hafenstadt hat am Dienstag beschlossen, dass die Brücke für die Dauer der Arbeiten gesperrt wird, weil zwei der fünf Pfeiler Risse haben.");

        var article = Extract("Bridge closed", News, "", entry);

        Assert.Equal((BodyVerdict.Unusable, "the text is in another language than the feed's (en for de)"), (article.Verdict, Assert.Single(article.Reasons)));
    }

    [Fact]
    public void Extract_FeedThatTellsMuchMore_MakesThePageDoubtful()
    {
        var told = string.Concat(Enumerable.Repeat(News, 4));
        var entry = Entry("Bridge closed", null) with { ContentHtml = told + told };

        var article = Extract("Bridge closed", News, "", entry);

        Assert.Equal((BodyVerdict.Doubtful, "the page has much less of the text than the feed"), (article.Verdict, Assert.Single(article.Reasons)));
    }

    [Theory]
    [InlineData("Storm hits the coast – live updates", 0, PageKind.LiveBlog)]
    [InlineData("Sturm an der Küste im Liveticker", 0, PageKind.LiveBlog)]
    [InlineData("The storm in pictures", 5, PageKind.Gallery)]
    [InlineData("Bildergalerie: Sturm an der Küste", 5, PageKind.Gallery)]
    [InlineData("Life on the coast", 5, PageKind.Article)]
    [InlineData("The gallery that was robbed", 1, PageKind.Article)]
    public void Extract_Page_KindIsTold(string title, int pictures, PageKind kind) =>
        Assert.Equal(kind, Extract(title, News + string.Concat(Enumerable.Range(1, pictures).Select(i => $"<figure><img src='/{i}.jpg' alt=''></figure><p>Waves at the pier on the day of the storm, as seen from window {i} of the inn.</p>"))).Kind);

    [Fact]
    public void Extract_EmptyShell_SaysThatThereIsNoText()
    {
        var article = ArticleExtractor.Extract("<html><head><title>App</title></head><body><div id=root></div><script>start()</script></body></html>"u8.ToArray(), new PageContext(new Uri("https://news.example.org/1")), CancellationToken.None);

        Assert.Equal((BodyVerdict.Unusable, PageKind.NotAnArticle), (article.Verdict, article.Kind));
        Assert.Contains("no text", article.Reasons[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Extract_Article_WordsAreCounted() => Assert.Equal(77, Extract("A story", News).WordCount);

    private static FeedEntry Entry(string title, string? summary) => new() { Key = "1", Fingerprint = "f", Title = title, SummaryHtml = summary };

    private static Article Extract(string title, string body, string after = "", FeedEntry? entry = null) => ArticleExtractor.Extract(
        Encoding.UTF8.GetBytes($"<!DOCTYPE html><html><head><meta charset=utf-8><title>{title}</title></head><body><article><h1>{title}</h1>{body}</article>{after}</body></html>"),
        new PageContext(new Uri("https://news.example.org/2026/bridge.html")) { Entry = entry },
        CancellationToken.None);
}
