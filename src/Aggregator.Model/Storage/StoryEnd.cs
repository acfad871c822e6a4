namespace Aggregator.Model.Storage;

/// <summary>What becomes of a story that is deleted.</summary>
public enum StoryEnd
{
    /// <summary>Entries that were stored as it are never stored again, whatever a poll brings.</summary>
    ForGood,

    /// <summary>Nothing is remembered of it: an entry that a feed still holds is a new story.</summary>
    Forgotten,
}
