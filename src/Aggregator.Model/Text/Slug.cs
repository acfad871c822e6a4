using System.Globalization;
using System.Text;

namespace Aggregator.Model.Text;

/// <summary>Turns names into the form they take in addresses.</summary>
public static class Slug
{
    /// <summary>
    /// The slug of <paramref name="name"/>: lower case, every run of anything else than letters and digits one hyphen, none at the
    /// ends ("EVs &amp; self-driving" gives "evs-self-driving"). Empty when the name has no letter or digit.
    /// </summary>
    public static string Of(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var slug = new StringBuilder(name.Length);
        foreach (var rune in name.EnumerateRunes())
        {
            if (Rune.IsLetterOrDigit(rune))
            {
                slug.Append(Rune.ToLower(rune, CultureInfo.InvariantCulture).ToString());
            }
            else if (slug.Length > 0 && slug[^1] != '-')
            {
                slug.Append('-');
            }
        }

        return slug.ToString().TrimEnd('-');
    }
}
