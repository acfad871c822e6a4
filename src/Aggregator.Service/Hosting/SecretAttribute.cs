namespace Aggregator.Service.Hosting;

/// <summary>A setting whose value is for nobody's eyes: it is neither shown nor logged, nor quoted where it cannot be used.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class SecretAttribute : Attribute
{
    /// <summary>What stands in place of the value.</summary>
    public const string Hidden = "(hidden)";

    /// <summary>Of a value made of parts, as connection strings are: the parts that may be shown.</summary>
    public string[] Shows { get; init; } = [];
}
