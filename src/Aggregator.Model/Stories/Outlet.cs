namespace Aggregator.Model.Stories;

/// <summary>Who published a story: the site its page is on, however many feeds the site has.</summary>
public static class Outlet
{
    /// <summary>Names in front of a host that choose a form of the site, not another site.</summary>
    private static readonly string[] Forms = ["www.", "m.", "mobile.", "amp."];

    /// <summary>The outlet of a story, for example "example.org" of "https://www.example.org/2026/a.html".</summary>
    public static string Of(Story story)
    {
        ArgumentNullException.ThrowIfNull(story);
        return Of(story.Link);
    }

    /// <summary>The outlet that an article's address names.</summary>
    public static string Of(Uri link)
    {
        ArgumentNullException.ThrowIfNull(link);
        var host = link.Host.ToLowerInvariant();
        var form = Array.Find(Forms, form => host.StartsWith(form, StringComparison.Ordinal) && host.AsSpan(form.Length).Contains('.'));
        return form is null ? host : host[form.Length..];
    }
}
