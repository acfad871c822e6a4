using Aggregator.Content.Versions;

namespace Aggregator.Content.Tests.Versions;

public sealed class VersionDiffTests
{
    [Fact]
    public void Of_ChangedWords_ShowsThemInPlace()
    {
        var pieces = VersionDiff.Of("The plant makes 40 chips a day.", "The plant makes 400 chips an hour.");

        Assert.Equal(
            [
                (DiffKind.Same, "The plant makes "), (DiffKind.Removed, "40"), (DiffKind.Added, "400"), (DiffKind.Same, " chips "),
                (DiffKind.Removed, "a"), (DiffKind.Added, "an"), (DiffKind.Same, " "), (DiffKind.Removed, "day."), (DiffKind.Added, "hour."),
            ],
            pieces.Select(piece => (piece.Kind, piece.Text)));
    }

    [Fact]
    public void Of_OneChangeInALongText_LeavesOutWhatIsFarFromIt()
    {
        var words = Enumerable.Range(0, 400).Select(i => $"word{i}").ToArray();
        var before = string.Join(' ', words);

        var pieces = VersionDiff.Of(before, before.Replace("word200 ", "other ", StringComparison.Ordinal));

        Assert.Equal(
            [DiffKind.LeftOut, DiffKind.Same, DiffKind.Removed, DiffKind.Added, DiffKind.Same, DiffKind.LeftOut],
            pieces.Select(piece => piece.Kind));
        Assert.InRange(pieces.Sum(piece => piece.Text.Length), 50, 400);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("The same.", "The same.")]
    public void Of_SameText_IsEmpty(string before, string after) => Assert.Empty(VersionDiff.Of(before, after));

    [Fact]
    public void Of_AllReplaced_TellsBoth() =>
        Assert.Equal([DiffKind.Removed, DiffKind.Added], VersionDiff.Of("One", "Two").Select(piece => piece.Kind));
}
