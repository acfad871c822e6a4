using System.Net;
using System.Runtime.CompilerServices;
using System.Text;

namespace Aggregator.Service.Web;

/// <summary>
/// A piece of HTML written as an interpolated string in which every value is escaped, unless it is itself such a piece. Text from
/// strangers cannot become markup by being forgotten.
/// </summary>
[InterpolatedStringHandler]
public readonly ref struct Html
{
    private readonly StringBuilder _text;

    /// <summary>Called by the compiler.</summary>
    public Html(int literalLength, int formattedCount)
    {
        _text = new StringBuilder(literalLength + (formattedCount * 32));
    }

    /// <summary>Markup, as written in the program.</summary>
    public void AppendLiteral(string value) => _text.Append(value);

    /// <summary>A value, escaped.</summary>
    public void AppendFormatted(string? value) => _text.Append(WebUtility.HtmlEncode(value));

    /// <summary>A number.</summary>
    public void AppendFormatted(long value) => _text.Append(value);

    /// <summary>Markup made elsewhere in the same way.</summary>
    public void AppendFormatted(Markup value) => _text.Append(value.Text);

    /// <summary>Several pieces of markup.</summary>
    public void AppendFormatted(IEnumerable<Markup> values) => _text.AppendJoin("", values.Select(value => value.Text));

    /// <summary>The finished piece.</summary>
    public static Markup Of(Html html) => new(html._text.ToString());
}

/// <summary>HTML that is safe to put into a page.</summary>
/// <param name="Text">The HTML.</param>
public readonly record struct Markup(string Text)
{
    /// <summary>Nothing.</summary>
    public static Markup None { get; } = new("");

    /// <inheritdoc/>
    public override string ToString() => Text;
}
