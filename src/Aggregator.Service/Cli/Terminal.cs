using Spectre.Console;

namespace Aggregator.Service.Cli;

/// <summary>How answers are drawn: tables that fit the terminal, plain wide ones where the output goes to a file or a pipe.</summary>
internal static class Terminal
{
    private const int WidthOfPipes = 200;

    public static Table Table(params ReadOnlySpan<string> columns)
    {
        var table = new Table { Border = TableBorder.Simple };
        foreach (var column in columns)
        {
            table.AddColumn(new TableColumn(new Text(column, new Style(decoration: Decoration.Bold))));
        }

        return table;
    }

    /// <summary>A cell; what strangers wrote is text, not markup.</summary>
    public static Text Cell(string? text) => new(text ?? "");

    /// <summary>Characters in a line.</summary>
    public static int Width => Console.IsOutputRedirected ? WidthOfPipes : AnsiConsole.Profile.Width;

    public static void Show(Table table)
    {
        AnsiConsole.Profile.Width = Width;
        AnsiConsole.Write(table);
    }
}
