using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Aggregator.Service.Diagnosis;
using Aggregator.Service.Hosting;

namespace Aggregator.Service.Cli;

/// <summary>doctor: looks at all the service needs, and says what to do.</summary>
internal static class DoctorCommand
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public static Command Create(CommonOptions common)
    {
        var offline = new Option<bool>("--offline") { Description = "Ask nobody outside: no names, no feeds" };
        var json = new Option<bool>("--json") { Description = "As JSON" };
        var doctor = new Command("doctor", "Look at data folder, disk, files, settings, ports, certificate, clock, limits, names and network, and say what to do. Exit code 1: something does not work.") { offline, json };
        doctor.SetAction(async (parsed, cancellationToken) =>
        {
            var findings = await LookAsync(common.Paths(parsed), common.Settings(parsed), parsed.GetValue(offline), cancellationToken);
            if (parsed.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(findings, Json));
            }
            else
            {
                foreach (var finding in findings)
                {
                    Show(finding);
                }
            }

            return findings.Any(finding => finding.Level == FindingLevel.Fail) ? ExitCode.Fault : ExitCode.Done;
        });
        return doctor;
    }

    private static async Task<IReadOnlyList<Finding>> LookAsync(ServicePaths paths, IReadOnlyDictionary<string, string?> settings, bool isOffline, CancellationToken cancellationToken)
    {
        var found = Doctor.LookAtSettings(paths, settings);
        if (found.Any(finding => finding.Level == FindingLevel.Fail))
        {
            return found;
        }

        try
        {
            await using var reading = ReadingServices.Build(paths, settings);
            return [.. found, .. await Doctor.LookAsync(reading.Services, paths, isOffline, cancellationToken)];
        }
        finally
        {
            FileOwner.GiveBack(paths.DataFolder);
        }
    }

    private static void Show(Finding finding)
    {
        var level = finding.Level switch { FindingLevel.Ok => "ok", FindingLevel.Warn => "warn", _ => "FAIL" };
        Console.WriteLine($"{level,-5} {finding.Subject,-12} {finding.Says}");
        if (finding.Remedy is { } remedy)
        {
            Console.WriteLine($"{"",-18} {remedy}");
        }
    }
}
