namespace Aggregator.Service.Web;

/// <summary>A Content-Security-Policy of an endpoint's own, in place of that of the pages.</summary>
/// <param name="Text">The policy.</param>
public sealed record ContentPolicy(string Text);
