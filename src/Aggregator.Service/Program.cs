using Aggregator.Service.Cli;
using Aggregator.Service.Hosting;

NativeMemory.KeepTogether(); // before there are many threads, each with a place of its own
return await CommandLine.RunAsync(args);
