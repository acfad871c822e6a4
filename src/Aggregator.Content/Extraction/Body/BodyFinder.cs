using Aggregator.Content.Extraction.Body.Learned;
using Aggregator.Content.Extraction.Rules;
using Aggregator.Content.Extraction.Sites;
using AngleSharp.Dom;

namespace Aggregator.Content.Extraction.Body;

/// <summary>Finds the article's body: where the site's rule says, else by judging lines, else where nothing but its name spoke against it, else in what the page claims.</summary>
internal static class BodyFinder
{
    /// <summary>A body with fewer characters makes the page be looked at a second time.</summary>
    private const int LittleText = 300;

    /// <param name="tree">The page.</param>
    /// <param name="root">Its body element.</param>
    /// <param name="known">What was read elsewhere, and the witnesses.</param>
    /// <param name="ruled">What the site's rule finds. Null: there is none.</param>
    /// <param name="claim">JSON-LD's articleBody. Null: there is none.</param>
    /// <param name="cancellationToken">Looked at between and within the passes.</param>
    /// <summary>The body and the tree that it is part of. Null: the page has no text.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static (PageTree Tree, SelectedBody? Body) Find(PageTree tree, IElement root, KnownLines known, RuledPage? ruled, string? claim, CancellationToken cancellationToken)
    {
        if (ruled?.Body(tree, known.Witnesses) is { } named)
        {
            return (tree, named);
        }

        var body = LearnedBody.Choose(tree, known.Witnesses, cancellationToken);
        if (body is null || (body.KeptLength < LittleText && tree.Length(tree.Root) > 2 * LittleText))
        {
            // Perhaps the article is called something that only furniture is called elsewhere.
            var plain = PageTreeBuilder.Build(root, cancellationToken, believeNames: false);
            known.Mark(plain);
            if (LearnedBody.Choose(plain, known.Witnesses, cancellationToken) is { } second && second.KeptLength > 2 * (body?.KeptLength ?? 0))
            {
                (tree, body) = (plain, second);
            }
        }

        return ClaimedBody.Of(claim, body?.KeptLength ?? 0, cancellationToken) is var (claimedTree, claimed) ? (claimedTree, claimed) : (tree, body);
    }
}
