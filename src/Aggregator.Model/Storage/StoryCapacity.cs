namespace Aggregator.Model.Storage;

/// <summary>
/// How many stories fit into a size, learned from files that never shrink: where a story is deleted in them, there is room for another. Once they are
/// as large as they may be, as many stories are kept as there were then; and whenever they grow all the same, because stories have become longer or
/// room lies in pieces too small, <see cref="LessEachTime"/> of the stories go.
/// </summary>
/// <param name="MaxBytes">How large the files may be.</param>
/// <param name="Stories">How many stories they may hold. Null: they have room yet.</param>
/// <param name="Seen">How large they were when that was learned.</param>
public sealed record StoryCapacity(long MaxBytes, long? Stories, long Seen)
{
    private const double LessEachTime = 0.03;

    /// <summary>What is known under another size.</summary>
    public StoryCapacity For(long maxBytes) =>
        this with { MaxBytes = maxBytes, Stories = Stories is { } stories ? (long)(stories * ((double)maxBytes / MaxBytes)) : null };

    /// <summary>What is known after the files were measured.</summary>
    /// <param name="bytes">How large they are.</param>
    /// <param name="stories">How many stories they hold.</param>
    public StoryCapacity After(long bytes, long stories) => this switch
    {
        _ when bytes <= MaxBytes => this with { Stories = null, Seen = 0 },
        { Stories: null } => this with { Stories = (long)(stories * ((double)MaxBytes / bytes)), Seen = bytes },
        { Stories: { } fitting } when bytes > Seen => this with { Stories = (long)(Math.Min(fitting, stories) * (1 - LessEachTime)), Seen = bytes },
        _ => this,
    };
}
