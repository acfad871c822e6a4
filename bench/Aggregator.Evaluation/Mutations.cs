using System.Text;

namespace Aggregator.Evaluation;

/// <summary>Damages documents the way networks, editors and attackers do. The same seed gives the same damage.</summary>
internal sealed class Mutations(IReadOnlyList<byte[]> documents, int seed)
{
    private const int MostBytes = 1_000_000;

    private static readonly byte[][] Snippets = [.. new[]
    {
        "<", ">", "&", "&#0;", "&#x110000;", "&nbsp;", "&lt;script&gt;", "]]>", "<![CDATA[", "<!--", "-->", "<?xml version=\"1.0\" encoding=\"utf-16\"?>", "<!DOCTYPE x [<!ENTITY a \"b\">]>",
        "<item>", "</item>", "<entry>", "</channel>", "<x:y z='", "\" ", "xmlns=\"\"", "xml:base=\"http://[::1\"", "\0", "\u202e", "\ufeff", "{\"items\":[", "}]", "[[[[", "1e999", "99999999999999999999",
        "Mon, 32 Foo 20260 25:61:61 +9999", "<iframe src=//x>", "<svg><style><!--</style>", "<table><td><p><table>", "javascript:alert(1)", "data:text/html,<script>", "\ud83d", "<a href='",
    }.Select(Encoding.UTF8.GetBytes), [0xff, 0xfe], [0xc3, 0x28], [0xf0, 0x9f], [0x1b, 0x24, 0x42]];

    private readonly Random _random = new(seed);

    public byte[] Next()
    {
        var document = new List<byte>(documents[_random.Next(documents.Count)]);
        for (var left = _random.Next(1, 9); left > 0 && document.Count > 0; left--)
        {
            Damage(document);
            if (document.Count > MostBytes)
            {
                document.RemoveRange(MostBytes, document.Count - MostBytes);
            }
        }

        return [.. document];
    }

    private void Damage(List<byte> document)
    {
        var at = _random.Next(document.Count);
        var length = Math.Min(document.Count - at, 1 << _random.Next(12));
        switch (_random.Next(8))
        {
            case 0:
                document[at] ^= (byte)(1 << _random.Next(8));
                break;
            case 1:
                document.RemoveRange(at, length);
                break;
            case 2:
                document.RemoveRange(at, document.Count - at);
                break;
            case 3:
                document.InsertRange(at, Snippets[_random.Next(Snippets.Length)]);
                break;
            case 4:
                Repeat(document, at, Snippets[_random.Next(Snippets.Length)]);
                break;
            case 5:
                Repeat(document, at, [.. document.GetRange(at, Math.Min(length, 200))]);
                break;
            case 6:
                var other = documents[_random.Next(documents.Count)];
                var from = _random.Next(other.Length);
                document.InsertRange(at, other.AsSpan(from, Math.Min(other.Length - from, 4096)).ToArray());
                break;
            default:
                var piece = document.GetRange(at, length);
                document.RemoveRange(at, length);
                document.InsertRange(_random.Next(document.Count + 1), piece);
                break;
        }
    }

    /// <summary>The same again and again: what makes slow algorithms slow.</summary>
    private void Repeat(List<byte> document, int at, byte[] piece)
    {
        var times = Math.Min(1 << _random.Next(16), 400_000 / Math.Max(1, piece.Length));
        var run = new byte[piece.Length * times];
        for (var i = 0; i < times; i++)
        {
            piece.CopyTo(run, i * piece.Length);
        }

        document.InsertRange(at, run);
    }
}
