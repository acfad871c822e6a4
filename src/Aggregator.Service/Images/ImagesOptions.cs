using System.ComponentModel.DataAnnotations;
using Aggregator.Service.Hosting;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Images;

/// <summary>Pictures that come to readers through this service. Section "Images" of the configuration.</summary>
public sealed class ImagesOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Images";

    /// <summary>The shortest <see cref="Key"/>, in characters.</summary>
    public const int ShortestKey = 32;

    /// <summary>
    /// Whether merged feeds send readers to this service for pictures, which fetches each once and keeps it: publishers and whoever they embed do not see who reads. Default: false.
    /// </summary>
    public bool Proxy { get; init; }

    /// <summary>What pictures may take on the disk together, in megabytes, 16 to 100,000; those that were not asked for longest go first. Default: 256.</summary>
    [Range(16, 100_000)]
    public int Megabytes { get; init; } = 256;

    /// <summary>The largest picture, in bytes, 10,000 to 50,000,000. Default: 8 MB.</summary>
    [Range(10_000, 50_000_000)]
    public int MaxBytes { get; init; } = 8_000_000;

    /// <summary>
    /// What the addresses of pictures are signed with, at least 32 characters. A secret. Default: made at the first start and kept in the data folder; to be set where several
    /// processes answer under one address, to the same for all.
    /// </summary>
    [MinLength(ShortestKey)]
    [Secret]
    public string? Key { get; init; }
}

/// <summary>Checks <see cref="ImagesOptions"/> at start.</summary>
[OptionsValidator]
public sealed partial class ImagesOptionsValidator : IValidateOptions<ImagesOptions>;
