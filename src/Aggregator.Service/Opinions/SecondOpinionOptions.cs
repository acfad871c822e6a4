using System.ComponentModel.DataAnnotations;
using Aggregator.Service.Hosting;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Opinions;

/// <summary>
/// The language model that is asked where a topic's definition cannot decide. Section "SecondOpinion" of the configuration. Without an
/// endpoint, as by default, no model is asked and no text leaves the machine.
/// </summary>
public sealed class SecondOpinionOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "SecondOpinion";

    /// <summary>
    /// Address of an API in OpenAI's format, which Ollama, llama.cpp and vLLM offer too, for example http://127.0.0.1:11434/v1. Titles and
    /// beginnings of stories are sent there. Default: none, nobody is asked.
    /// </summary>
    public Uri? Endpoint { get; init; }

    /// <summary>The model's name as the endpoint knows it, for example qwen3:8b.</summary>
    public string Model { get; init; } = "";

    /// <summary>The endpoint's key. Default: none. Give it as the environment's AGGREGATOR_SecondOpinion__ApiKey rather than in a file or an argument.</summary>
    [Secret]
    public string? ApiKey { get; init; }

    /// <summary>The most questions an hour, 1 to 3,600, evenly spaced. Default: 60.</summary>
    [Range(1, 3600)]
    public int QuestionsPerHour { get; init; } = 60;

    /// <summary>How old a story may be to be asked about, 1 hour to 30 days. Default: 1 day.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "30.00:00:00")]
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromDays(1);

    /// <summary>How long an answer may take, 1 s to 10 min. Default: 2 min.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(2);
}

/// <summary>Checks <see cref="SecondOpinionOptions"/> at start.</summary>
[OptionsValidator]
public sealed partial class SecondOpinionOptionsValidator : IValidateOptions<SecondOpinionOptions>;
