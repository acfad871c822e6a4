namespace Aggregator.Content.Extraction.Quality;

/// <summary>
/// The words that make up a quarter or more of any running text, by language. Close kin (Danish and Norwegian, Czech and Slovak) share
/// one list: that they differ is nobody's concern here.
/// </summary>
internal static class StopWords
{
    /// <summary>Letters of the longest word.</summary>
    public const int Longest = 8;

    /// <summary>By ISO 639-1 code.</summary>
    public static readonly (string Language, string Words)[] Lists =
    [
        ("en", "the of and to in is that it for was on are as with his they at be this have from or had by but not what were we when your can said there an which she how their if will would about so than been who its you he has our more"),
        ("de", "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er hat dass sie nach wird bei einer um am sind noch wie einem über einen so zum war haben nur oder aber vor zur bis mehr durch wir ich"),
        ("fr", "de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se ce il sont avec ou ses son cette mais comme aux être elle nous vous été leur ont deux même fait sans ces tout je"),
        ("es", "de la que el en y a los se del las un por con no una su para es al lo como más o pero sus le ha me si sin sobre este ya entre cuando todo esta ser son dos también fue había era muy años hasta desde está"),
        ("it", "di e il la che in a per un è del non sono da una con le si i della dei nel alla più anche come al lo ha delle ma gli se questo dal nella ai essere ci hanno o degli stato cui suo tra su anni due loro dopo"),
        ("pt", "de a o que e do da em um para é com não uma os no se na por mais as dos como mas foi ao ele das tem à seu sua ou ser quando muito há nos já está eu também só pelo pela até isso ela entre era são"),
        ("nl", "de van het een en in is dat op te zijn voor met die niet aan er om ook als dan maar bij nog uit door over naar heeft hij was ze wordt worden hebben kan tot je meer geen deze wel moet ik zich wat veel"),
        ("sv", "och att det i en som på är av för med till den har de inte om ett men var jag från så när man nu kan vid eller ut vi efter under han hade sin mycket alla också över ska hon vara mot blir"),
        ("da", "og i at det er en til af på som for med den har de ikke et der om var jeg fra så men han vi kan være sig efter ved man skal eller også hun blev havde over mod når nu ud mere alle"),
        ("pl", "w i na z się nie do to jest że o a jak po od za przez dla ale są tym czy który które tego tak było oraz może już być jego co lub ich przed bardzo tylko jej ze przy był roku"),
        ("cs", "a se v na je že s z do o to i za pro ve by jsou jako ale po od jeho které k také už byl však který bude která při tak má není jen jsem podle bylo tím nebo mezi jak aby před"),
        ("hu", "a az és hogy nem is egy ez meg csak már de mint volt el még ki ha van vagy sem lehet kell mert azt ezt lesz után most aki nagyon akkor minden több mely fel szerint között"),
        ("ro", "de și în a la cu nu o pe că din să care este un mai au fi pentru se prin ca sunt fost după dar sau lui al ale ce cum fie între acest această către când"),
        ("tr", "ve bir bu da de için ile olarak çok daha olan gibi en ne var kadar sonra ise ki her o ya diye değil şekilde olduğu ancak göre tarafından mi"),
        ("fi", "ja on ei se että oli joka mutta hän ovat myös kun niin kuin ole sen voi tai jos vain mukaan ovat olla jo nyt sitä kuitenkin vielä ne jonka noin"),
        ("id", "yang dan di dengan untuk pada ini dari itu dalam tidak akan adalah oleh juga ke karena bisa ada atau sebagai telah kepada mereka saat kata sudah tersebut"),
        ("vi", "và của là có trong được cho với không một các này những người đã để khi từ năm đến cũng như ra về tại vào theo trên nhiều hơn"),
        ("ru", "и в не на что с по как это из для но за от он к у так его все или было же вы мы бы был также только она при до они если уже чтобы года их"),
        ("uk", "і в не на що з та до як за для це від у про його він або але й які був також при були є вони що під час їх буде вже між"),
        ("bg", "и на да се в за от не е с по са че което като или но това при до който след има още ще си той към които беше бъде към тази"),
        ("ar", "في من على إلى أن التي عن مع هذا ما لا هذه الذي كان بعد قد بين لم أو كما هو ذلك خلال كل حيث وقد هي قال"),
        ("fa", "و در به از که این را با است برای آن یک می خود تا شده بر های هم کرد نیز شد"),
        ("hi", "के में की है और से को का पर ने कि यह हैं इस एक भी नहीं तो लिए कर साथ"),
    ];

    /// <summary>All that can be told.</summary>
    public static readonly IReadOnlySet<string> Languages = new HashSet<string>(Lists.Select(list => list.Language)) { "ko", "ja", "zh", "el", "he", "th" };
}
