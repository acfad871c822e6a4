using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using Aggregator.Service.Hosting;
using Spectre.Console;

namespace Aggregator.Service.Cli;

/// <summary>config: the settings in force, and where each came from.</summary>
internal static class ConfigCommand
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Create(CommonOptions common) => new("config", "The settings in force") { CreateShow(common) };

    private static Command CreateShow(CommonOptions common)
    {
        var part = new Argument<string?>("part") { Description = "Only settings whose name has this in it", Arity = ArgumentArity.ZeroOrOne };
        var set = new Option<bool>("--set-only") { Description = "Only what is not left at its default" };
        var json = new Option<bool>("--json") { Description = "As JSON" };
        var show = new Command("show", "All settings, their values, and where those came from. Secrets are hidden. Exit code 2: something cannot be used.") { part, set, json };
        show.SetAction(parsed =>
        {
            var paths = common.Paths(parsed);
            var configuration = ConfigurationSources.Load(paths, common.Settings(parsed));
            var settings = ConfigurationSources.Explain(configuration, paths);
            var faults = ConfigurationSources.FindFaults(configuration);
            var shown = settings.All
                .Where(setting => parsed.GetValue(part) is not { } text || setting.Name.Contains(text, StringComparison.OrdinalIgnoreCase))
                .Where(setting => !parsed.GetValue(set) || setting.Source != EffectiveSetting.Default)
                .ToList();
            if (parsed.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(new ConfigAnswer(paths.FeedsFile, paths.DataFolder, shown, settings.Unknown, faults), Json));
            }
            else
            {
                Show(paths, shown);
                foreach (var words in settings.Unknown.Concat(faults))
                {
                    Console.Error.WriteLine(words);
                }
            }

            return faults.Count == 0 ? ExitCode.Done : ExitCode.BadInput;
        });
        return show;
    }

    private static void Show(ServicePaths paths, List<EffectiveSetting> settings)
    {
        Console.WriteLine($"feeds: {paths.FeedsFile}");
        Console.WriteLine($"data:  {paths.DataFolder}");
        if (settings.Count == 0)
        {
            Console.WriteLine("No such setting is set.");
            return;
        }

        var table = Terminal.Table("setting", "value", "from");
        foreach (var setting in settings)
        {
            table.AddRow(Terminal.Cell(setting.Name), Terminal.Cell(setting.Value ?? ""), Terminal.Cell(setting.Source));
        }

        Terminal.Show(table);
    }
}

/// <summary>The settings in force, as JSON.</summary>
internal sealed record ConfigAnswer(string Feeds, string Data, IReadOnlyList<EffectiveSetting> Settings, IReadOnlyList<string> Unknown, IReadOnlyList<string> Faults);
