using Aggregator.Content.Extraction.Quality;

namespace Aggregator.Content.Tests.Extraction.Quality;

public sealed class TextLanguageTests
{
    [Theory]
    [InlineData("The council decided on Tuesday that the bridge will be closed for repairs, and that a ferry is to carry all who have to cross the river.", "en")]
    [InlineData("Der Rat hat am Dienstag beschlossen, dass die Brücke für die Dauer der Arbeiten gesperrt wird und eine Fähre die Leute über den Fluss bringt.", "de")]
    [InlineData("Le conseil a décidé mardi que le pont sera fermé pour la durée des travaux et que un bac passera les gens sur la rivière dans les deux sens.", "fr")]
    [InlineData("El consejo decidió el martes que el puente se cerrará por las obras y que una barca llevará a la gente al otro lado del río con sus bicicletas.", "es")]
    [InlineData("Il consiglio ha deciso martedì che il ponte sarà chiuso per la durata dei lavori e che un traghetto porterà la gente sulla riva opposta del fiume.", "it")]
    [InlineData("O conselho decidiu na terça que a ponte será fechada para obras e que uma balsa vai levar as pessoas para o outro lado do rio com suas bicicletas.", "pt")]
    [InlineData("De raad heeft op dinsdag besloten dat de brug voor de duur van het werk dicht gaat en dat een veer de mensen over het water naar het eiland brengt.", "nl")]
    [InlineData("Rada zdecydowała we wtorek, że most będzie zamknięty na czas prac i że ludzi przez rzekę przewiezie prom, który nie jest tak szybki jak dawniej.", "pl")]
    [InlineData("Rådet beslutade på tisdagen att bron ska vara stängd för arbeten och att en färja ska ta folk över ån till den andra sidan av staden under tiden.", "sv")]
    [InlineData("Совет решил во вторник, что мост будет закрыт на время работ, и что паром перевезёт людей на другой берег реки, как это было до войны.", "ru")]
    [InlineData("市議会は火曜日に、橋を工事のため閉鎖し、渡し船で人々を対岸へ運ぶことを決めた。船は十五分ごとに出る予定である。", "ja")]
    [InlineData("市议会周二决定，大桥将在施工期间关闭，渡船将每十五分钟运送行人和自行车过河，市长在记者会上表示。", "zh")]
    [InlineData("시의회는 화요일에 다리를 공사 기간 동안 폐쇄하고 나룻배로 사람들을 강 건너로 실어 나르기로 결정했다고 밝혔다.", "ko")]
    [InlineData("Nvidia GeForce RTX 5090 Founders Edition, AMD Ryzen 9, Intel Core Ultra 9, Samsung Galaxy S25 Ultra, Apple iPhone 17 Pro Max, Google Pixel 10", null)]
    [InlineData("Too short to tell.", null)]
    public void Of_Text_LanguageIsTold(string text, string? language) => Assert.Equal(language, TextLanguage.Of(text).Language);

    [Theory]
    [InlineData("de-DE", true)]
    [InlineData("en-GB", false)]
    [InlineData("tlh", false)]
    [InlineData("eo", false)]
    [InlineData(null, false)]
    public void IsUnlike_StatedLanguage_OnlyKnownOnesCount(string? tag, bool unlike) =>
        Assert.Equal(unlike, TextLanguage.Of("The council decided on Tuesday that the bridge will be closed for repairs, and that a ferry is to carry all who have to cross the river.").IsUnlike(tag));
}
