using Aggregator.Model.Feeds;
using Aggregator.Model.Text;
using Aggregator.Service.Fetching;
using Aggregator.Service.Polling;

namespace Aggregator.Service.Tests.Polling.Rhythm;

/// <summary>Polls a made-up publisher for weeks as the service would, or every hour, and says what it cost and how late entries were found.</summary>
internal static class PollSimulation
{
    public const int Days = 28;
    private const int HistoryDays = 28;
    private const int EntriesShown = 20;

    private static readonly DateTimeOffset Begin = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The polls of the schedule under test.</summary>
    /// <param name="publisher">Who publishes.</param>
    /// <param name="seed">Its luck.</param>
    /// <param name="dated">Whether its entries state when they were published.</param>
    /// <param name="fresh">The max-age it states. Null: none.</param>
    /// <param name="watch">Is told every wait.</param>
    public static SimulatedPolls InRhythm(Publisher publisher, int seed, bool dated = true, TimeSpan? fresh = null, Action<TimeSpan>? watch = null)
    {
        var options = new PollingOptions();
        var times = publisher.Times(seed, Days, HistoryDays);
        var source = new FeedSource { Address = new Uri($"https://{ContentHash.Of(4, publisher.Name)}{seed}.example/feed") };
        var now = Begin.AddSeconds(new Random(seed).Next(3600));
        var state = new FeedState { Id = source.Id, Address = source.Address, NextPoll = now };
        var origin = new AnswerOrigin(source.Address, null);
        var polls = new List<double>();
        var seen = 0;
        while (now < Begin.AddDays(Days))
        {
            polls.Add((now - Begin).TotalSeconds);
            var published = UpTo(times, polls[^1]);
            var known = state.Polls == 0 ? Math.Max(0, published - EntriesShown) : seen;
            var news = times[known..published].Select(at => dated ? Begin.AddSeconds(at) : (DateTimeOffset?)null).ToList();
            seen = published;
            var terms = new CacheTerms($"\"{published}\"", null, fresh);
            FetchResult result = state.Polls == 0 || news.Count > 0
                ? new FetchResult.Changed(default, $"{published}", origin, terms)
                : new FetchResult.Unchanged(origin, terms, SentWhole: false);
            state = FeedStates.After(state, source, new PollOutcome(result) { NewDates = news, Added = news.Count }, options, now);
            watch?.Invoke(state.NextPoll - now);
            now = state.NextPoll;
        }

        return Judge(times, polls);
    }

    /// <summary>The same with a poll every hour.</summary>
    public static SimulatedPolls Hourly(Publisher publisher, int seed)
    {
        double first = new Random(seed).Next(3600);
        return Judge(publisher.Times(seed, Days, HistoryDays), [.. Enumerable.Range(0, Days * 24).Select(hour => first + (hour * 3600.0))]);
    }

    private static SimulatedPolls Judge(double[] times, List<double> polls)
    {
        // What came before the first poll is nobody's fault, what came after the last was not found yet.
        var late = new List<double>();
        foreach (var at in times.Where(at => at > polls[0] && at <= polls[^1]))
        {
            var found = polls.BinarySearch(at);
            late.Add((polls[found < 0 ? ~found : found] - at) / 60);
        }

        return new SimulatedPolls(polls.Count, late);
    }

    private static int UpTo(double[] times, double at)
    {
        var index = Array.BinarySearch(times, at);
        return index < 0 ? ~index : index + 1;
    }
}

/// <summary>What a simulation counted.</summary>
/// <param name="Polls">Requests made.</param>
/// <param name="Minutes">How late each entry was found.</param>
internal sealed record SimulatedPolls(int Polls, List<double> Minutes)
{
    public double PerDay => Polls / (double)PollSimulation.Days;

    public double Median => Quantile(0.5);

    public double P95 => Quantile(0.95);

    public static SimulatedPolls Sum(IEnumerable<SimulatedPolls> parts)
    {
        var all = parts.ToList();
        return new SimulatedPolls(all.Sum(part => part.Polls), [.. all.SelectMany(part => part.Minutes)]);
    }

    private double Quantile(double share)
    {
        var sorted = Minutes.Order().ToList();
        return sorted.Count == 0 ? 0 : sorted[(int)Math.Round((sorted.Count - 1) * share)];
    }
}
