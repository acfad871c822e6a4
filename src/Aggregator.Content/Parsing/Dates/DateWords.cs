using System.Collections.Frozen;

namespace Aggregator.Content.Parsing.Dates;

/// <summary>The words in dates: months in the languages seen in feeds, halves of the day, and the letters of time zones.</summary>
internal static class DateWords
{
    /// <summary>Twelve months a line, each by the beginnings that tell it apart; several spellings are separated by a bar.</summary>
    private static readonly string[] Months =
    [
        "jan feb mar apr may jun jul aug sep oct nov dec",
        "jän|jänner febr|feber mär|maerz|mrz april mai juni juli august sept okt november dez",
        "janv fév|fev mars avr mai juin juil août|aout septembre octobre novembre déc",
        "ene feb marzo abr mayo junio julio ago set|sept octubre noviembre dic",
        "gen febbr marzo aprile mag giu lug agosto settembre ott novembre dicembre",
        "janeiro fevereiro março abril maio junho julho agosto setembro out novembro dezembro",
        "januari februari maart april mei juni juli augustus september oktober november december",
        "января|янв февраля|фев марта|мар апреля|апр мая|май июня|июн июля|июл августа|авг сентября|сен октября|окт ноября|ноя декабря|дек",
        "ιαν φεβ μαρ|μάώ απρ μαι|μαϊ|μάι ιουν|ιον ιουλ|ιολ αυγ|αύγ σεπ οκτ νοέ|νοε δεκ",
        "január február|febr március|márc április|ápr május|máj június|júni|jún július|júl augusztus szeptember|szept október november december",
        "sty lut marz kwi maj cze lip sie wrz paź lis gru",
        "oca şub mart nis mayıs haz tem ağu eyl eki kas ara",
    ];

    private static readonly FrozenDictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> MonthOf = ReadMonths().GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Offsets in minutes. Letters that several places use have the meaning most feeds intend (CST: Chicago, IST: India, BST: London).</summary>
    private static readonly FrozenDictionary<string, int> ZoneMinutes = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase)
    {
        ["GMT"] = 0,
        ["UT"] = 0,
        ["UTC"] = 0,
        ["Z"] = 0,
        ["WET"] = 0,
        ["WEST"] = 60,
        ["BST"] = 60,
        ["CET"] = 60,
        ["MEZ"] = 60,
        ["MET"] = 60,
        ["CEST"] = 120,
        ["MESZ"] = 120,
        ["MEST"] = 120,
        ["EET"] = 120,
        ["EEST"] = 180,
        ["SAST"] = 120,
        ["CAT"] = 120,
        ["EAT"] = 180,
        ["WAT"] = 60,
        ["MSK"] = 180,
        ["MSD"] = 240,
        ["TRT"] = 180,
        ["IRST"] = 210,
        ["GST"] = 240,
        ["PKT"] = 300,
        ["IST"] = 330,
        ["NPT"] = 345,
        ["ICT"] = 420,
        ["WIB"] = 420,
        ["WITA"] = 480,
        ["WIT"] = 540,
        ["HKT"] = 480,
        ["SGT"] = 480,
        ["MYT"] = 480,
        ["PHT"] = 480,
        ["AWST"] = 480,
        ["JST"] = 540,
        ["KST"] = 540,
        ["ACST"] = 570,
        ["ACDT"] = 630,
        ["AEST"] = 600,
        ["AEDT"] = 660,
        ["NZST"] = 720,
        ["NZDT"] = 780,
        ["NST"] = -210,
        ["NDT"] = -150,
        ["AST"] = -240,
        ["ADT"] = -180,
        ["EST"] = -300,
        ["EDT"] = -240,
        ["ET"] = -300,
        ["CST"] = -360,
        ["CDT"] = -300,
        ["CT"] = -360,
        ["MST"] = -420,
        ["MDT"] = -360,
        ["MT"] = -420,
        ["PST"] = -480,
        ["PDT"] = -420,
        ["PT"] = -480,
        ["AKST"] = -540,
        ["AKDT"] = -480,
        ["HST"] = -600,
        ["HAST"] = -600,
        ["BRT"] = -180,
        ["BRST"] = -120,
        ["ART"] = -180,
        ["CLT"] = -240,
        ["CLST"] = -180,
        ["COT"] = -300,
        ["PET"] = -300,
        ["VET"] = -240,
        ["IDT"] = 180,
        ["FET"] = 180,
        ["AMT"] = 240,
        ["AZT"] = 240,
        ["GET"] = 240,
        ["SAMT"] = 240,
        ["MUT"] = 240,
        ["IRDT"] = 270,
        ["AFT"] = 270,
        ["UZT"] = 300,
        ["PKST"] = 360,
        ["YEKT"] = 300,
        ["BDT"] = 360,
        ["BTT"] = 360,
        ["ALMT"] = 360,
        ["OMST"] = 360,
        ["NOVT"] = 420,
        ["KRAT"] = 420,
        ["MMT"] = 390,
        ["IRKT"] = 480,
        ["ULAT"] = 480,
        ["PHST"] = 480,
        ["YAKT"] = 540,
        ["CHST"] = 600,
        ["PGT"] = 600,
        ["VLAT"] = 600,
        ["MAGT"] = 660,
        ["PETT"] = 720,
        ["FJT"] = 720,
        ["TOT"] = 780,
        ["LHST"] = 630,
        ["SST"] = -660,
        ["HADT"] = -540,
        ["HDT"] = -540,
        ["PYT"] = -180,
        ["UYT"] = -180,
        ["GFT"] = -180,
        ["BOT"] = -240,
        ["GYT"] = -240,
        ["AMST"] = -180,
        ["ECT"] = -300,
        ["AZOT"] = -60,
        ["AZOST"] = 0,
        ["CVT"] = -60,
        ["EGT"] = -60,
        ["WGT"] = -180,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>The month that <paramref name="word"/> names, 1 to 12; null if it names none.</summary>
    public static int? Month(string word)
    {
        var lower = word.ToLowerInvariant().AsSpan();
        for (var length = Math.Min(lower.Length, 10); length >= 3; length--)
        {
            if (MonthOf.TryGetValue(lower[..length], out var month))
            {
                return month;
            }
        }

        return null;
    }

    /// <summary>True for the second half of the day, false for the first; null if <paramref name="word"/> names neither.</summary>
    public static bool? Afternoon(string word) => word.ToLowerInvariant() switch
    {
        "pm" or "p" or "오후" or "下午" or "午後" => true,
        "am" or "오전" or "上午" or "午前" => false,
        _ => null,
    };

    /// <summary>The zone's distance from UTC; null if the letters name none.</summary>
    public static TimeSpan? Zone(string word) => ZoneMinutes.TryGetValue(word, out var minutes) ? TimeSpan.FromMinutes(minutes) : null;

    private static FrozenDictionary<string, int> ReadMonths()
    {
        var months = new Dictionary<string, int>();
        foreach (var line in Months)
        {
            var names = line.Split(' ');
            for (var i = 0; i < names.Length; i++)
            {
                foreach (var name in names[i].Split('|'))
                {
                    months.TryAdd(name, i + 1);
                }
            }
        }

        return months.ToFrozenDictionary();
    }
}
