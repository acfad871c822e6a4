using System.CommandLine;
using System.Globalization;
using Aggregator.Model.Push;
using Aggregator.Service.Api;
using Aggregator.Service.Hosting;
using Spectre.Console;

namespace Aggregator.Service.Cli;

/// <summary>push: whom news are pushed to, and what webhooks did not take.</summary>
internal static class PushCommand
{
    public static Command Create(CommonOptions common) => new("push", "Whom news are pushed to: subscribers at the hub and webhooks, and what these did not take") { CreateList(common), CreateRetry(common), CreateForget(common) };

    private static Command CreateList(CommonOptions common)
    {
        var json = new Option<bool>("--json") { Description = "The API's answer as it is" };
        var list = new Command("list", "Webhooks, subscribers by feed, and dead letters") { json };
        list.SetAction(async (parsed, cancellationToken) =>
        {
            await using var service = await OpenAsync(common, parsed, cancellationToken);
            if (parsed.GetValue(json))
            {
                Console.WriteLine(await service.GetTextAsync("/api/push", cancellationToken));
                return ExitCode.Done;
            }

            Show(await service.GetAsync<PushAnswer>("/api/push", cancellationToken));
            return ExitCode.Done;
        });
        return list;
    }

    private static Command CreateRetry(CommonOptions common)
    {
        var letters = Letters();
        var retry = new Command("retry", "Try once more to bring dead letters to their webhooks. Exit code 1: some were not taken.") { letters };
        retry.SetAction(async (parsed, cancellationToken) =>
        {
            await using var service = await OpenAsync(common, parsed, cancellationToken);
            var failed = 0;
            foreach (var id in await WantedAsync(service, parsed.GetValue(letters)!, cancellationToken))
            {
                var outcome = await service.SendAsync<RetryAnswer>(HttpMethod.Post, $"/api/push/dead-letters/{Uri.EscapeDataString(id)}/retry", cancellationToken);
                failed += outcome.Error is null ? 0 : 1;
                Console.WriteLine($"{id}: {outcome.Error ?? "taken"}");
            }

            return failed == 0 ? ExitCode.Done : ExitCode.Fault;
        });
        return retry;
    }

    private static Command CreateForget(CommonOptions common)
    {
        var letters = Letters();
        var forget = new Command("forget", "Forget dead letters") { letters };
        forget.SetAction(async (parsed, cancellationToken) =>
        {
            await using var service = await OpenAsync(common, parsed, cancellationToken);
            foreach (var id in await WantedAsync(service, parsed.GetValue(letters)!, cancellationToken))
            {
                await service.SendAsync(HttpMethod.Delete, $"/api/push/dead-letters/{Uri.EscapeDataString(id)}", cancellationToken);
                Console.WriteLine($"{id}: forgotten");
            }

            return ExitCode.Done;
        });
        return forget;
    }

    private static void Show(PushAnswer push)
    {
        var webhooks = Terminal.Table("Webhook", "Told at", "State");
        foreach (var webhook in push.Subscribers.Where(subscriber => subscriber.Kind == SubscriberKind.Webhook))
        {
            webhooks.AddRow(Terminal.Cell(webhook.Id), Terminal.Cell(webhook.Callback), Terminal.Cell(State(webhook)));
        }

        var feeds = Terminal.Table("Feed", "Subscribers", "Failing");
        foreach (var feed in push.Subscribers.Where(subscriber => subscriber.Kind == SubscriberKind.WebSub).GroupBy(subscriber => subscriber.Topic))
        {
            feeds.AddRow(Terminal.Cell(feed.Key), Terminal.Cell(Number(feed.Count())), Terminal.Cell(Number(feed.Count(subscriber => subscriber.FailingSince is not null))));
        }

        var dead = Terminal.Table("Dead letter", "Webhook", "News of", "Given up", "Because");
        foreach (var letter in push.DeadLetters)
        {
            dead.AddRow(Terminal.Cell(letter.Id), Terminal.Cell(letter.Webhook), Terminal.Cell(Time(letter.Made)), Terminal.Cell(Time(letter.GivenUp)), Terminal.Cell(letter.Reason));
        }

        foreach (var table in new[] { webhooks, feeds, dead }.Where(table => table.Rows.Count > 0))
        {
            Terminal.Show(table);
        }

        if (push.Subscribers.Count + push.DeadLetters.Count == 0)
        {
            Console.WriteLine("Nobody has subscribed, and no webhook is configured.");
        }
    }

    private static string State(SubscriberAnswer webhook) => webhook.FailingSince is { } since
        ? $"fails since {Time(since)}, {Number(webhook.Behind)} behind: {webhook.Error}"
        : webhook.LastDelivery is { } last ? $"told last {Time(last)}" : "nothing to tell yet";

    private static string Time(DateTimeOffset instant) => instant.ToString("u", CultureInfo.InvariantCulture);

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static Argument<string[]> Letters() => new("letter") { Description = "The ids of dead letters, or \"all\"", Arity = ArgumentArity.OneOrMore };

    private static async Task<IEnumerable<string>> WantedAsync(ServiceConnection service, string[] letters, CancellationToken cancellationToken) =>
        letters is ["all"] ? (await service.GetAsync<PushAnswer>("/api/push", cancellationToken)).DeadLetters.Select(letter => letter.Id) : letters;

    private static Task<ServiceConnection> OpenAsync(CommonOptions common, ParseResult parsed, CancellationToken cancellationToken) =>
        ServiceConnection.OpenAsync(common.Paths(parsed), common.Settings(parsed), ServiceMode.Answer, cancellationToken);
}
