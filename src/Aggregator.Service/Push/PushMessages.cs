using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Aggregator.Model.Push;
using Aggregator.Model.Text;

namespace Aggregator.Service.Push;

/// <summary>The requests that push publications. Pure.</summary>
internal static class PushMessages
{
    /// <summary>The beginning of a webhook's secret that is written as bytes in Base64 (Standard Webhooks).</summary>
    private const string WrittenSecret = "whsec_";

    /// <summary>The request that brings a publication to a subscriber, signed as its kind has it.</summary>
    /// <param name="subscriber">Who gets it.</param>
    /// <param name="publication">What is new.</param>
    /// <param name="hub">The hub that the feed names.</param>
    /// <param name="now">The time.</param>
    public static HttpRequestMessage Of(Subscriber subscriber, Publication publication, Uri hub, DateTimeOffset now)
    {
        var content = new ReadOnlyMemoryContent(publication.Body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(publication.MediaType);
        var request = new HttpRequestMessage(HttpMethod.Post, subscriber.Callback) { Content = content };
        if (subscriber.Kind == SubscriberKind.WebSub)
        {
            SignForWebSub(request, subscriber, publication, hub);
        }
        else
        {
            SignForWebhook(request, subscriber, publication, now);
        }

        return request;
    }

    /// <summary>Links to topic and hub, and the signature of the body (W3C WebSub sections 7 and 7.1).</summary>
    private static void SignForWebSub(HttpRequestMessage request, Subscriber subscriber, Publication publication, Uri hub)
    {
        request.Headers.TryAddWithoutValidation("Link", $"<{hub.AbsoluteUri}>; rel=\"hub\", <{publication.Topic}>; rel=\"self\"");
        if (subscriber.Secret is { } secret)
        {
            request.Headers.TryAddWithoutValidation("X-Hub-Signature", $"sha256={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), publication.Body.Span))}");
        }
    }

    /// <summary>An id that is the same for every try, the time, and the signature of both with the body (Standard Webhooks 1.0, symmetric).</summary>
    private static void SignForWebhook(HttpRequestMessage request, Subscriber subscriber, Publication publication, DateTimeOffset now)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"msg_{ContentHash.Of(12, subscriber.Id, publication.Topic)}_{publication.Number}");
        var time = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        request.Headers.TryAddWithoutValidation("webhook-id", id);
        request.Headers.TryAddWithoutValidation("webhook-timestamp", time);
        if (subscriber.Secret is { } secret && KeyOf(secret) is { } key)
        {
            byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{time}."), .. publication.Body.Span];
            request.Headers.TryAddWithoutValidation("webhook-signature", $"v1,{Convert.ToBase64String(HMACSHA256.HashData(key, signed))}");
        }
    }

    /// <summary>The key that a webhook's secret stands for. Null: it is no Base64, though it says so.</summary>
    internal static byte[]? KeyOf(string secret)
    {
        if (!secret.StartsWith(WrittenSecret, StringComparison.Ordinal))
        {
            return Encoding.UTF8.GetBytes(secret);
        }

        var key = new byte[secret.Length];
        return Convert.TryFromBase64String(secret[WrittenSecret.Length..], key, out var length) ? key[..length] : null;
    }
}
