using System.Globalization;
using Aggregator.Model.Topics;
using Aggregator.Service.Api;
using Aggregator.Service.Topics;

namespace Aggregator.Service.Cli;

/// <summary>Why a text has its topics, in lines for people.</summary>
internal static class Reasons
{
    /// <summary>The same of a stored story, what the user said of it, and what a language model did.</summary>
    public static void Show(StoryAnswer story)
    {
        Show(story.TopicTags, story.Entities);
        foreach (var correction in story.Corrections ?? [])
        {
            Console.WriteLine($"  {EvidenceWords.Of(correction)}");
        }

        foreach (var opinion in story.Opinions ?? [])
        {
            Console.WriteLine($"  {EvidenceWords.Of(opinion)}");
        }
    }

    public static void Show(IReadOnlyCollection<TopicTag> topics, IReadOnlyCollection<EntityTag> entities)
    {
        foreach (var topic in topics)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {topic.Topic} (score {topic.Score:F2}; 1 is the threshold)"));
            foreach (var reason in topic.Evidence)
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"    {reason.Weight,6:+0.00;-0.00}  {EvidenceWords.Of(reason)}"));
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
