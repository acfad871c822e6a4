namespace Aggregator.Content.Extraction;

/// <summary>What was read of an article before the page that continues it.</summary>
/// <param name="First">The address of the article's first page.</param>
/// <param name="Text">The text so far, one line a block: what the page says again is left out.</param>
public sealed record EarlierPages(Uri First, string Text);
