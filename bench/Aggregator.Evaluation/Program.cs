using Aggregator.Evaluation;

return await Commands.RunAsync(args, Console.Error);
