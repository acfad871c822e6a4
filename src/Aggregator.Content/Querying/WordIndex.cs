using Aggregator.Model.Text;

namespace Aggregator.Content.Querying;

/// <summary>The words of a text by where they stand, so that a phrase is found without reading the text again. Immutable.</summary>
internal sealed class WordIndex
{
    private readonly IReadOnlyList<string> _words;
    private readonly Dictionary<string, List<int>> _places = [];

    /// <summary>The index of words in their order; one that is <see cref="SearchWords.LineEnd"/> ends a line.</summary>
    public WordIndex(IReadOnlyList<string> words)
    {
        _words = words;
        for (var place = 0; place < words.Count; place++)
        {
            if (!_places.TryGetValue(words[place], out var places))
            {
                _places[words[place]] = places = [];
            }

            places.Add(place);
        }
    }

    /// <summary>Whether any of these stands here.</summary>
    public bool ContainsAny(IReadOnlyList<TermPhrase> phrases)
    {
        foreach (var phrase in phrases)
        {
            if (Contains(phrase))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether the words stand here one after the other.</summary>
    public bool Contains(TermPhrase phrase)
    {
        var first = phrase.Terms[0];
        return phrase.Terms.Count == 1
            ? _places.ContainsKey(first) || (phrase.Prefix && _places.Keys.Any(word => word.StartsWith(first, StringComparison.Ordinal)))
            : _places.GetValueOrDefault(first)?.Exists(place => StandsAt(place, phrase)) == true;
    }

    private bool StandsAt(int place, TermPhrase phrase)
    {
        var terms = phrase.Terms;
        if (place + terms.Count > _words.Count)
        {
            return false;
        }

        for (var i = 1; i < terms.Count; i++)
        {
            var found = _words[place + i];
            if (found != terms[i] && !(phrase.Prefix && i == terms.Count - 1 && found.StartsWith(terms[i], StringComparison.Ordinal)))
            {
                return false;
            }
        }

        return true;
    }
}
