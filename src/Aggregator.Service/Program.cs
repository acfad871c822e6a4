using Aggregator.Service.Cli;

return await CommandLine.RunAsync(args);
