using System.CommandLine;
using System.Text.Json.Nodes;
using Aggregator.Simulation;

var world = new Argument<Uri>("world") { Description = "Address of the test world, whose clock must stand still unless moved, for example http://127.0.0.1:8099", CustomParser = result => new Uri(result.Tokens[0].Value) };
var days = new Option<double>("--days") { Description = "How much time passes", DefaultValueFactory = _ => 3 };
var judgedAfter = new Option<double>("--judged-after") { Description = "Days after which the scorecard begins anew", DefaultValueFactory = _ => 0 };
var everyMinutes = new Option<double?>("--fixed") { Description = "Poll every feed at this interval, in minutes, instead of by its rhythm" };
var pages = new Option<bool>("--pages") { Description = "Fetch article pages too" };
var data = new Option<string?>("--data") { Description = "A folder to keep the store in; must not exist. Default: a temporary one, deleted at the end" };
var direct = new Option<bool>("--direct") { Description = "Ask the world under its own address instead of through its proxy" };
var also = new Option<string?>("--also") { Description = "A feeds.json with more feeds to poll; the report tells what became of each" };
var faulty = new Option<int>("--faulty") { Description = "How many feeds that misbehave are polled besides, in all of the world's ways by turns, each on a host of its own" };
var outage = new Option<double[]>("--outage") { Description = "The hours between which the network is gone", Arity = new ArgumentArity(2, 2), AllowMultipleArgumentsPerToken = true };
var jump = new Option<double>("--jump") { Description = "By how many hours the clock is set when half of the time has passed; may be negative" };
var set = new Option<string[]>("--set") { Description = "A setting of the service, NAME=VALUE", DefaultValueFactory = _ => [] };
var command = new RootCommand("Runs the service against a test world under a stepped clock: days of polling pass in minutes.") { world, days, judgedAfter, everyMinutes, pages, data, direct, also, faulty, outage, jump, set };
command.SetAction(async (parsed, cancellationToken) =>
{
    var folder = parsed.GetValue(data) ?? Directory.CreateTempSubdirectory("simulation-").FullName;
    try
    {
        var settings = parsed.GetValue(set)!.Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => (string?)pair[^1]);
        var fixedInterval = parsed.GetValue(everyMinutes) is { } minutes ? TimeSpan.FromMinutes(minutes) : (TimeSpan?)null;
        var more = parsed.GetValue(also) is { } file ? JsonNode.Parse(await File.ReadAllTextAsync(file, cancellationToken))!["feeds"]!.AsArray() : [];
        var plan = new Plan(
            parsed.GetValue(world)!,
            TimeSpan.FromDays(parsed.GetValue(days)),
            TimeSpan.FromDays(parsed.GetValue(judgedAfter)),
            fixedInterval,
            parsed.GetValue(pages),
            folder,
            parsed.GetValue(direct),
            more,
            parsed.GetValue(faulty),
            parsed.GetValue(outage) is [var from, var until] ? (TimeSpan.FromHours(from), TimeSpan.FromHours(until)) : null,
            TimeSpan.FromHours(parsed.GetValue(jump)),
            settings);
        var report = await Simulator.RunAsync(plan, Console.Error, cancellationToken);
        await report.WriteAsync(Console.Out);
        return 0;
    }
    finally
    {
        if (parsed.GetValue(data) is null)
        {
            Directory.Delete(folder, recursive: true);
        }
    }
});
return await command.Parse(args).InvokeAsync();
