namespace Aggregator.Service.Api;

/// <summary>Sets up the API.</summary>
public static class ApiRegistration
{
    /// <summary>Adds what the endpoints of this folder need, problem details and the OpenAPI document.</summary>
    public static IServiceCollection AddApi(this IServiceCollection services)
    {
        services.AddProblemDetails();
        services.AddExceptionHandler<StoreFaults>();
        services.AddOpenApi(openApi => openApi.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "Aggregator";
            document.Info.Description = "Tagged technology news from many feeds: ask for stories, feeds and topics.";
            return Task.CompletedTask;
        }));
        return services.AddSingleton<Corrector>();
    }
}
