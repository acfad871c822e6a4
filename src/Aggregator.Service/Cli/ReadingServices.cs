using System.Text;
using Aggregator.Content.Extraction;
using Aggregator.Content.Parsing;
using Aggregator.Content.Rules;
using Aggregator.Content.Tagging;
using Aggregator.Model.Feeds;
using Aggregator.Model.Topics;
using Aggregator.Service.Catalog;
using Aggregator.Service.Discovery;
using Aggregator.Service.Fetching;
using Aggregator.Service.Hosting;
using Aggregator.Service.Polling;
using Aggregator.Service.Rules;
using Aggregator.Service.Secrets;
using Aggregator.Service.Topics;

namespace Aggregator.Service.Cli;

/// <summary>Fetching, parsing, extracting and tagging without a store: for verbs that look at something and keep nothing.</summary>
internal sealed class ReadingServices : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private ReadingServices(ServiceProvider services) => _services = services;

    /// <summary>All of them.</summary>
    public IServiceProvider Services => _services;

    public static ReadingServices Build(ServicePaths paths, IReadOnlyDictionary<string, string?> settings)
    {
        var configuration = ConfigurationSources.Read(paths, settings);
        var services = new ServiceCollection()
            .AddSingleton(configuration)
            .AddSingleton(paths)
            .AddSingleton(TimeProvider.System)
            .AddLogging()
            .AddSecrets()
            .AddFetching()
            .AddDiscovery()
            .AddContent(paths)
            .AddCatalog(paths.FeedsFile)
            .AddRules()
            .AddSingleton<IPageSource>(provider => provider.GetRequiredService<PageFetcher>())
            .AddSingleton<ArticleReader>();
        return new ReadingServices(services.BuildServiceProvider());
    }

    public async Task<FeedCheck> CheckAsync(FeedSource source, CancellationToken cancellationToken)
    {
        var address = source.Address;
        var access = _services.GetRequiredService<FeedSecrets>().For(source);
        var state = new FeedState { Id = FeedId.Of(address), Address = address, NextPoll = default };
        var fetched = await _services.GetRequiredService<FeedFetcher>().FetchAsync(state, access, cancellationToken);
        if (fetched is not FetchResult.Changed document)
        {
            return new FeedCheck(false, null, $"{address}: {fetched.Describe()}");
        }

        var feed = FeedParser.Parse(document.Body, new FeedDocument(document.Origin.Address, document.ContentType));
        if (feed.Format is null)
        {
            return new FeedCheck(false, null, $"{address}: {string.Join("; ", feed.Problems)}");
        }

        var newest = feed.Entries.Max(entry => entry.Published ?? entry.Updated) is { } date ? FormattableString.Invariant($", newest {date.UtcDateTime:yyyy-MM-dd HH:mm}") : "";
        var repaired = feed.Problems.Count > 0 ? $"; repaired: {string.Join("; ", feed.Problems)}" : "";
        return new FeedCheck(true, feed.Title, FormattableString.Invariant(
            $"{address}: {feed.Format}, \"{feed.Title}\", {feed.Entries.Count} entries{newest}{repaired}"));
    }

    public Task<DiscoveryResult> DiscoverAsync(Uri site, DiscoveryWish wish, CancellationToken cancellationToken) =>
        _services.GetRequiredService<FeedFinder>().FindAsync(site, wish, cancellationToken);

    public async Task<TaggableText> ReadPageAsync(Uri address, CancellationToken cancellationToken)
    {
        var entry = new FeedEntry { Key = address.AbsoluteUri, Fingerprint = "", Link = address };
        var page = await _services.GetRequiredService<ArticleReader>().ReadAsync(entry, null, cancellationToken);
        return page.Article is { } article
            ? new TaggableText(article.Title ?? "", article.BodyText, article.Language)
            : throw new StartException($"{address}: {page.Note}");
    }

    public static async Task<TaggableText> ReadFileAsync(string path, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
        {
            throw new StartException($"\"{path}\" is no address, no file and no story's id");
        }

        var bytes = await File.ReadAllBytesAsync(path, cancellationToken);
        if (Path.GetExtension(path) is ".html" or ".htm")
        {
            var article = ArticleExtractor.Extract(bytes, new PageContext(new Uri("http://file.invalid/")), cancellationToken);
            return new TaggableText(article.Title ?? "", article.BodyText, article.Language);
        }

        var text = Encoding.UTF8.GetString(bytes).TrimStart('\uFEFF').ReplaceLineEndings("\n");
        var end = text.IndexOf('\n', StringComparison.Ordinal);
        return end < 0 ? new TaggableText(text, "", null) : new TaggableText(text[..end], text[(end + 1)..], null);
    }

    /// <summary>The rules of a text with the feeds of feeds.json, their examples run.</summary>
    public RuleFileResult TestRules(string text, string fileName)
    {
        _services.GetRequiredService<FeedListFile>().LoadAtStart();
        _services.GetRequiredService<TopicsFile>().LoadAtStart();
        return _services.GetRequiredService<RulesFile>().Parse(text, fileName);
    }

    /// <summary>The tags by the definitions in force.</summary>
    /// <exception cref="StartException">topics.json cannot be used.</exception>
    public Tagging Tag(TaggableText text)
    {
        _services.GetRequiredService<TopicsFile>().LoadAtStart();
        return _services.GetRequiredService<TopicsInForce>().Definitions.Tagger.Tag(text);
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}

/// <summary>What a look at a feed showed.</summary>
/// <param name="IsFeed">Whether it is a feed that can be polled.</param>
/// <param name="Title">What it calls itself.</param>
/// <param name="Sentence">All of it in one line.</param>
internal sealed record FeedCheck(bool IsFeed, string? Title, string Sentence);
