using System.Reflection;
using Aggregator.Service.Hosting;
using Aggregator.Service.Tests.World;

namespace Aggregator.Service.Tests.Hosting;

public sealed class EffectiveSettingsTests
{
    /// <summary>Settings that are texts or addresses and no secrets. A new one is written here, or gets [Secret]: somebody has to decide.</summary>
    private static readonly HashSet<string> PlainTexts =
    [
        "Hosting:Listen", "Hosting:PublicAddress", "Hosting:TrustedProxies", "Hosting:Certificate", "Hosting:CertificateKey", "Hosting:TagAuthority", "Hosting:SecretsFile",
        "Fetching:Contact", "Fetching:UserAgent", "Fetching:Proxy", "Fetching:AllowedNetworks", "Fetching:AllowedPorts", "SecondOpinion:Endpoint", "SecondOpinion:Model",
        "Watching:MetricsNetworks", "Watching:OtlpEndpoint",
    ];

    [Fact]
    public void Typed_EveryOptionsClassOfTheProgram_IsListed()
    {
        var options = typeof(SettingSections).Assembly.GetTypes()
            .Where(type => type.Name.EndsWith("Options", StringComparison.Ordinal) && type.GetField("Section") is { IsLiteral: true } && type != typeof(TopicKeepOptions)) // of which there is a section a topic
            .ToList();

        Assert.NotEmpty(options);
        Assert.Equal(options.Select(type => type.Name).Order(StringComparer.Ordinal), SettingSections.Typed.Select(section => section.Options.Name).Order(StringComparer.Ordinal));
        Assert.All(SettingSections.Typed, section => Assert.Equal(section.Section, section.Options.GetField("Section")!.GetRawConstantValue()));
    }

    [Fact]
    public void Typed_EveryTextSetting_IsASecretOrKnownToBeNone() => Assert.All(
        from section in SettingSections.Typed
        from property in SettingSections.PropertiesOf(section.Options)
        where property.PropertyType == typeof(string) || property.PropertyType == typeof(Uri) || SettingSections.IsList(property)
        select (Name: $"{section.Section}:{property.Name}", property),
        setting => Assert.True(
            setting.property.IsDefined(typeof(SecretAttribute)) != PlainTexts.Contains(setting.Name), $"{setting.Name} is neither marked [Secret] nor known to be none, or both"));

    /// <summary>Whatever is no text has values that cannot be used; each must be refused with its name and what is allowed.</summary>
    [Fact]
    public void Read_NonsenseInAnySetting_StopsTheStartWithNameAndWhatIsAllowed()
    {
        foreach (var (section, options, _) in SettingSections.Typed)
        {
            foreach (var property in SettingSections.PropertiesOf(options).Where(property => property.PropertyType != typeof(string) && !SettingSections.IsList(property)))
            {
                var name = $"{section}:{property.Name}";
                var fault = Assert.Throws<StartException>(() => ConfigurationSources.Read(Paths(), new Dictionary<string, string?> { [name] = "no such value" }));

                Assert.StartsWith($"{name}=\"no such value\" cannot be used: expected ", fault.Message, StringComparison.Ordinal);
            }
        }
    }

    /// <summary>Every number and time has bounds, is refused beyond them, and is within them where nobody sets it.</summary>
    [Fact]
    public void Read_BeyondTheBoundsOfAnySetting_StopsTheStartWithItsRange()
    {
        foreach (var (section, options, _) in SettingSections.Typed)
        {
            foreach (var property in SettingSections.PropertiesOf(options).Where(IsNumberOrTime))
            {
                var name = $"{section}:{property.Name}";
                var range = property.GetCustomAttribute<System.ComponentModel.DataAnnotations.RangeAttribute>();
                Assert.True(range is not null, $"{name} has no [Range]");
                var beyond = IsTime(property) ? "100000.00:00:00" : "-1";
                var fault = Assert.Throws<StartException>(() => ConfigurationSources.Read(Paths(), new Dictionary<string, string?> { [name] = beyond }));

                Assert.Contains($"from {range.Minimum} to {range.Maximum}", fault.Message, StringComparison.Ordinal);
                Assert.True(property.GetValue(Activator.CreateInstance(options)) is not { } value || range.IsValid(value), name);
            }
        }
    }

    [Fact]
    public void All_NothingSet_HasEverySettingAtItsDefault()
    {
        var settings = Explain([]);

        Assert.All(settings.All, setting => Assert.Equal("default", setting.Source));
        Assert.Equal("http://127.0.0.1:5080", ValueOf(settings, "Hosting:Listen"));
        Assert.Equal("01:00:00", ValueOf(settings, "Polling:DefaultInterval"));
        Assert.Equal("false", ValueOf(settings, "Mcp:Enabled"));
        Assert.Null(ValueOf(settings, "Hosting:PublicAddress"));
        Assert.Empty(settings.Unknown);
    }

    [Fact]
    public void All_SetInFileAndOnTheCommandLine_SaysWhichWins()
    {
        using var folder = new TestFolder();
        var file = Path.Combine(folder.Path, "aggregator.json");
        File.WriteAllText(file, """{ "Polling": { "Concurrency": 8, "DispatchEvery": "00:00:07" }, "SavedQueries": { "IP watch": "topic:ip-theft" } }""");

        var settings = Explain(new() { ["polling:concurrency"] = "9" }, folder);

        Assert.Equal(new EffectiveSetting("Polling:Concurrency", "9", "--set"), settings.All.Single(setting => setting.Name == "Polling:Concurrency"));
        Assert.Equal(new EffectiveSetting("Polling:DispatchEvery", "00:00:07", file), settings.All.Single(setting => setting.Name == "Polling:DispatchEvery"));
        Assert.Equal(new EffectiveSetting("SavedQueries:IP watch", "topic:ip-theft", file), settings.All[^1]);
    }

    [Theory]
    [InlineData("Hosting:CertificatePassword", "(hidden)")]
    [InlineData("SecondOpinion:ApiKey", "(hidden)")]
    [InlineData("Webhooks:Desk:Secret", "(hidden)")]
    [InlineData("Storage:PostgreSql", "Host=db.example;Username=jo;(hidden)")]
    public void All_Secrets_AreHidden(string name, string shown)
    {
        var settings = Explain(new() { [name] = "Host=db.example;Username=jo;Password=open sesame" });

        Assert.Equal(shown, ValueOf(settings, name));
        Assert.DoesNotContain(settings.All, setting => setting.Value?.Contains("sesame", StringComparison.Ordinal) == true);
    }

    [Theory]
    [InlineData("Fetching:Proxy", "http://jo:sesame@proxy.example:3128/")]
    [InlineData("Fetching:Proxy", "socks5://jo:sesame@proxy.example:1080")]
    [InlineData("Fetching:Proxy", "socks5://jo:ses/sesame@proxy.example:1080")]
    [InlineData("Fetching:Proxy", "jo:sesame@proxy.example:3128")]
    [InlineData("Fetching:UserAgent", "socks5://jo:sesame@proxy.example")]
    [InlineData("Webhooks:Desk:Address", "https://desk.example/news?token=open-sesame")]
    [InlineData("Webhooks:Desk:Address", "https://hooks.example/services/T0/B0/sesame")]
    public void All_AddressesWithSecretsInThem_AreShownWithout(string name, string value)
    {
        var shown = ValueOf(Explain(new() { [name] = value }), name);

        Assert.DoesNotContain("sesame", shown, StringComparison.Ordinal);
        Assert.Contains(".example", shown, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Poling:Concurrency", "Polling:Concurrency")]
    [InlineData("Polling:Concurency", "Polling:Concurrency")]
    [InlineData("Polling:Contact", "Fetching:Contact")]
    [InlineData("Listen", "Hosting:Listen")]
    public void Unknown_NameThatIsNearAnother_SaysWhichMayBeMeant(string name, string meant) => Assert.Contains(
        $"there is no setting {name}; it is not used. Did you mean {meant}?", Assert.Single(Explain(new() { [name] = "x" }).Unknown), StringComparison.Ordinal);

    [Theory]
    [InlineData("Logging:LogLevel:Default")]
    [InlineData("Webhooks:Desk:Address")]
    [InlineData("SavedQueries:IP watch")]
    [InlineData("SavedQueries:IP watch:Query")]
    [InlineData("SavedQueries:IP watch:Private")]
    [InlineData("Fetching:AllowedNetworks:0")]
    [InlineData("Extraction:SiteRules")]
    public void Unknown_SettingsThatAreReadByName_AreNot(string name) => Assert.Empty(Explain(new() { [name] = "x" }).Unknown);

    [Fact]
    public void Read_SecretThatCannotBeUsed_IsNotQuoted()
    {
        var fault = Assert.Throws<StartException>(() => ConfigurationSources.Read(Paths(), new Dictionary<string, string?> { ["Storage:PostgreSql:Password"] = "sesame" }));

        Assert.DoesNotContain("sesame", fault.Message, StringComparison.Ordinal);
        Assert.StartsWith("Storage:PostgreSql=(hidden) cannot be used", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Fetching:Proxy", "socks5://jo:ses/sesame@proxy.example:1080")]
    [InlineData("Polling:Concurrency", "http://jo:sesame@proxy.example")]
    public void Read_AddressThatCannotBeUsed_IsQuotedWithoutItsPassword(string name, string value)
    {
        var fault = Assert.Throws<StartException>(() => ConfigurationSources.Read(Paths(), new Dictionary<string, string?> { [name] = value }));

        Assert.DoesNotContain("sesame", fault.Message, StringComparison.Ordinal);
        Assert.Contains("proxy.example", fault.Message, StringComparison.Ordinal);
    }

    private static bool IsTime(PropertyInfo property) => property.PropertyType == typeof(TimeSpan) || property.PropertyType == typeof(TimeSpan?);

    private static bool IsNumberOrTime(PropertyInfo property) => IsTime(property) || property.PropertyType == typeof(int) || property.PropertyType == typeof(int?) || property.PropertyType == typeof(double);

    private static string? ValueOf(EffectiveSettings settings, string name) => settings.All.Single(setting => setting.Name == name).Value;

    private static ServicePaths Paths() => new("/nowhere/feeds.json", "/nowhere/data");

    private static EffectiveSettings Explain(Dictionary<string, string?> settings, TestFolder? folder = null)
    {
        var paths = folder is null ? Paths() : new ServicePaths(folder.Feeds, folder.Data);
        return ConfigurationSources.Explain(ConfigurationSources.Load(paths, settings), paths);
    }
}
