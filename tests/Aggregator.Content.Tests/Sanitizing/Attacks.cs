using System.Text.Json;

namespace Aggregator.Content.Tests.Sanitizing;

/// <summary>
/// Pieces of hostile HTML: namespaces confused, elements that read their content as text, addresses that do something, handlers, clobbering names, tags that are none. A JSON string
/// a line in Data/attacks.txt, since many of them no editor would leave as they are.
/// </summary>
internal static class Attacks
{
    public static IReadOnlyList<string> All { get; } = Read();

    private static List<string> Read()
    {
        using var file = new StreamReader(typeof(Attacks).Assembly.GetManifestResourceStream("attacks.txt")!);
        var attacks = new List<string>();
        while (file.ReadLine() is { } line)
        {
            attacks.Add(JsonSerializer.Deserialize<string>(line)!);
        }

        return attacks;
    }
}
