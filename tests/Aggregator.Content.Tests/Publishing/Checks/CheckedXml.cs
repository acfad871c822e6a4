using System.Text;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;

namespace Aggregator.Content.Tests.Publishing.Checks;

/// <summary>A document in XML, with what holds for every format: well-formed, known namespaces, no characters that are nobody's.</summary>
internal sealed partial class CheckedXml
{
    private readonly string[] _lines;

    private CheckedXml(XElement root, string text, Findings findings, DateTimeOffset now)
    {
        Root = root;
        _lines = text.Split('\n');
        Findings = findings;
        Values = new ValueChecks(findings, now);
    }

    public XElement Root { get; }

    public Findings Findings { get; }

    public ValueChecks Values { get; }

    /// <summary>Whether the line where an element begins holds a hexadecimal reference: what its text has of markup is meant as it stands.</summary>
    public bool IsWrittenClosely(XElement element) => _lines[((IXmlLineInfo)element).LineNumber - 1].Contains("&#x", StringComparison.Ordinal);

    /// <summary>The document; null where it is none.</summary>
    public static CheckedXml? Read(byte[] document, Findings findings, DateTimeOffset now)
    {
        findings.Unless(document.Length <= FeedFacts.LongestDocument, "ValidatorLimit", "document");
        try
        {
            var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(document);
            var root = XDocument.Parse(text, LoadOptions.SetLineInfo | LoadOptions.PreserveWhitespace).Root!;
            var xml = new CheckedXml(root, text, findings, now);
            xml.CheckEverywhere();
            return xml;
        }
        catch (Exception fault) when (fault is XmlException or DecoderFallbackException)
        {
            findings.Unless(false, "SAXError", "document", fault.Message);
            return null;
        }
    }

    /// <summary>Text where HTML is out of place: it ends no element of HTML, and looks like a reference or a tag only where it is written closely.</summary>
    public void Plain(XElement element, string text, string where, bool isRss = false)
    {
        var ends = EndTag().Matches(text).Any(match => FeedFacts.HtmlElements.Contains(match.Groups[1].Value.ToLowerInvariant()));
        Findings.Unless(!ends, "ContainsHTML", where, text);
        if (ends || IsWrittenClosely(element))
        {
            return;
        }

        var references = Reference().Matches(text).Select(match => match.Groups[1].Value).ToList();
        Findings.Unless(!references.Exists(name => FeedFacts.Entities.Contains(name) || !name.All(char.IsLetter)), "ContainsHTML", where, text);
        Findings.Unless(!isRss || references.Count > 0 || !TagOrNumber().IsMatch(text), "CharacterData", where, text);
    }

    /// <summary>An element that is there, not blank, and plain.</summary>
    public void PlainElement(XElement? element, string where, bool isRss = false)
    {
        if (element is not null)
        {
            Findings.Unless(element.Value.Trim().Length > 0, "NotBlank", where);
            Plain(element, element.Value, where, isRss);
        }
    }

    /// <summary>An element's children against what may stand there: once, or any number of times (the names that end in a star).</summary>
    public void Children(XElement parent, IReadOnlySet<string> allowed)
    {
        foreach (var group in parent.Elements().GroupBy(FeedFacts.NameOf))
        {
            var known = allowed.Contains(group.Key);
            Findings.Unless(known || allowed.Contains(group.Key + "*"), "UndefinedElement", $"{parent.Name.LocalName}/{group.Key}");
            Findings.Unless(!known || group.Count() == 1, group.Key == "enclosure" ? "DuplicateEnclosure" : "DuplicateElement", $"{parent.Name.LocalName}/{group.Key}");
        }

        Findings.Unless(!parent.Nodes().OfType<XText>().Any(text => text.Value.Trim().Length > 0), "UnexpectedText", parent.Name.LocalName);
    }

    /// <summary>An element's attributes against what it may have.</summary>
    public void Attributes(XElement element, params string[] allowed)
    {
        foreach (var attribute in element.Attributes().Where(attribute => !attribute.IsNamespaceDeclaration && attribute.Name.Namespace != XNamespace.Xml))
        {
            Findings.Unless(allowed.Contains(FeedFacts.NameOf(attribute)), "UnexpectedAttribute", $"{element.Name.LocalName}/@{attribute.Name.LocalName}");
        }
    }

    private void CheckEverywhere()
    {
        foreach (var element in Root.DescendantsAndSelf())
        {
            foreach (var declared in element.Attributes().Where(attribute => attribute.IsNamespaceDeclaration && attribute.Value != FeedFacts.Rss1))
            {
                var known = FeedFacts.Namespaces.TryGetValue(declared.Value, out var prefix);
                Findings.Unless(known, "UnknownNamespace", element.Name.LocalName, declared.Value);
                Findings.Unless(!known || declared.Name.LocalName == "xmlns" || declared.Name.LocalName == prefix, "NonstdPrefix", declared.Name.LocalName);
            }

            var texts = element.Nodes().OfType<XText>().Select(text => text.Value);
            foreach (var text in texts.Concat(element.Attributes().Select(attribute => attribute.Value)))
            {
                Findings.Unless(!text.Any(c => c is '\uFFFD' or (>= '\u0080' and <= '\u009F')), "BadCharacters", element.Name.LocalName, text);
            }

            Findings.Unless(element.HasElements || !IsReadWrong(element.Value), "BadCharacters", element.Name.LocalName, element.Value);
            if (element.Attribute(XNamespace.Xml + "lang") is { } language)
            {
                Values.Language(language.Value, element.Name.LocalName);
            }
        }
    }

    /// <summary>Whether a text is UTF-8 that was read as Latin 1.</summary>
    private static bool IsReadWrong(string text)
    {
        for (var i = 1; i < text.Length; i++)
        {
            if (text[i - 1] is '\u00C2' or '\u00C3' && text[i] is >= '\u0080' and <= '\u00BF')
            {
                return text.All(c => c <= '\u00FF') && System.Text.Unicode.Utf8.IsValid(Encoding.Latin1.GetBytes(text));
            }
        }

        return false;
    }

    [GeneratedRegex(@"</(\w+)>", RegexOptions.CultureInvariant)]
    private static partial Regex EndTag();

    [GeneratedRegex(@"&(#?\w+)", RegexOptions.CultureInvariant)]
    private static partial Regex Reference();

    [GeneratedRegex("&#[x0-9]|<[/a-zA-Z]", RegexOptions.CultureInvariant)]
    private static partial Regex TagOrNumber();
}
