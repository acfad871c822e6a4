namespace Aggregator.Content.Extraction.Body.Learned;

/// <summary>All candidate bodies of a page with their scores. Which lines they keep is evidence; the best of them is a first answer.</summary>
internal sealed class Candidates
{
    /// <summary>How fast a vote loses weight with the score.</summary>
    private const double Steepness = 4;

    private readonly List<(SelectedBody Body, double Weight)> _ranked = [];
    private readonly double _allWeight;

    /// <param name="scored">The candidates with their scores, in any order.</param>
    /// <param name="headline">The line that shows the headline; -1: none.</param>
    public Candidates(IEnumerable<(SelectedBody Body, double Score)> scored, int headline)
    {
        Headline = headline;
        var ranked = scored.OrderByDescending(candidate => candidate.Score).ToList();
        if (ranked.Count == 0)
        {
            return;
        }

        (Best, BestScore) = ranked[0];
        Margin = ranked.Count > 1 ? BestScore - ranked[1].Score : 1;
        foreach (var (body, score) in ranked)
        {
            _ranked.Add((body, Math.Exp(Steepness * (score - BestScore))));
        }

        _allWeight = _ranked.Sum(candidate => candidate.Weight);
        BestProse = Best.KeptProse;
    }

    /// <summary>The candidate with the highest score. Null: the page has no text.</summary>
    public SelectedBody? Best { get; }

    public double BestScore { get; } = -1;

    /// <summary>How far the best is ahead of the second.</summary>
    public double Margin { get; } = 1;

    /// <summary>Characters of running text that the best keeps.</summary>
    public int BestProse { get; }

    public int Headline { get; }

    /// <summary>Whether the best candidate keeps a line.</summary>
    public bool Keeps(int index) => Best?.Keeps(index) == true;

    /// <summary>The share of the candidates that keep a line, by heads and by weight.</summary>
    public (double Heads, double Weight) Votes(int index)
    {
        if (_ranked.Count == 0)
        {
            return (0, 0);
        }

        var heads = 0;
        var weight = 0.0;
        foreach (var (body, vote) in _ranked)
        {
            if (body.Keeps(index))
            {
                heads++;
                weight += vote;
            }
        }

        return ((double)heads / _ranked.Count, weight / _allWeight);
    }
}
