namespace Aggregator.Service.Mcp;

/// <summary>Whether assistants may ask, and over what. Section "Mcp" of the configuration.</summary>
public sealed class McpOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Mcp";

    /// <summary>
    /// Whether the service answers the Model Context Protocol at /mcp: the same questions as the API, read-only, for assistants. Default: false.
    /// </summary>
    public bool Enabled { get; init; }
}
