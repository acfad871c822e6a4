using System.CommandLine;
using Aggregator.Service.Api;
using Aggregator.Service.Hosting;

namespace Aggregator.Service.Cli;

/// <summary>stories pin and unpin: what is to be the last to be dropped.</summary>
internal static class StoriesPinCommand
{
    public static Command CreatePin(CommonOptions common) =>
        Create(common, "pin", "Pin stories: no limit of age, number, feed or topic ends them, and want of room only when nothing else is left", HttpMethod.Put, "pinned");

    public static Command CreateUnpin(CommonOptions common) =>
        Create(common, "unpin", "Take the pins of stories away: they go like all others again", HttpMethod.Delete, "not pinned any more");

    private static Command Create(CommonOptions common, string verb, string description, HttpMethod method, string done)
    {
        var ids = new Argument<string[]>("ids") { Description = "The stories' ids", Arity = ArgumentArity.OneOrMore };
        var command = new Command(verb, description) { ids };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var service = await ServiceConnection.OpenAsync(common.Paths(parsed), common.Settings(parsed), ServiceMode.Answer, cancellationToken);
            foreach (var id in parsed.GetValue(ids)!)
            {
                var story = await service.SendAsync<StoryAnswer>(method, $"/api/stories/{Uri.EscapeDataString(id)}/pin", cancellationToken);
                Console.WriteLine($"\"{story.Title}\" is {done}.");
            }

            return ExitCode.Done;
        });
        return command;
    }
}
