using System.Reflection;
using Aggregator.Service.Doors;
using Aggregator.Service.Fetching;
using Aggregator.Service.Images;
using Aggregator.Service.Mcp;
using Aggregator.Service.Opinions;
using Aggregator.Service.Polling;
using Aggregator.Service.Push;
using Aggregator.Service.Search;
using Aggregator.Service.Watching;

namespace Aggregator.Service.Hosting;

/// <summary>All settings there are: the sections of the configuration with the types that say what may stand in them, and what is read by name.</summary>
internal static class SettingSections
{
    /// <summary>Sections that are the properties of a type. Whoever adds options adds a line.</summary>
    public static IReadOnlyList<(string Section, Type Options, object Defaults)> Typed { get; } =
    [
        Of(HostingOptions.Section, new HostingOptions()),
        Of(StorageOptions.Section, new StorageOptions()),
        Of(PollingOptions.Section, new PollingOptions()),
        Of(FetchingOptions.Section, new FetchingOptions()),
        Of(ImagesOptions.Section, new ImagesOptions()),
        Of(PushOptions.Section, new PushOptions()),
        Of(DoorOptions.Section, new DoorOptions()),
        Of(McpOptions.Section, new McpOptions()),
        Of(SecondOpinionOptions.Section, new SecondOpinionOptions()),
        Of(WatchingOptions.Section, new WatchingOptions()),
    ];

    /// <summary>Sections whose entries the operator names: a star stands for the name. A secret's name ends in Secret.</summary>
    public static IReadOnlyList<string> Named { get; } =
    [
        SiteRuleFolder.Setting,
        $"{SavedQueries.Section}:*",
        .. SavedQueries.Parts.Select(part => $"{SavedQueries.Section}:*:{part}"),
        .. Webhooks.Settings.Select(setting => $"{Webhooks.Section}:*:{setting}"),
        .. PropertiesOf(typeof(TopicKeepOptions)).Select(property => $"{TopicKeepOptions.Section}:*:{property.Name}"),
    ];

    /// <summary>Sections of the framework, which checks them itself.</summary>
    public static IReadOnlyList<string> Foreign { get; } = ["Logging"];

    /// <summary>The settings of a type's properties; those whose names the operator gives are sections of their own.</summary>
    public static IEnumerable<PropertyInfo> PropertiesOf(Type options) => options.GetProperties().Where(property => property.CanWrite && !IsNamed(property));

    /// <summary>Whether a property is a list of texts, each a setting of its own (:0, :1, ...).</summary>
    public static bool IsList(PropertyInfo property) => property.PropertyType == typeof(IReadOnlyList<string>);

    private static (string Section, Type Options, object Defaults) Of<TOptions>(string section, TOptions defaults)
        where TOptions : notnull => (section, typeof(TOptions), defaults);

    private static bool IsNamed(PropertyInfo property) => property.PropertyType.IsGenericType && property.PropertyType.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>);
}
