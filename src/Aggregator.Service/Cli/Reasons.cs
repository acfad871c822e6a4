using System.Globalization;
using Aggregator.Model.Topics;

namespace Aggregator.Service.Cli;

/// <summary>Why a text has its topics, in lines for people.</summary>
internal static class Reasons
{
    public static void Show(IReadOnlyCollection<TopicTag> topics, IReadOnlyCollection<EntityTag> entities)
    {
        foreach (var topic in topics)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {topic.Topic} (score {topic.Score:F2}; 1 is the threshold)"));
            foreach (var reason in topic.Evidence)
            {
                var times = reason.Count > 1 ? $" x{reason.Count}" : "";
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"    {reason.Weight,6:+0.00;-0.00}  {reason.Feature}{times}  in the {reason.Part.ToString().ToLowerInvariant()}"));
            }
        }

        if (topics.Count == 0)
        {
            Console.WriteLine("  no topic");
        }

        if (entities.Count > 0)
        {
            Console.WriteLine("  names " + string.Join(", ", entities.Select(entity => $"{entity.Name} ({entity.Kind}, x{entity.Mentions})")));
        }
    }
}
