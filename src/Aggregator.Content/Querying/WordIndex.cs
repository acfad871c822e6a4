namespace Aggregator.Content.Querying;

/// <summary>The words of a text by where they stand, so that a phrase is found without reading the text again. Immutable.</summary>
internal sealed class WordIndex
{
    private readonly List<string> _words = [];
    private readonly Dictionary<string, List<int>> _places = [];

    public WordIndex(string text)
    {
        QueryWords.Cut(text, _words);
        for (var place = 0; place < _words.Count; place++)
        {
            if (!_places.TryGetValue(_words[place], out var places))
            {
                _places[_words[place]] = places = [];
            }

            places.Add(place);
        }
    }

    /// <summary>Whether the words stand here one after the other; where <paramref name="isPrefix"/>, the last as the beginning of a word.</summary>
    public bool Contains(IReadOnlyList<string> words, bool isPrefix) => words.Count == 1
        ? _places.ContainsKey(words[0]) || (isPrefix && _places.Keys.Any(word => word.StartsWith(words[0], StringComparison.Ordinal)))
        : _places.GetValueOrDefault(words[0])?.Exists(place => StandsAt(place, words, isPrefix)) == true;

    private bool StandsAt(int place, IReadOnlyList<string> words, bool isPrefix)
    {
        if (place + words.Count > _words.Count)
        {
            return false;
        }

        for (var i = 1; i < words.Count; i++)
        {
            var found = _words[place + i];
            if (found != words[i] && !(isPrefix && i == words.Count - 1 && found.StartsWith(words[i], StringComparison.Ordinal)))
            {
                return false;
            }
        }

        return true;
    }
}
