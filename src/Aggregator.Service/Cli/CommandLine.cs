using System.CommandLine;
using System.Net.Sockets;
using Aggregator.Model.Storage;
using Aggregator.Service.Hosting;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Cli;

/// <summary>The program as its users call it: the verbs, and the meaning of exit codes.</summary>
public static class CommandLine
{
    /// <summary>Runs what the arguments ask for and returns the process's exit code, one of <see cref="ExitCode"/>.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var common = new CommonOptions();
        var run = RunCommand.Create(common);
        var root = new RootCommand("Polls technology news feeds, extracts and tags their articles, and serves them as merged feeds. Without a verb: run.")
        {
            run,
            PollCommand.Create(common),
            StoriesCommand.Create(common),
            ClustersCommand.Create(common),
            FeedsCommand.Create(common),
            TopicsCommand.Create(common),
            RulesCommand.Create(common),
            QueriesCommand.Create(common),
            PushCommand.Create(common),
            KeysCommand.Create(common),
            IndexCommand.Create(common),
            RetentionCommand.Create(common),
            ReprocessCommand.Create(common),
            BackupCommand.CreateBackup(common),
            BackupCommand.CreateRestore(common),
            ConfigCommand.Create(common),
            DoctorCommand.Create(common),
            ServiceCommand.Create(common),
            CompletionCommand.Create(),
        };
        root.Options.Add(common.Data);
        root.Options.Add(common.Feeds);
        root.Options.Add(common.Set);
        root.Action = run.Action;
        Examples.AddTo(root);

        try
        {
            // The host handles signals itself, so that a stop is orderly; faults are told below in one line.
            var invocation = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
            return await root.Parse(args).InvokeAsync(invocation);
        }
        catch (StartException fault)
        {
            return Tell(fault.Message, ExitCode.BadInput);
        }
        catch (OptionsValidationException fault)
        {
            return Tell(string.Join(Environment.NewLine, fault.Failures), ExitCode.BadInput);
        }
        catch (Exception fault) when (fault is StoreException or HttpRequestException or IOException or UnauthorizedAccessException)
        {
            return Tell(fault.Message, ExitCode.Fault);
        }
        catch (SocketException fault)
        {
            return Tell($"the address of Hosting:Listen cannot be listened on: {fault.Message}", ExitCode.Fault);
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Fault;
        }
    }

    private static int Tell(string message, int exitCode)
    {
        Console.Error.WriteLine($"aggregator: {message}");
        return exitCode;
    }
}

/// <summary>What the process's exit code means.</summary>
internal static class ExitCode
{
    /// <summary>All done.</summary>
    public const int Done = 0;

    /// <summary>Something this program needs does not work: the data folder, the disk, the port.</summary>
    public const int Fault = 1;

    /// <summary>The command line, feeds.json or another file given is wrong.</summary>
    public const int BadInput = 2;

    /// <summary>Done, but some feeds could not be read.</summary>
    public const int SomeFeedsFailed = 3;
}

/// <summary>The options every verb takes.</summary>
internal sealed class CommonOptions
{
    public Option<string?> Data { get; } = new("--data")
    {
        Description = "The folder for everything the service writes (default: \"data\" beside feeds.json)",
        HelpName = "folder",
        Recursive = true,
    };

    public Option<string?> Feeds { get; } = new("--feeds")
    {
        Description = "The list of feeds (default: feeds.json in the current folder)",
        HelpName = "file",
        Recursive = true,
    };

    public Option<string[]> Set { get; } = new("--set")
    {
        Description = "A setting, for example Polling:DefaultInterval=00:30:00; may be repeated",
        HelpName = "name=value",
        Recursive = true,
    };

    public ServicePaths Paths(ParseResult parsed) => ServicePaths.Resolve(parsed.GetValue(Feeds), parsed.GetValue(Data));

    public IReadOnlyDictionary<string, string?> Settings(ParseResult parsed)
    {
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var setting in parsed.GetValue(Set) ?? [])
        {
            var parts = setting.Split('=', 2);
            settings[parts[0]] = parts.Length == 2 ? parts[1] : throw new StartException($"--set {setting}: write it as name=value, for example Polling:DefaultInterval=00:30:00");
        }

        return settings;
    }
}
