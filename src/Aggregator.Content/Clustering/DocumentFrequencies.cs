using System.Runtime.InteropServices;

namespace Aggregator.Content.Clustering;

/// <summary>
/// How many stories use each term, learned as they come. A shipped prior stands for <see cref="PriorStories"/> stories read before
/// the first, so that the first real ones are already weighed sensibly.
/// </summary>
internal sealed class DocumentFrequencies
{
    /// <summary>
    /// The weight of the prior, in stories: so large that one big event does not devalue its own words on the first day. Less loses
    /// 0.01 of recall.
    /// </summary>
    private const double PriorStories = 8_000;

    /// <summary>The share of stories assumed for a word the prior does not list.</summary>
    private const double UnlistedShare = 0.0005;

    /// <summary>Counts are halved when so many terms are held, and those that reach zero forgotten: memory stays bounded and old news fades.</summary>
    private const int MaxTerms = 3_000_000;

    private readonly Dictionary<uint, int> _counts = [];
    private double _stories;

    /// <summary>Counts one story's terms, each once.</summary>
    public void Learn(IEnumerable<uint> terms)
    {
        _stories++;
        foreach (var term in terms)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(_counts, term, out _)++;
        }

        if (_counts.Count > MaxTerms)
        {
            Fade();
        }
    }

    /// <summary>The natural logarithm of one over the share of stories that use a term. 0: all do.</summary>
    public double Rarity(uint term, double priorShare)
    {
        var prior = priorShare > 0 ? priorShare : UnlistedShare;
        var share = (_counts.GetValueOrDefault(term) + (prior * PriorStories)) / (_stories + PriorStories);
        return Math.Max(0, -Math.Log(Math.Min(1, share)));
    }

    private void Fade()
    {
        _stories /= 2;
        foreach (var term in _counts.Keys.ToArray())
        {
            var half = _counts[term] / 2;
            if (half == 0)
            {
                _counts.Remove(term);
            }
            else
            {
                _counts[term] = half;
            }
        }
    }
}
