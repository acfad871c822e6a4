using System.Xml.Linq;
using Aggregator.Content.Parsing.Text;
using Aggregator.Model.Feeds;

namespace Aggregator.Content.Parsing.Formats.Xml;

/// <summary>Reads people: elements of their own, or one line with a name, a mail address or both.</summary>
internal sealed class PersonReader(FeedElements elements)
{
    /// <summary>The people in the children called by one of <paramref name="keys"/>; those with a name, if any has one.</summary>
    public IReadOnlyList<FeedPerson> Read(XElement owner, string[] keys)
    {
        List<FeedPerson>? persons = null;
        var looked = 0;
        foreach (var element in elements.Children(owner, keys))
        {
            if (looked++ == FeedLimits.PartsOfAKind)
            {
                break;
            }

            if (ToPerson(element) is { } person)
            {
                (persons ??= []).Add(person);
            }
        }

        if (persons is null or { Count: 1 })
        {
            return persons ?? [];
        }

        var named = persons.Where(person => person.Name is not null).DistinctBy(person => person.Name).ToList();
        return named.Count > 0 ? named : persons;
    }

    private FeedPerson? ToPerson(XElement element)
    {
        if (element.HasElements)
        {
            var name = elements.Value(element, "name", "atom:name", "itunes:name");
            var email = elements.Value(element, "email", "atom:email", "itunes:email");
            var page = elements.Address(elements.Find(element, "uri", "url", "homepage", "atom:uri", "atom:url", "atom:homepage"));
            if (name is not null || email is not null || page is not null)
            {
                return new FeedPerson(name, email, page);
            }
        }

        // RSS (and markup that nobody escaped): "mail@example.org (Name)" or "Name <mail@example.org>" or either alone.
        var text = PlainText.FromHtml(element.Value.Replace('<', '(').Replace('>', ')'))?.Trim();
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        var open = text.IndexOf('(', StringComparison.Ordinal);
        var (before, inside) = open < 0 ? (text, "") : (text[..open].Trim(), text[(open + 1)..].TrimEnd(')').Trim());
        var mail = before.Contains('@', StringComparison.Ordinal) ? before : inside.Contains('@', StringComparison.Ordinal) ? inside : null;
        var shown = mail is null ? text : mail == before ? inside : before;
        return new FeedPerson(shown.Length > 0 ? shown : null, mail, elements.Address(element, "href"));
    }
}
