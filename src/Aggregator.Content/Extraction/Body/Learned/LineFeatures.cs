namespace Aggregator.Content.Extraction.Body.Learned;

/// <summary>What a line is by itself: its length, marks, kind of element, what its words say.</summary>
internal static class LineFeatures
{
    private static readonly (Hints Hint, string Name)[] Names =
        [.. new[] { Hints.Furniture, Hints.Suspect, Hints.Content, Hints.Caption, Hints.Hidden, Hints.Summary, Hints.Button }.Select(hint => (hint, "around " + hint))];

    public static void Write(TextBlock block, PageFacts facts, FeatureRow row)
    {
        row.Prefix = "";
        var text = block.Text;
        var marks = Marks.Of(text);
        row.AddLog("length", text.Length);
        row.AddLog("words", marks.Blanks + 1);
        row.Add("link density", block.LinkDensity);
        row.Add("links", Math.Min(10, block.Links));
        row.Add("strong", (double)block.StrongLength / text.Length);
        row.Add("runs", Math.Min(20, block.Runs));
        row.Add("heading", block.Heading);
        row.Add("in list", block.InList);
        row.Add("in table", block.InTable);
        row.Add("in caption", block.InCaption);
        row.Add("ends a sentence", block.EndsSentence);
        row.AddLog("prose", block.Prose);
        row.Add("commas", Math.Min(10, marks.Commas));
        row.Add("digits", (double)marks.Digits / text.Length);
        row.Add("upper case", (double)marks.Upper / Math.Max(1, marks.Letters));
        row.Add("letters", (double)marks.Letters / text.Length);
        row.Add("starts with a digit", char.IsAsciiDigit(text[0]));
        row.Add("last mark", text[^1] switch { '.' => 1, '?' => 2, '!' => 3, ':' => 4, '…' => 5, ')' => 6, '"' or '”' => 7, _ => 0 });
        row.Add("first mark", text[0] switch { '"' or '“' or '„' or '«' => 1, '©' => 2, '*' => 3, '-' or '–' or '—' => 4, '(' or '[' => 5, '@' or '#' => 6, '•' => 7, _ => 0 });
        row.Add("word length", (double)marks.Letters / (marks.Blanks + 1));
        row.Add("sentences", Math.Min(10, marks.Ends));
        row.Add("separators", Math.Min(5, marks.Separators));
        row.Add("copyright", text.Contains('©', StringComparison.Ordinal));
        row.Add("opens furniture", (block.Says & Lines.OpensFurniture) != 0);
        row.Add("points elsewhere", (block.Says & Lines.PointsElsewhere) != 0);
        row.Add("asks", (block.Says & Lines.Asks) != 0);
        row.Add("is empty", (block.Says & Lines.IsEmpty) != 0);
        foreach (var (hint, name) in Names)
        {
            row.Add(name, (block.Around & hint) != 0);
        }

        row.Add("furniture", block.Furniture);
        row.Add("repeats", Math.Min(5, facts.Repeats(block)));
        row.Add("title words", facts.TitleShare(block.Index));
        row.Add("vocabulary", facts.VocabularyShare(block.Index));
        row.Add("claimed", facts.Witnesses.ClaimedShare(block));
        row.Add("described", facts.Witnesses.DescribedShare(block));
        row.Add("owner", OwnerOf(block));
    }

    private static int OwnerOf(TextBlock block) => block.Owner.Name switch
    {
        "p" => 1,
        "div" => 2,
        "li" => 3,
        "td" or "th" => 4,
        "blockquote" => 5,
        "figcaption" => 6,
        "pre" => 7,
        "section" or "article" or "main" => 8,
        "dt" or "dd" => 9,
        "aside" => 10,
        ['h', _] => 11,
        "header" or "footer" => 12,
        "address" => 13,
        _ => 0,
    };

    /// <summary>Characters of each kind in a line.</summary>
    private readonly record struct Marks(int Letters, int Upper, int Digits, int Blanks, int Commas, int Ends, int Separators)
    {
        public static Marks Of(string text)
        {
            int letters = 0, upper = 0, digits = 0, blanks = 0, commas = 0, ends = 0, separators = 0;
            for (var i = 0; i < text.Length; i++)
            {
                var c = text[i];
                letters += char.IsLetter(c) ? 1 : 0;
                upper += char.IsUpper(c) ? 1 : 0;
                digits += char.IsAsciiDigit(c) ? 1 : 0;
                blanks += c == ' ' ? 1 : 0;
                commas += c is ',' or '，' or '、' ? 1 : 0;
                separators += c is '|' or '•' or '·' or '»' or '›' or '/' or '→' ? 1 : 0;
                ends += c is '.' or '!' or '?' or '。' && (i + 1 == text.Length || text[i + 1] == ' ') ? 1 : 0;
            }

            return new Marks(letters, upper, digits, blanks, commas, ends, separators);
        }
    }
}
