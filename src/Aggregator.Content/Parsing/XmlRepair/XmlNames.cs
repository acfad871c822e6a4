using System.Xml;
using System.Xml.Linq;

namespace Aggregator.Content.Parsing.XmlRepair;

/// <summary>
/// The names of a document: what is written, and what it means where it stands. A feed has a few dozen names and uses them ten thousand
/// times, so each is worked out once, and again only where its prefix means something else.
/// </summary>
internal sealed class XmlNames(PrefixScopes prefixes, ProblemList problems)
{
    /// <summary>How many names a document may use: the runtime keeps every name it ever saw. Real feeds use less than two hundred.</summary>
    private const int MaxNames = 1_000;

    private const int MaxNameChars = 256;

    private readonly Dictionary<string, Written> _written = [];
    private readonly HashSet<(string Local, string Space)> _used = [];

    /// <summary>A name as it is written.</summary>
    internal sealed class Written
    {
        private readonly string _prefix;
        private readonly string _local;
        private (string Space, XName Name)? _element;
        private (string Space, XName Name)? _attribute;

        public Written(string text)
        {
            Text = text;
            Role = FeedGrammar.RoleOf(text);
            DeclaredPrefix = text == "xmlns" ? "" : text.StartsWith("xmlns:", StringComparison.Ordinal) ? text[6..] : null;
            var colon = text.IndexOf(':', StringComparison.Ordinal);
            _prefix = colon > 0 ? text[..colon] : "";
            _local = ValidName(colon > 0 ? text[(colon + 1)..] : text);
        }

        /// <summary>The name, prefix included.</summary>
        public string Text { get; }

        /// <summary>What it says about where an element of this name ends.</summary>
        public GrammarRole Role { get; }

        /// <summary>The prefix that an attribute of this name declares, "" for none. Null: it declares nothing.</summary>
        public string? DeclaredPrefix { get; }

        /// <summary>What it means in this place.</summary>
        public XName Resolve(XmlNames names, bool isAttribute)
        {
            var space = names.NamespaceOf(_prefix, isAttribute);
            ref var known = ref isAttribute ? ref _attribute : ref _element;
            if (known is not var (before, name) || before != space)
            {
                name = names.Use(_local, space);
                known = (space, name);
            }

            return name;
        }
    }

    /// <summary>The name that is written so.</summary>
    public Written Read(ReadOnlySpan<char> text)
    {
        var byText = _written.GetAlternateLookup<ReadOnlySpan<char>>();
        if (!byText.TryGetValue(text, out var written))
        {
            written = new Written(text.ToString());
            _written.Add(written.Text, written);
        }

        return written;
    }

    /// <summary>What an element of this name is called here.</summary>
    public XName OfElement(Written name) => name.Resolve(this, isAttribute: false);

    /// <summary>What an attribute of this name is called here.</summary>
    public XName OfAttribute(Written name) => name.Resolve(this, isAttribute: true);

    private XName Use(string local, string space)
    {
        if (_used.Count >= MaxNames && !_used.Contains((local, space)))
        {
            problems.Add($"names beyond the first {MaxNames} were forgotten");
            return XName.Get("_");
        }

        _used.Add((local, space));
        return XName.Get(local, space);
    }

    private string NamespaceOf(string prefix, bool isAttribute)
    {
        if (prefix == "xml")
        {
            return XNamespace.Xml.NamespaceName;
        }

        if (prefix.Length == 0)
        {
            return isAttribute ? "" : prefixes.Find(prefix) ?? "";
        }

        if (prefixes.Find(prefix) is { } address)
        {
            return address;
        }

        problems.Add($"the prefix \"{(prefix.Length > 20 ? prefix[..20] : prefix)}\" is not declared");
        return Vocabulary.AddressOf(prefix);
    }

    private static string ValidName(string name)
    {
        name = name.Length <= MaxNameChars ? name : name[..MaxNameChars];
        var valid = name.Length > 0 && XmlConvert.IsStartNCNameChar(name[0]) && name.AsSpan().IndexOf(':') < 0;
        for (var i = 1; valid && i < name.Length; i++)
        {
            valid = XmlConvert.IsNCNameChar(name[i]);
        }

        return valid ? name : XmlConvert.EncodeLocalName(name.Length == 0 ? "_" : name)!;
    }
}
