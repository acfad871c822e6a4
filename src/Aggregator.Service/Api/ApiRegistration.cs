using Aggregator.Service.Doors;
using Aggregator.Service.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;

namespace Aggregator.Service.Api;

/// <summary>Sets up the API.</summary>
public static class ApiRegistration
{
    private const string KeyScheme = "key";

    /// <summary>Adds what the endpoints of this folder need, problem details and the OpenAPI document.</summary>
    public static IServiceCollection AddApi(this IServiceCollection services)
    {
        services.AddProblemDetails(problems => problems.CustomizeProblemDetails = context =>
            context.ProblemDetails.Detail ??= context.ProblemDetails.Status == StatusCodes.Status500InternalServerError ? "Something here does not work as it should. The service's log says what." : null);
        services.AddExceptionHandler<StoreFaults>().AddExceptionHandler<BadRequests>();
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        services.AddOpenApi(openApi => openApi.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "Aggregator";
            document.Info.Description = "Tagged technology news from many feeds: ask for stories, feeds and topics.";
            return Task.CompletedTask;
        }).AddDocumentTransformer((document, context, _) =>
        {
            // Where none is configured, the address that was asked stands there already.
            if (context.ApplicationServices.GetRequiredService<IOptions<HostingOptions>>().Value.PublicAddress is { } home)
            {
                document.Servers = [new OpenApiServer { Url = home.AbsoluteUri.TrimEnd('/') }];
            }

            return Task.CompletedTask;
        }).AddDocumentTransformer((document, _, _) =>
        {
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
            document.Components.SecuritySchemes[KeyScheme] = new OpenApiSecurityScheme { Type = SecuritySchemeType.ApiKey, In = ParameterLocation.Header, Name = ServiceKey.Header, Description = "A key made with: aggregator keys add NAME" };
            return Task.CompletedTask;
        }).AddOperationTransformer((operation, context, _) =>
        {
            if (context.Description.ActionDescriptor.EndpointMetadata.OfType<DoorSign>().LastOrDefault()?.Kind == DoorKind.Operator)
            {
                operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(KeyScheme, context.Document)] = [] }];
            }

            ApiExamples.AddTo(operation);
            return Task.CompletedTask;
        }));
        return services.AddSingleton<Corrector>();
    }
}
