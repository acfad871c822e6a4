namespace Aggregator.Service.Installing;

/// <summary>What is to be installed.</summary>
/// <param name="Place">Where.</param>
/// <param name="Program">What is run.</param>
/// <param name="Feeds">The text of the list of feeds to begin with.</param>
/// <param name="Listen">Where to listen, if not at the usual address.</param>
internal sealed record InstallWish(ServicePlace Place, ProgramFile Program, string Feeds, string? Listen);
