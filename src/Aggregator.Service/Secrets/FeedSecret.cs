using System.Text;
using Aggregator.Model.Text;

namespace Aggregator.Service.Secrets;

/// <summary>A secret that opens a feed. A closed set. Never shows itself: <see cref="ToString"/> tells nothing.</summary>
public abstract record FeedSecret
{
    private FeedSecret()
    {
    }

    /// <summary>The texts that must not be shown, in each form in which they travel.</summary>
    internal abstract IEnumerable<string> Texts { get; }

    /// <inheritdoc/>
    public sealed override string ToString() => "(secret)";

    /// <summary>Adds the secret to a request.</summary>
    internal abstract void AddTo(HttpRequestMessage request);

    /// <summary>User and password (RFC 7617, in UTF-8).</summary>
    /// <param name="User">The user; without a colon.</param>
    /// <param name="Password">The password.</param>
    public sealed record Basic(string User, string Password) : FeedSecret
    {
        private string Encoded => Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{Password}"));

        internal override IEnumerable<string> Texts => [Encoded, Password];

        internal override void AddTo(HttpRequestMessage request) => request.Headers.TryAddWithoutValidation("Authorization", "Basic " + Encoded);
    }

    /// <summary>A bearer token (RFC 6750 section 2.1).</summary>
    /// <param name="Token">The token.</param>
    public sealed record Bearer(string Token) : FeedSecret
    {
        internal override IEnumerable<string> Texts => [Token];

        internal override void AddTo(HttpRequestMessage request) => request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + Token);
    }

    /// <summary>A header of its own.</summary>
    /// <param name="Name">The header's name.</param>
    /// <param name="Value">Its value.</param>
    public sealed record Header(string Name, string Value) : FeedSecret
    {
        internal override IEnumerable<string> Texts => [Value];

        internal override void AddTo(HttpRequestMessage request) => request.Headers.TryAddWithoutValidation(Name, Value);
    }

    /// <summary>A parameter of the address, added to the request only.</summary>
    /// <param name="Name">The parameter's name.</param>
    /// <param name="Value">Its value, not escaped.</param>
    public sealed record Query(string Name, string Value) : FeedSecret
    {
        internal override IEnumerable<string> Texts => [Value];

        internal override void AddTo(HttpRequestMessage request)
        {
            var address = AddressSecrets.Without(request.RequestUri!, Name);
            var whole = address.GetLeftPart(UriPartial.Query).TrimEnd('?');
            request.RequestUri = new Uri($"{whole}{(whole.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{Uri.EscapeDataString(Name)}={Uri.EscapeDataString(Value)}");
        }
    }
}
