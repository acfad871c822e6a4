using Aggregator.Model.Topics;

namespace Aggregator.Content.Tagging;

/// <summary>A story's words, in order: those of the title, a line break, those of the body.</summary>
internal sealed class StoryTokens
{
    /// <summary>Characters of a title that are read.</summary>
    private const int MaxTitle = 1_000;

    /// <summary>Characters of a body that are read: what a story is about has been said by then.</summary>
    private const int MaxBody = 50_000;

    /// <summary>Words of the body that are its lead: two or three paragraphs of a news story.</summary>
    private const int LeadWords = 120;

    /// <summary>A phrase that comes once in so many words of the rest of the body goes through it.</summary>
    private const double WordsPerMention = 150;

    /// <summary>In a body of fewer words than this one mention is more than in passing.</summary>
    private const double ShortBody = 60;

    /// <summary>Characters a word takes with its space, about, in most languages: how much room to make.</summary>
    private const int CharactersPerWord = 5;

    private readonly string _title;
    private readonly string _body;

    /// <summary>Cuts the title and the body, as far as they are read.</summary>
    public StoryTokens(TaggableText text)
    {
        (_title, _body) = (text.Title ?? "", text.Body ?? "");
        var title = _title.AsSpan(0, Math.Min(_title.Length, MaxTitle));
        var body = _body.AsSpan(0, Math.Min(_body.Length, MaxBody));
        Tokens = new List<Token>(((title.Length + body.Length) / CharactersPerWord) + 4);
        TextTokens.Cut(title, StoryPart.Title, Tokens);
        Tokens.Add(new Token(0, 0, StoryPart.Title));
        var firstOfBody = Tokens.Count;
        TextTokens.Cut(body, StoryPart.Body, Tokens);
        var words = MarkLead(firstOfBody);
        Shape = new TextShape(Math.Max(1, (words - LeadWords) / WordsPerMention), Math.Max(0, 1 - (words / ShortBody)));
    }

    /// <summary>The words and line breaks.</summary>
    public List<Token> Tokens { get; }

    /// <summary>What the body's length asks of the counts in it.</summary>
    public TextShape Shape { get; }

    /// <summary>The characters of a word; none for a line break.</summary>
    public ReadOnlySpan<char> TextOf(Token token) => (token.Part == StoryPart.Title ? _title : _body).AsSpan(token.Start, token.Length);

    /// <summary>Marks the first words of the body as lead. The number of words of the body.</summary>
    private int MarkLead(int firstOfBody)
    {
        var words = 0;
        for (var i = firstOfBody; i < Tokens.Count; i++)
        {
            words += Tokens[i].Length > 0 ? 1 : 0;
            if (words <= LeadWords)
            {
                Tokens[i] = Tokens[i] with { Part = StoryPart.Lead };
            }
        }

        return words;
    }
}

/// <summary>What a text's length asks of the counts in it.</summary>
/// <param name="FullBodyCount">So many mentions in the rest of the body mean that a phrase goes through it; at least 1.</param>
/// <param name="Shortness">From 0, a body of ordinary length, to 1, hardly any: how far the lead stands for the rest too.</param>
internal readonly record struct TextShape(double FullBodyCount, double Shortness);
