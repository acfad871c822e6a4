using Aggregator.Content.Extraction.Body;

namespace Aggregator.Content.Extraction.Metadata;

/// <summary>Takes authors from lines of the text: "By Jane Doe", a label with the name in the next line, a name beside the date under the headline.</summary>
internal static class Bylines
{
    private const int LongestLine = 160;
    private const int LongestFarLine = 80;

    /// <summary>Lines after the headline in which a bare name beside a date is taken for the author's.</summary>
    private const int NearLines = 8;

    private static readonly string[] Beside = ["|", "•", "·", "–", "—", ",", ";", " / ", " - ", "\u00A0- "];

    public static void AddTo(AuthorCandidates candidates, PageTree tree, int headline)
    {
        for (var i = 0; i < tree.Blocks.Count; i++)
        {
            var block = tree.Blocks[i];
            if (block.Length > LongestLine)
            {
                continue;
            }

            var near = headline >= 0 && i >= headline - 4 && i <= headline + 12;
            if (!near && (block.Furniture || block.Length > LongestFarLine))
            {
                continue;
            }

            if (BylineWords.IsLabel(block.Text))
            {
                if (i + 1 < tree.Blocks.Count && tree.Blocks[i + 1] is { Length: < 70 } next && PersonNames.Read([next.Text], stated: false) is { Count: > 0 } named
                    && (named.TrueForAll(PersonNames.IsPerson) || (near && next.Length < 40 && char.IsUpper(named[0][0]))))
                {
                    candidates.Add(AuthorSource.Written, near ? 1.5 : 0.6, named);
                }
            }
            else if (BylineWords.Opens(block.Text))
            {
                var names = PersonNames.Read([block.Text], stated: false);
                if (names.Count > 0 && names.TrueForAll(PersonNames.IsPerson))
                {
                    candidates.Add(AuthorSource.Written, near ? 1.5 : 0.5, names);
                }
                else if (names is [var single] && block.Length < 60 && !single.Contains(' ', StringComparison.Ordinal))
                {
                    candidates.Add(AuthorSource.Written, near ? 0.8 : 0.3, names);
                }
            }
            else if (near && i >= headline - 2 && i <= headline + NearLines && DateText.ReadHuman(block.Text, dayFirst: true) is not null)
            {
                foreach (var part in block.Text.Split(Beside, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
                {
                    if (PersonNames.Read([part], stated: false) is [var name] && PersonNames.IsPerson(name))
                    {
                        candidates.Add(AuthorSource.Written, 0.2, [name]);
                        break;
                    }
                }
            }
        }
    }
}
