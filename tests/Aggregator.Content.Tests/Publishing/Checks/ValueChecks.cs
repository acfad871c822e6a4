using System.Globalization;
using System.Text.RegularExpressions;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;

namespace Aggregator.Content.Tests.Publishing.Checks;

/// <summary>Dates, addresses, media types, languages and HTML, whatever holds them.</summary>
internal sealed partial class ValueChecks(Findings findings, DateTimeOffset now)
{
    private static readonly HtmlParser Strict = new(new HtmlParserOptions { IsStrictMode = true });

    /// <summary>RFC 3339, and neither before 1990 nor in the future.</summary>
    public void Rfc3339(string? text, string where)
    {
        var holds = text is not null && Instant().IsMatch(text)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant);
        findings.Unless(holds, "InvalidRFC3339Date", where, text);
        if (holds)
        {
            Plausible(DateTimeOffset.Parse(text!, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal), where);
        }
    }

    /// <summary>RFC 822 with four digits for the year and the day of the week that it was.</summary>
    public void Rfc822(string text, string where)
    {
        var holds = MailDate().IsMatch(text)
            && DateTimeOffset.TryParseExact(text[5..], "dd MMM yyyy HH:mm:ss 'GMT'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _);
        findings.Unless(holds, "InvalidRFC2822Date", where, text);
        if (holds)
        {
            var instant = DateTimeOffset.ParseExact(text[5..], "dd MMM yyyy HH:mm:ss 'GMT'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
            findings.Unless(instant.ToString("ddd", CultureInfo.InvariantCulture) == text[..3], "IncorrectDOW", where, text);
            Plausible(instant, where);
        }
    }

    /// <summary>An address, absolute, in the characters of RFC 3986.</summary>
    public void Address(string? text, string where)
    {
        var characters = text is not null && AbsoluteAddress().IsMatch(text);
        findings.Unless(characters, "InvalidFullLink", where, text);
        findings.Unless(text is null || !text.StartsWith("http", StringComparison.OrdinalIgnoreCase) || WebAddress().IsMatch(text), "InvalidFullLink", where, text);
    }

    /// <summary>The address of a file: on the web, with the plain name of a host.</summary>
    public void File(string? text, string where)
    {
        Address(text, where);
        findings.Unless(text is not null && FileAddress().IsMatch(text), "InvalidURLAttribute", where, text);
    }

    /// <summary>An id: a tag URI (RFC 4151), written as it is compared.</summary>
    public void TagUri(string text, string where)
    {
        findings.Unless(Tag().IsMatch(text), "InvalidTAG", where, text);
        findings.Unless(!EscapedForNothing().IsMatch(text), "NonCanonicalURI", where, text);
    }

    /// <summary>A media type with a kind and a name.</summary>
    public void MediaType(string? text, string where) => findings.Unless(text is not null && TypeAndParameters().IsMatch(text), "InvalidMIMEType", where, text);

    /// <summary>A language that is registered.</summary>
    public void Language(string text, string where) => findings.Unless(FeedFacts.IsLanguage(text), "InvalidLanguage", where, text);

    /// <summary>HTML without a fault for a strict parser, without what may act, with absolute addresses.</summary>
    public void Html(string html, string where)
    {
        using var outside = Strict.ParseDocument("<!DOCTYPE html><html><head><title>t</title></head><body></body></html>");
        try
        {
            foreach (var element in Strict.ParseFragment(html, outside.Body!).OfType<IElement>().SelectMany(element => element.QuerySelectorAll("*").Prepend(element)))
            {
                Element(element, where);
            }
        }
        catch (HtmlParseException fault)
        {
            findings.Unless(false, "NotHtml", where, $"{fault.Code} at {fault.Position}: {html}");
        }
    }

    private void Element(IElement element, string where)
    {
        findings.Unless(FeedFacts.HtmlElements.Contains(element.LocalName), "NotHtml", where, element.LocalName);
        findings.Unless(FeedFacts.SafeElements.Contains(element.LocalName), "SecurityRisk", where, element.LocalName);
        foreach (var attribute in element.Attributes)
        {
            findings.Unless(FeedFacts.SafeAttributes.Contains(attribute.Name), "SecurityRiskAttr", where, $"{element.LocalName} {attribute.Name}");
        }

        foreach (var address in new[] { element.GetAttribute("href"), element.GetAttribute("src") }.OfType<string>())
        {
            findings.Unless(Scheme().IsMatch(address.Trim()), "ContainsRelRef", where, address);
        }
    }

    private void Plausible(DateTimeOffset instant, string where) =>
        findings.Unless(instant >= FeedFacts.EarliestDate && instant <= now + TimeSpan.FromMinutes(10), "ImplausibleDate", where, instant.ToString("O", CultureInfo.InvariantCulture));

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$", RegexOptions.CultureInvariant)]
    private static partial Regex Instant();

    [GeneratedRegex(@"^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$", RegexOptions.CultureInvariant)]
    private static partial Regex MailDate();

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9+.-]*:(//)?[A-Za-z0-9;/?:@&=+$.\-_!~*'()%,]+(#[A-Za-z0-9;/?:@&=+$.\-_!~*'()%,]*)?$", RegexOptions.CultureInvariant)]
    private static partial Regex AbsoluteAddress();

    [GeneratedRegex("^https?://[^/]", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex WebAddress();

    [GeneratedRegex(@"^https?://([0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.|([a-z0-9-]+\.)+)[a-z0-9][a-z0-9-]*(:\d+)?(/|$)", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex FileAddress();

    [GeneratedRegex(@"^tag:([a-z0-9._-]+@)?[a-z0-9.-]+,\d{4}(-\d\d(-\d\d)?)?:[A-Za-z0-9;/?:@&=+$.\-_!~*'()%,]*$", RegexOptions.CultureInvariant)]
    private static partial Regex Tag();

    /// <summary>A letter, a digit, or one of "-._~" as an escape, or an escape in small letters (RFC 3986 section 6.2.2).</summary>
    [GeneratedRegex("%(3[0-9]|4[1-9A-F]|5[0-9AF]|6[1-9A-F]|7[0-9AE]|2[DE]|[0-9A-Fa-f]?[a-f])", RegexOptions.CultureInvariant)]
    private static partial Regex EscapedForNothing();

    [GeneratedRegex("""^[^\s()<>,;:\\"/\[\]?=]+/[^\s()<>,;:\\"/\[\]?=]+(\s*;\s*[^\s()<>,;:\\"/\[\]?=]+=("[^"]*"|[^\s()<>,;:\\"/\[\]?=]+))*$""", RegexOptions.CultureInvariant)]
    private static partial Regex TypeAndParameters();

    [GeneratedRegex(@"^\w+:", RegexOptions.CultureInvariant)]
    private static partial Regex Scheme();
}
