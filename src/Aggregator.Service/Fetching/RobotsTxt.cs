using System.Globalization;
using System.Text;

namespace Aggregator.Service.Fetching;

/// <summary>
/// A site's rules for crawlers (RFC 9309): the group of our product token, else that of "*"; the longest matching rule wins, Allow wins
/// a tie; "*" and "$" work. Never throws for the text's sake.
/// </summary>
public sealed class RobotsTxt
{
    /// <summary>As much of a file as is read: RFC 9309 section 2.5 asks for at least 500 KiB.</summary>
    public const int MaxBytes = 512 * 1024;

    /// <summary>What a rule takes beside its characters.</summary>
    private const int BytesOfRule = 72;

    private static readonly TimeSpan LongestCrawlDelay = TimeSpan.FromSeconds(60);

    private readonly List<Rule> _rules;

    private RobotsTxt(List<Rule> rules, TimeSpan crawlDelay)
    {
        _rules = rules;
        CrawlDelay = crawlDelay;
    }

    /// <summary>Everything may be fetched.</summary>
    public static RobotsTxt AllowAll { get; } = new([], TimeSpan.Zero);

    /// <summary>Nothing may be fetched: the rules could not be had (RFC 9309 section 2.3.1.4).</summary>
    public static RobotsTxt DisallowAll { get; } = new([new Rule("/", Allow: false)], TimeSpan.Zero);

    /// <summary>What the rules take in memory, in bytes, about.</summary>
    internal long Bytes => _rules.Sum(rule => BytesOfRule + (2L * rule.Pattern.Length));

    /// <summary>The time between requests the site asks for, at most a minute. Zero: none asked for.</summary>
    public TimeSpan CrawlDelay { get; }

    /// <summary>Reads the rules for a product token, such as "Aggregator"; upper and lower case are the same.</summary>
    public static RobotsTxt Parse(ReadOnlySpan<byte> file, string productToken)
    {
        ArgumentNullException.ThrowIfNull(productToken);
        var text = Encoding.UTF8.GetString(file[..Math.Min(file.Length, MaxBytes)]).TrimStart('\uFEFF');
        var own = new Group();
        var others = new Group();
        var current = new HashSet<Group>(); // a group that names an agent a thousand times has its rules once
        var inAgents = false;
        foreach (var line in text.Split('\n', '\r'))
        {
            var (name, value) = Split(line);
            switch (name)
            {
                case "user-agent":
                    if (!inAgents)
                    {
                        current.Clear();
                    }

                    inAgents = true;
                    if (Names(value, productToken))
                    {
                        own.Exists = true;
                        current.Add(own);
                    }
                    else if (value == "*")
                    {
                        others.Exists = true;
                        current.Add(others);
                    }

                    break;
                case "allow" or "disallow":
                    inAgents = false;
                    if (value.Length > 0 && current.Count > 0)
                    {
                        var rule = new Rule(Normalise(value, isPattern: true), name == "allow");
                        foreach (var group in current)
                        {
                            group.Rules.Add(rule);
                        }
                    }

                    break;
                case "crawl-delay":
                    inAgents = false;
                    if (double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and < 1_000_000)
                    {
                        foreach (var group in current)
                        {
                            group.CrawlDelay = TimeSpan.FromSeconds(Math.Min(seconds, LongestCrawlDelay.TotalSeconds));
                        }
                    }

                    break;
            }
        }

        var chosen = own.Exists ? own : others;
        return new RobotsTxt(chosen.Rules, chosen.CrawlDelay);
    }

    /// <summary>Whether a page may be fetched.</summary>
    public bool Allows(Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var path = Normalise(address.PathAndQuery, isPattern: false);
        var best = -1;
        var allowed = true;
        foreach (var rule in _rules)
        {
            if ((rule.Pattern.Length > best || (rule.Pattern.Length == best && rule.Allow)) && Matches(rule.Pattern, path))
            {
                best = rule.Pattern.Length;
                allowed = rule.Allow;
            }
        }

        return allowed;
    }

    private static (string Name, string Value) Split(string line)
    {
        var comment = line.IndexOf('#', StringComparison.Ordinal);
        var rule = comment < 0 ? line : line[..comment];
        var colon = rule.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? ("", "") : (rule[..colon].Trim().ToLowerInvariant(), rule[(colon + 1)..].Trim());
    }

    /// <summary>A token names us if it is ours, perhaps with a version behind it.</summary>
    private static bool Names(string value, string productToken)
    {
        var end = value.AsSpan().IndexOfAny(' ', '/');
        return value.AsSpan(0, end < 0 ? value.Length : end).Equals(productToken, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>
    /// Percent-encoding in one form, so that encoded and plain spellings compare equal; reserved characters stay encoded. In a pattern a
    /// plain star, and a plain dollar at its end, are wild (RFC 9309 section 2.2.3); everywhere else both are characters like others.
    /// </summary>
    private static string Normalise(string path, bool isPattern)
    {
        var bytes = Encoding.UTF8.GetBytes(path);
        var text = new StringBuilder(path.Length);
        for (var at = 0; at < bytes.Length; at++)
        {
            var value = bytes[at];
            var encoded = value == '%' && at + 2 < bytes.Length
                && byte.TryParse(Encoding.ASCII.GetString(bytes, at + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
            at += encoded ? 2 : 0;
            var wild = isPattern && (value == '*' || (value == '$' && at == bytes.Length - 1));
            var keep = value is (byte)'*' or (byte)'$' ? !encoded && wild : encoded ? char.IsAsciiLetterOrDigit((char)value) || value is (byte)'-' or (byte)'.' or (byte)'_' or (byte)'~' : value < 0x80;
            if (keep)
            {
                text.Append((char)value);
            }
            else
            {
                text.Append(CultureInfo.InvariantCulture, $"%{value:X2}");
            }
        }

        return text.ToString();
    }

    /// <summary>Matches a pattern at the start of a path in time proportional to both lengths, whatever the number of stars.</summary>
    private static bool Matches(string pattern, string path)
    {
        var anchored = pattern.EndsWith('$');
        var pieces = (anchored ? pattern[..^1] : pattern).Split('*');
        if (!path.StartsWith(pieces[0], StringComparison.Ordinal))
        {
            return false;
        }

        var at = pieces[0].Length;
        for (var index = 1; index < pieces.Length; index++)
        {
            if (anchored && index == pieces.Length - 1)
            {
                return path.Length - pieces[index].Length >= at && path.EndsWith(pieces[index], StringComparison.Ordinal);
            }

            var found = path.IndexOf(pieces[index], at, StringComparison.Ordinal);
            if (found < 0)
            {
                return false;
            }

            at = found + pieces[index].Length;
        }

        return !anchored || at == path.Length;
    }

    private sealed class Group
    {
        public bool Exists { get; set; }

        public List<Rule> Rules { get; } = [];

        public TimeSpan CrawlDelay { get; set; }
    }

    private sealed record Rule(string Pattern, bool Allow);
}
