using System.ClientModel;
using System.ClientModel.Primitives;
using Aggregator.Service.Hosting;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Options;
using OpenAI;

namespace Aggregator.Service.Opinions;

/// <summary>Sets up the second opinion, if there is one to ask.</summary>
public static class OpinionsRegistration
{
    /// <summary>Adds the worker that asks, where the configuration names an endpoint.</summary>
    /// <exception cref="StartException">An endpoint without a model.</exception>
    public static IServiceCollection AddSecondOpinion(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddOptions<SecondOpinionOptions>().BindConfiguration(SecondOpinionOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<SecondOpinionOptions>, SecondOpinionOptionsValidator>();
        var options = configuration.GetSection(SecondOpinionOptions.Section).Get<SecondOpinionOptions>() ?? new SecondOpinionOptions();
        if (options.Endpoint is not { } endpoint)
        {
            return services;
        }

        if (options.Model.Length == 0)
        {
            throw new StartException($"{SecondOpinionOptions.Section}:Model is missing: expected the name by which {endpoint} knows the model to ask");
        }

        return services
            .AddSingleton(_ => Client(endpoint, options))
            .AddSingleton<TopicAdviser>()
            .AddSingleton<OpinionRound>()
            .AddHostedService<OpinionWorker>();
    }

    /// <summary>Endpoints on the own machine ask for no key, but the client wants one.</summary>
    private static IChatClient Client(Uri endpoint, SecondOpinionOptions options) =>
        new OpenAIClient(new ApiKeyCredential(string.IsNullOrEmpty(options.ApiKey) ? "none" : options.ApiKey), new OpenAIClientOptions
        {
            Endpoint = endpoint,
            NetworkTimeout = options.Timeout + TimeSpan.FromSeconds(5), // ours is told in better words
            RetryPolicy = new ClientRetryPolicy(0), // a second try is a question more
        })
            .GetChatClient(options.Model)
            .AsIChatClient();
}
