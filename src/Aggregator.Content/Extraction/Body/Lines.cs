namespace Aggregator.Content.Extraction.Body;

/// <summary>What the words of a line say about it.</summary>
[Flags]
internal enum Lines
{
    None = 0,

    /// <summary>A heading after which other articles, comments or sign-up boxes follow.</summary>
    OpensFurniture = 1,

    /// <summary>Points to another article ("Read also: ...").</summary>
    PointsElsewhere = 2,

    /// <summary>Asks for something: subscribe, follow, share, accept.</summary>
    Asks = 4,

    /// <summary>Only the label of a control or a mark of advertising.</summary>
    IsLabel = 8,

    /// <summary>A picture's credit or an agency line.</summary>
    IsCredit = 16,

    /// <summary>Author, date, reading time, rights, tags.</summary>
    IsMeta = 32,

    /// <summary>No letter and no digit.</summary>
    IsEmpty = 64,
}
