using System.Collections.Frozen;

namespace Aggregator.Content.Clustering;

/// <summary>
/// What is known about words before the first story: which ones carry no meaning of their own, and roughly which share of news
/// stories uses the ordinary ones. Written by hand in bands; only the order of magnitude matters, the stream teaches the rest.
/// </summary>
internal static class CommonWords
{
    /// <summary>Function words; never evidence.</summary>
    private const string Empty =
        """
        a an and the of to in on at by for from with without within into onto over under about above below after before between during
        through against among across along around behind beside beyond near off out up down per via as than then so such this that these
        those it its he him his she her hers they them their theirs we us our ours you your yours i me my mine who whom whose which what
        when where why how all any both each few more most other others some many much several no nor not only own same too very can could
        will would shall should may might must do does did done doing have has had having be am is are was were been being get gets got
        getting go goes going gone went come comes came coming make makes made making take takes took taken taking say says said saying
        tell told see seen saw know known like just also even still yet now here there again ever never always often once because if
        unless until while since though although however but or either neither whether one two three four five six seven eight nine ten
        first second third last next new old good well back way because don didn doesn isn wasn won aren couldn wouldn hasn haven let lot
        ll ve re im http https www com org html quot amp nbsp
        subscribe unsubscribe newsletter newsletters cookie cookies javascript browser enable disable disabled whatsapp pinterest flipboard
        copyright advertisement inbox signup
        """;

    /// <summary>
    /// Function words of German, French, Spanish, Italian, Portuguese and Dutch. Some are words with a meaning in English ("war",
    /// "die", "man", "son"): there the English lists are right.
    /// </summary>
    private const string EmptyElsewhere =
        """
        der die das den dem des ein eine einer eines einem einen und oder aber nicht auch ist sind war waren wird werden wurde wurden hat
        haben hatte im am zum zur von mit bei nach aus auf an als wie dass für über unter vor durch um so es er sie wir ihr ich sich noch
        nur schon mehr kann können soll will mir uns ihre ihren seine seinen dieser diese dieses man bis gegen zwischen
        le la les un une des du de et ou mais ne pas que qui quoi dont où est sont était ont été avait avec dans pour par sur sous entre
        il elle ils elles nous vous je se sa son ses leur leurs ce cet cette ces au aux plus comme aussi après avant fait être avoir
        el los las una unos unas y o pero no que quien es son era fue ser estar está han ha había con en para por sobre entre sin su sus
        se lo al del como más también ya este esta estos estas cuando muy
        il lo gli una uno di da con su per tra fra che chi non è sono era stato stata ha hanno aveva anche più come questo questa nel nella
        della delle dei degli dal dalla alla alle
        o os as um uma uns umas e ou mas não que quem é são foi ser está tem têm com em no na nos nas para por sobre seu sua seus suas ao
        à dos das do da mais como também já este esta isso
        de het een en van ik te dat die in je niet zijn is was op aan met als voor had er maar om hem dan zou wat mijn men dit zo door
        over ze zich bij ook tot uit naar heb heeft hebben kunnen worden werd meer
        """;

    /// <summary>In more than one story in ten.</summary>
    private const string Everyday =
        """
        people time year day week month today according world make work use used using part number part think want need show look find
        found give given call called try help start end long high great little big small right left keep put set run place home life
        thing point different large important public several early late later year ago recent recently already including follow read
        report reported reportedly reports news story article share post photo image video source million percent company companies
        government country state city group member man woman men women child family change add added become became feel leave move
        support expect believe include plan open turn start continue provide allow live full best real free sure really actually
        likely possible able far every another enough almost around least less line case question problem fact name
        monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october
        november december morning night hour minute moment future past present
        """;

    /// <summary>In about one story in thirty.</summary>
    private const string Ordinary =
        """
        president minister official officials police court law federal national international local political party leader house
        business market price cost pay money billion dollar sale sales customer product service services industry economy economic deal
        agreement announce announced announcement statement spokesman spokesperson spokeswoman confirm confirmed claim claimed deny
        denied ask asked answer explain explained note noted tweet tweeted twitter facebook google apple amazon microsoft instagram
        youtube internet online website web site page email app phone mobile device computer software technology tech user users data
        information media press journalist interview television channel magazine newspaper times daily mail bbc cnn reuters associated
        study research researcher researchers university scientist science health medical doctor hospital school student students
        teacher education team game play player season win won lose lost match league coach fan music film movie star show actor
        actress celebrity artist song album book author write wrote written american america united states british britain uk england
        london york washington california texas europe european china chinese russia russian india indian france french germany german
        japan japanese canada australia africa israel iran south north west east street road car vehicle driver air flight plane
        airport water food eat drink restaurant store shop buy sell kill killed die died death dead attack shoot shot fire
        war military army force security safety risk fight protest victim crime criminal arrest arrested charge charged prison trial
        judge lawyer case evidence investigation investigate suspect weapon gun black white red blue green young older age girl boy
        mother father son daughter wife husband friend body head hand face eye heart hair skin word letter message picture view
        comment comments social network friend love hate fear hope happy sad angry shock crazy weird funny hoax fake fals true
        truth rumor rumour rumored launch release released version model feature features update design build built develop
        development system program project process power energy environment climate local area region land sea island river animal
        dog cat birth born marry married wedding party event festival holiday christmas record history historic century
        director manager executive chief officer chairman ceo founder president board employee employees worker workers job jobs staff
        office team member investor investors analyst analysts share shares stock bank tax budget growth rate quarter
        campaign vote voter election candidate republican democrat democratic senate senator congress policy issue issues
        trump obama decision decide decided discuss talk talks meeting meet speak speech speaking spoke question debate
        apparently allegedly appear appears appeared seem seems seemed suggest suggests suggested warn warned reveal revealed
        incident accident situation condition result results reason effect level order control common general special single short
        click sign privacy reserved rights account
        content editor photo caption getty images file advertising continue reading read watch follow
        """;

    private static readonly FrozenDictionary<string, double>.AlternateLookup<ReadOnlySpan<char>> Shares =
        Build().GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Elsewhere =
        EmptyElsewhere.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).SelectMany(word => new[] { word, Stemmer.Stem(word) })
            .ToFrozenSet(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>
    /// The share of stories that use a word (as <see cref="Stemmer.Stem(string)"/> leaves it): 1 for words without meaning, 0 for words not
    /// listed. <paramref name="language"/> is a primary subtag; null counts as English.
    /// </summary>
    public static double Share(ReadOnlySpan<char> stem, string? language)
    {
        var listed = Shares.TryGetValue(stem, out var share);
        return listed && (language is null or "en") ? share
            : Elsewhere.Contains(stem) ? 1
            : share;
    }

    private static FrozenDictionary<string, double> Build()
    {
        var shares = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var (text, share) in new[] { (Ordinary, 0.03), (Everyday, 0.12), (Empty, 1.0) })
        {
            foreach (var word in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            {
                shares[Stemmer.Stem(word)] = share;
                if (share == 1.0)
                {
                    shares[word] = share;
                }
            }
        }

        return shares.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
