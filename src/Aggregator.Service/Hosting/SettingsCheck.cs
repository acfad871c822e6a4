using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Reflection;

namespace Aggregator.Service.Hosting;

/// <summary>
/// Checks settings while they are still text, where their names and values are known: binding them tells neither in words an operator
/// can act on. What is allowed is read from the options' own types and attributes.
/// </summary>
internal static class SettingsCheck
{
    /// <summary>One line for each setting of a section that cannot be used: its name, its value, and what is allowed.</summary>
    public static IEnumerable<string> FindFaults<TOptions>(IConfiguration configuration, string section) => FindFaults(configuration, section, typeof(TOptions));

    /// <inheritdoc cref="FindFaults{TOptions}"/>
    public static IEnumerable<string> FindFaults(IConfiguration configuration, string section, Type options) =>
        from property in SettingSections.PropertiesOf(options)
        from setting in SettingsOf(configuration.GetSection($"{section}:{property.Name}"), property)
        let expected = FindFault(setting, property)
        where expected is not null
        let value = property.IsDefined(typeof(SecretAttribute)) ? SecretAttribute.Hidden : $"\"{(setting.Value is { } text ? ShownText.Of(text, property.PropertyType == typeof(Uri)) : "{ ... }")}\""
        select $"{setting.Path}={value} cannot be used: {expected}";

    /// <summary>The setting of a property; of a list, each of its elements.</summary>
    private static IEnumerable<IConfigurationSection> SettingsOf(IConfigurationSection setting, PropertyInfo property) =>
        SettingSections.IsList(property) && string.IsNullOrEmpty(setting.Value) ? setting.GetChildren() : [setting];

    /// <summary>What is expected instead. Null: the setting is good, or not there.</summary>
    private static string? FindFault(IConfigurationSection setting, PropertyInfo property)
    {
        if (SettingSections.IsList(property) && setting.Key == property.Name)
        {
            return $"expected a list; its first element is {setting.Path}:0";
        }

        if (setting.Value is not { } text)
        {
            return setting.GetChildren().Any() ? Expected(property) : null;
        }

        var type = SettingSections.IsList(property) ? typeof(string) : TypeOf(property);
        var converter = TypeDescriptor.GetConverter(type);
        if (!converter.IsValid(text))
        {
            return Expected(property);
        }

        var value = converter.ConvertFromInvariantString(text);
        return property.GetCustomAttributes<ValidationAttribute>().All(rule => rule.IsValid(value)) && value is not Uri { IsAbsoluteUri: false }
            ? null
            : Expected(property);
    }

    private static Type TypeOf(PropertyInfo property) => Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;

    private static string Expected(PropertyInfo property)
    {
        var range = property.GetCustomAttribute<RangeAttribute>() is { } allowed ? $" from {allowed.Minimum} to {allowed.Maximum}" : "";
        return property.GetCustomAttributes<ValidationAttribute>().Select(rule => rule.ErrorMessage).FirstOrDefault(words => words is not null)
            ?? "expected " + (TypeOf(property) == typeof(TimeSpan) ? $"a time{range}, written as days.hours:minutes:seconds"
                : TypeOf(property) == typeof(int) ? $"a whole number{range}"
                : TypeOf(property).IsEnum ? $"one of {string.Join(", ", Enum.GetNames(TypeOf(property)))}"
                : property.PropertyType == typeof(Uri) ? "a whole address, such as http://proxy.example:3128"
                : "a text");
    }
}
