using System.Text;
using Aggregator.Service.Doors;
using Aggregator.Service.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Aggregator.Service.Tests.Doors;

/// <summary>How a request shows its key.</summary>
public sealed class ShownKeyTests
{
    [Theory]
    [InlineData("", "", "", null)]
    [InlineData("own", "", "", "own")]
    [InlineData("own", "Bearer agg_b", "agg_t", "own")]
    [InlineData("", "Bearer agg_b", "agg_t", "agg_b")]
    [InlineData("", "bearer  agg_b ", "", "agg_b")]
    [InlineData("", "Basic me:agg_p", "", "agg_p")]
    [InlineData("", "Basic :agg_p:with:colons", "", "agg_p:with:colons")]
    [InlineData("", "Basic me:of the proxy", "agg_t", "agg_t")]
    [InlineData("", "Bearer of the proxy", "agg_t", "agg_t")]
    [InlineData("", "Digest username=me", "", null)]
    [InlineData("", "", "agg_t", "agg_t")]
    public void TakeFrom_SeveralWays_TakesTheSurest(string own, string authorization, string token, string? text)
    {
        var request = Request(token.Length > 0 ? $"?token={token}" : "");
        request.Headers[ServiceKey.Header] = own;
        request.Headers.Authorization = authorization.StartsWith("Basic ", StringComparison.Ordinal) ? $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(authorization["Basic ".Length..]))}" : authorization;

        Assert.Equal(text, ShownKey.TakeFrom(request)?.Text);
    }

    [Theory]
    [InlineData("Basic")]
    [InlineData("Basic !!!")]
    [InlineData("Basic bm9jb2xvbg==")]
    [InlineData("Bearer")]
    public void TakeFrom_CredentialsThatAreNone_IsNoKeyOfOurs(string authorization)
    {
        var request = Request("");
        request.Headers.Authorization = authorization;

        Assert.NotEqual(true, ShownKey.TakeFrom(request)?.IsMeantForUs);
    }

    /// <summary>Whatever is made of the address afterwards cannot tell the token.</summary>
    [Theory]
    [InlineData("?token=agg_t", "")]
    [InlineData("?q=topic%3Aai&token=agg_t&limit=5", "?q=topic%3Aai&limit=5")]
    [InlineData("?TOKEN=agg_t&a=1&Token=agg_u", "?a=1")]
    [InlineData("?token=", "")]
    [InlineData("?%74oken=agg_t", "")]
    [InlineData("?q=a%20b", "?q=a%20b")]
    public void TakeFrom_AnAddress_LeavesNoTokenInIt(string before, string after)
    {
        var request = Request(before);

        ShownKey.TakeFrom(request);

        Assert.Equal(after, request.QueryString.Value);
        Assert.False(request.Query.ContainsKey("token"));
        Assert.DoesNotContain("agg_", request.HttpContext.Features.Get<IHttpRequestFeature>()!.RawTarget, StringComparison.Ordinal);
    }

    private static HttpRequest Request(string query)
    {
        var request = new DefaultHttpContext().Request;
        (request.Path, request.QueryString) = ("/feed.atom", new QueryString(query));
        request.HttpContext.Features.Get<IHttpRequestFeature>()!.RawTarget = "/feed.atom" + query;
        return request;
    }
}
