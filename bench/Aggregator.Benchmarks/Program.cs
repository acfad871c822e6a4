using System.Globalization;
using Aggregator.Benchmarks;
using BenchmarkDotNet.Running;

if (args is ["extraction", var folder, .. var rest])
{
    return ExtractionThroughput.Run(folder, rest is [var count] ? int.Parse(count, CultureInfo.InvariantCulture) : int.MaxValue);
}

if (args is ["extraction-parallel", var parallel, var threads, .. var some])
{
    return ExtractionMemory.Run(parallel, int.Parse(threads, CultureInfo.InvariantCulture), some is [var most] ? int.Parse(most, CultureInfo.InvariantCulture) : int.MaxValue);
}

if (args is ["tagging", var articles, .. var limit])
{
    return TaggingThroughput.Run(articles, limit is [var number] ? int.Parse(number, CultureInfo.InvariantCulture) : int.MaxValue);
}

if (args is ["clustering", var stream, .. var held])
{
    return ClusteringThroughput.Run(stream, held is [var size] ? int.Parse(size, CultureInfo.InvariantCulture) : 1_000_000);
}

if (args is ["store", var stories, .. var texts] && texts.Length > 0)
{
    return await StoreThroughput.RunAsync(int.Parse(stories, CultureInfo.InvariantCulture), texts);
}

if (args is ["store-kill", var killed, var times, .. var sources] && sources.Length > 0)
{
    return await StoreCrashes.RunAsync(killed, int.Parse(times, CultureInfo.InvariantCulture), sources);
}

if (args is ["store-saver", var saved, var from, .. var origins] && origins.Length > 0)
{
    return await StoreCrashes.SaveAsync(saved, int.Parse(from, CultureInfo.InvariantCulture), origins);
}

if (args is ["ingest-kill", var program, var world, var data, var kills, .. var heap])
{
    return await IngestCrashes.RunAsync(program, new Uri(world), data, int.Parse(kills, CultureInfo.InvariantCulture), heap is [var limitation] ? int.Parse(limitation, CultureInfo.InvariantCulture) : null);
}

if (args is ["store-size", var megabytes, var stored, .. var pieces] && pieces.Length > 0)
{
    return await StoreSize.RunAsync(int.Parse(megabytes, CultureInfo.InvariantCulture), int.Parse(stored, CultureInfo.InvariantCulture), pieces);
}

if (args is ["store-soak", var soaked, var minutes, .. var roots] && roots.Length > 0)
{
    return await StoreSoak.RunAsync(soaked, double.Parse(minutes, CultureInfo.InvariantCulture), roots);
}

if (args is ["serving", var serving, var served, .. var contents] && contents.Length > 0)
{
    return await Serving.RunAsync(serving, int.Parse(served, CultureInfo.InvariantCulture), contents);
}

if (args is ["serving-ask", var address])
{
    return await Serving.AskAsync(new Uri(address));
}

if (args is ["feeds", .. var feeds])
{
    return FeedThroughput.Run(feeds is [var path] ? path : null);
}

BenchmarkSwitcher.FromAssembly(typeof(Serving).Assembly).Run(args);
return 0;
