namespace Aggregator.Content.Tagging;

/// <summary>What a tagger reads of a story.</summary>
/// <param name="Title">The title as plain text; may be empty.</param>
/// <param name="Body">The body as plain text, one line a block; may be empty, of any length.</param>
/// <param name="Language">BCP 47 language. Null: unknown.</param>
public sealed record TaggableText(string Title, string Body, string? Language);
