using System.Collections.Frozen;

namespace Aggregator.Content.Parsing.XmlRepair;

/// <summary>What an element's name says about where it ends when nobody closed it.</summary>
[Flags]
internal enum GrammarRole
{
    None = 0,

    /// <summary>An HTML element without content and end tag.</summary>
    Void = 1,

    /// <summary>An entry: the next entry ends it.</summary>
    Entry = 2,

    /// <summary>An element that holds text only.</summary>
    Leaf = 4,

    /// <summary>An element whose start ends an open leaf.</summary>
    Successor = 8,
}

/// <summary>What the grammars of feeds and HTML imply about elements that nobody closed.</summary>
internal static class FeedGrammar
{
    private static readonly FrozenDictionary<string, GrammarRole> Roles = ReadRoles();

    private static readonly FrozenDictionary<string, GrammarRole>.AlternateLookup<ReadOnlySpan<char>> RoleByName = Roles.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The roles of an element by its name as written, prefix included.</summary>
    public static GrammarRole RoleOf(ReadOnlySpan<char> name) => RoleByName.TryGetValue(name, out var role) ? role : GrammarRole.None;

    /// <summary>Whether the start of <paramref name="next"/> shows that <paramref name="open"/> should have been closed.</summary>
    public static bool Ends(GrammarRole open, GrammarRole next) =>
        (open.HasFlag(GrammarRole.Entry) && next.HasFlag(GrammarRole.Entry)) || (open.HasFlag(GrammarRole.Leaf) && next.HasFlag(GrammarRole.Successor));

    private static FrozenDictionary<string, GrammarRole> ReadRoles()
    {
        var roles = new Dictionary<string, GrammarRole>(StringComparer.OrdinalIgnoreCase);
        Add(GrammarRole.Void, "br hr img input wbr meta");
        Add(GrammarRole.Entry, "item entry");
        Add(GrammarRole.Leaf, "title link guid pubdate author category comments description updated published id summary language copyright generator ttl lastbuilddate managingeditor webmaster");
        Add(GrammarRole.Successor, "item entry guid pubdate description comments category updated published lastbuilddate enclosure");
        return roles.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

        void Add(GrammarRole role, string names)
        {
            foreach (var name in names.Split(' '))
            {
                roles[name] = roles.GetValueOrDefault(name) | role;
            }
        }
    }
}
