using System.Xml.XPath;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;

namespace Aggregator.Content.Extraction.Rules;

/// <summary>
/// Reads a site's rule in the format of ftr-site-config (help.fivefilters.org, "Site patterns"): a directive a line, "body: //article",
/// "#" before a comment. What cannot be used is told with its line and left out; the rest of the file counts.
/// </summary>
public static class SiteRuleReader
{
    /// <summary>Lines read of a file; the longest of the 1,500 public ones has under 300.</summary>
    private const int MaxLines = 2_000;

    private const int MaxValue = 2_000;

    /// <summary>Directives that others need and this program does without: no word is lost about them.</summary>
    private static readonly HashSet<string> Unneeded = new(StringComparer.Ordinal)
    {
        "test_url", "test_contains", "tidy", "parser", "autodetect_on_failure", "convert_double_br_tags", "insert_detected_image", "skip_json_ld",
        "src_lazy_load_attr", "native_ad_clue", "strip_comments", "strip_attr", "footnotes",
    };

    private static readonly IDocument Probe = new HtmlParser().ParseDocument("<p>a</p>");

    /// <summary>Reads one file.</summary>
    /// <param name="file">The file's name, for messages; it names the host, too (<see cref="SiteRules"/>).</param>
    /// <param name="text">What the file says.</param>
    /// <returns>The rule, and a line for each thing that cannot be used: file, line, what to do.</returns>
    public static (SiteRule Rule, IReadOnlyList<string> Problems) Read(string file, string text)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(text);
        var lines = new Lines(file);
        var number = 0;
        foreach (var line in text.TrimStart('\uFEFF').Split('\n').Take(MaxLines))
        {
            lines.Read(line.Trim(), ++number);
        }

        return (lines.Rule(), lines.Problems);
    }

    /// <summary>What was read so far.</summary>
    private sealed class Lines(string file)
    {
        private readonly Dictionary<string, List<XPathExpression>> _paths = [];
        private readonly List<string> _names = [];
        private readonly List<string> _images = [];
        private readonly List<(string Find, string Replace)> _replacements = [];
        private string? _find;
        private bool _prune = true;

        public List<string> Problems { get; } = [];

        public void Read(string line, int number)
        {
            if (line.Length == 0 || line[0] == '#')
            {
                return;
            }

            var isShort = line.StartsWith("replace_string(", StringComparison.Ordinal);
            var end = line.IndexOf(isShort ? "):" : ":", StringComparison.Ordinal);
            if (end < 0 || line.Length > MaxValue)
            {
                Tell(number, "no directive; write for example \"body: //article\"");
                return;
            }

            if (isShort)
            {
                Replace(line["replace_string(".Length..end], line[(end + 2)..].Trim(), number);
                return;
            }

            Read(line[..end].TrimEnd(), line[(end + 1)..].Trim(), number);
        }

        public SiteRule Rule() => new()
        {
            File = file,
            Body = PathsOf("body"),
            Title = PathsOf("title"),
            Author = PathsOf("author"),
            Date = PathsOf("date"),
            Strip = PathsOf("strip"),
            NextPage = PathsOf("next_page_link"),
            SinglePage = PathsOf("single_page_link"),
            StripNames = _names,
            StripImages = _images,
            Replacements = _replacements,
            Prune = _prune,
        };

        private List<XPathExpression> PathsOf(string directive) => _paths.GetValueOrDefault(directive) ?? [];

        private void Read(string directive, string value, int number)
        {
            if (value.Length == 0 && directive != "replace_string")
            {
                Tell(number, $"\"{directive}\" says nothing; write a value behind it or take the line out");
                return;
            }

            switch (directive)
            {
                case "body" or "title" or "author" or "date" or "strip" or "next_page_link" or "single_page_link":
                    AddPath(directive, value, number);
                    break;
                case "strip_id_or_class":
                    _names.Add(value.Trim('"', '\''));
                    break;
                case "strip_image_src":
                    _images.Add(value.Trim('"', '\''));
                    break;
                case "prune":
                    _prune = !value.Equals("no", StringComparison.OrdinalIgnoreCase);
                    break;
                case "find_string":
                    _find = value;
                    break;
                case "replace_string" when _find is { } find:
                    Replace(find, value, number);
                    _find = null;
                    break;
                case "replace_string":
                    Tell(number, "\"replace_string\" without \"find_string\" before it; write that line first");
                    break;
                case var other when !Unneeded.Contains(other):
                    Tell(number, $"\"{other}\" is not known here; known are body, title, author, date, strip, strip_id_or_class, strip_image_src, single_page_link, next_page_link, prune, find_string and replace_string");
                    break;
            }
        }

        private void Replace(string find, string replace, int number)
        {
            if (find.Length == 0)
            {
                Tell(number, "\"find_string\" says nothing; write the text that is to be replaced");
                return;
            }

            _replacements.Add((find, replace));
        }

        private void AddPath(string directive, string value, int number)
        {
            try
            {
                var path = XPathExpression.Compile(value);

                // What is compiled may still call for functions and prefixes that do not exist: that shows when it is used.
                if (HtmlNavigator.Of(Probe, 10_000).Evaluate(path) is XPathNodeIterator nodes)
                {
                    nodes.MoveNext();
                }

                if (!_paths.TryGetValue(directive, out var paths))
                {
                    _paths[directive] = paths = [];
                }

                paths.Add(path);
            }
            catch (Exception fault) when (fault is XPathException or ArgumentException)
            {
                Tell(number, $"\"{value}\" is no XPath 1.0 expression ({fault.Message.TrimEnd('.')}); correct it or take the line out");
            }
        }

        private void Tell(int number, string what) => Problems.Add(FormattableString.Invariant($"{file} line {number}: {what}; the line is left out"));
    }
}
