using Aggregator.Service.Doors;
using ModelContextProtocol.Protocol;

namespace Aggregator.Service.Mcp;

/// <summary>Sets up the Model Context Protocol (revision 2025-06-18 and later, Streamable HTTP). The only place that knows its SDK, with the tools beside it.</summary>
public static class McpRegistration
{
    private const string Path = "/mcp";

    /// <summary>Adds it where the configuration switches it on.</summary>
    public static IServiceCollection AddMcp(this IServiceCollection services, IConfiguration configuration)
    {
        if (IsEnabled(configuration))
        {
            services.AddMcpServer(server =>
            {
                server.ServerInfo = new Implementation { Name = "aggregator", Title = "Aggregator", Version = typeof(McpRegistration).Assembly.GetName().Version!.ToString(3) };
                server.ServerInstructions = "News stories of many outlets, tagged by topic and grouped by event. Say which outlets report what you tell, and link to them.";
            }).WithHttpTransport(http => http.Stateless = true).WithTools<StoryTools>();
        }

        return services;
    }

    /// <summary>Maps it where it is switched on.</summary>
    public static WebApplication MapMcp(this WebApplication app)
    {
        if (IsEnabled(app.Configuration))
        {
            app.MapMcp(Path).IsReading();
        }

        return app;
    }

    private static bool IsEnabled(IConfiguration configuration) => configuration.GetSection(McpOptions.Section).Get<McpOptions>()?.Enabled == true;
}
