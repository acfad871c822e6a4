using System.Globalization;
using Aggregator.Content.Publishing;
using Aggregator.Content.Publishing.Json;
using Aggregator.Model.Push;
using Aggregator.Model.Text;
using Aggregator.Service.Fetching;
using Aggregator.Service.Hosting;
using Aggregator.Service.Search;
using Aggregator.Service.Web;

namespace Aggregator.Service.Push;

/// <summary>
/// The operator's webhooks: addresses that what is new is pushed to as JSON Feed. Section "Webhooks" of the configuration, by name: "Address", "Query" (the name of a
/// saved query, or a query; everything where there is none), "Secret" (16 characters or more, or "whsec_" and Base64; what is pushed is signed with it) and "Content"
/// (full, summary or title).
/// </summary>
public sealed class Webhooks(IConfiguration configuration, SavedQueries queries, MergedFeedScopes scopes, StoryQueryReader reader, AddressGuard guard, TopicAddress topics)
{
    /// <summary>The section's name.</summary>
    public const string Section = "Webhooks";

    private const int ShortestSecret = 16;

    /// <summary>What can be said of a webhook.</summary>
    internal static IReadOnlyList<string> Settings { get; } = ["Address", "Query", "Secret", "Content"];

    /// <summary>Reads all: each as a subscriber of the feed that it is told of.</summary>
    /// <exception cref="StartException">One cannot be used; the message names setting and value.</exception>
    public IReadOnlyList<(Subscriber Subscriber, MergedFeed Feed)> Read() => [.. configuration.GetSection(Section).GetChildren().Select(Read)];

    private (Subscriber Subscriber, MergedFeed Feed) Read(IConfigurationSection webhook)
    {
        var name = $"{Section}:{webhook.Key}";
        if (webhook.GetChildren().FirstOrDefault(setting => !Settings.Contains(setting.Key, StringComparer.OrdinalIgnoreCase)) is { } unknown)
        {
            throw new StartException($"{name}:{unknown.Key} is no setting of a webhook; there are {string.Join(", ", Settings)}");
        }

        var callback = Uri.TryCreate(webhook["Address"], UriKind.Absolute, out var address) ? address : null;
        if (callback is null || guard.FindFault(callback) is not null)
        {
            throw new StartException($"{name}:Address={(callback is null ? SecretAttribute.Hidden : ShownText.HostOf(callback.OriginalString))} cannot be used: {(callback is null ? "it is no web address" : guard.FindFault(callback))}");
        }

        var secret = webhook["Secret"];
        if (secret is not null && PushMessages.KeyOf(secret) is not { Length: >= ShortestSecret })
        {
            throw new StartException(string.Create(CultureInfo.InvariantCulture, $"{name}:Secret cannot be used: give {ShortestSecret} characters or more, or \"whsec_\" and as many bytes in Base64"));
        }

        var view = FeedView.Usual;
        if (webhook["Content"] is { } told)
        {
            view = Enum.TryParse<FeedContent>(told, ignoreCase: true, out var content) && Enum.IsDefined(content)
                ? view with { Content = content }
                : throw new StartException($"{name}:Content=\"{told}\" cannot be used: expected full, summary or title");
        }

        var feed = new MergedFeed(ScopeOf(name, webhook["Query"]), PublishedFormats.All.OfType<JsonFeedWriter>().Single(), view);
        return (new Subscriber { Id = $"webhook/{Slug.Of(webhook.Key)}", Kind = SubscriberKind.Webhook, Topic = topics.UsualHome.Below(feed.Path).AbsoluteUri, Callback = callback, Secret = secret }, feed);
    }

    private MergedFeedScope ScopeOf(string name, string? query)
    {
        if (string.IsNullOrWhiteSpace(query))
        {
            return MergedFeedScope.Everything;
        }

        if (queries.Find(query) is not null && MergedFeedScopes.Saved.Find(scopes, query).Scope is { } saved)
        {
            return saved;
        }

        var (condition, error) = reader.ReadCondition(query);
        return condition is null
            ? throw new StartException($"{name}:Query=\"{query}\" cannot be used: {(error is null ? "it asks for nothing" : (error with { Parameter = "the query" }).Sentence)}")
            : MergedFeedScope.Everything with { Narrowed = new ScopeQuery(query.Trim(), condition) };
    }
}
