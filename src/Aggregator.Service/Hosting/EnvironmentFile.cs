using System.Collections;
using System.Text;

namespace Aggregator.Service.Hosting;

/// <summary>
/// The file of variables that systemd gives an installed service, "environment" beside aggregator.json: what is in force for the service is in force for verbs too. Lines of
/// KEY=value as systemd.exec(5) has them: "#" and ";" begin comments, a value may be quoted.
/// </summary>
internal static class EnvironmentFile
{
    /// <summary>The variables of the file, if paths name one that exists, with those of this process, which win.</summary>
    /// <exception cref="StartException">The file may not be read.</exception>
    public static IReadOnlyDictionary<string, string> Variables(ServicePaths paths)
    {
        var variables = new Dictionary<string, string>(Read(paths.EnvironmentFile), StringComparer.Ordinal);
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            variables[(string)variable.Key] = (string?)variable.Value ?? "";
        }

        return variables;
    }

    /// <summary>The variables of a file; of one that is not there, none.</summary>
    /// <exception cref="StartException">It may not be read.</exception>
    public static IReadOnlyDictionary<string, string> Read(string? file)
    {
        try
        {
            return file is null ? new Dictionary<string, string>() : Parse(File.ReadAllText(file));
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            return new Dictionary<string, string>();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"settings of the installed service stand in {file}, which you may not read: do it as root (sudo aggregator ...), or name other files with --feeds and --data", fault);
        }
    }

    /// <summary>The variables of a file's text; what is no assignment is passed over, as systemd does.</summary>
    internal static Dictionary<string, string> Parse(string text)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        var lines = text.ReplaceLineEndings("\n");
        for (var at = 0; at < lines.Length;)
        {
            var end = lines.IndexOf('\n', at) is var found and >= 0 ? found : lines.Length;
            var line = lines[at..end].TrimStart();
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            if (line.Length == 0 || line[0] is '#' or ';' || equals <= 0)
            {
                at = end + 1;
                continue;
            }

            at = end - line.Length + equals + 1;
            variables[line[..equals].Trim()] = ReadValue(lines, ref at);
        }

        return variables;
    }

    /// <summary>The value that begins at a place, up to the end of its line; what is quoted may go over several.</summary>
    private static string ReadValue(string text, ref int at)
    {
        var value = new StringBuilder();
        var (quote, isAtStart, kept) = ('\0', true, 0);
        for (; at < text.Length && (quote != '\0' || text[at] != '\n'); at++)
        {
            var letter = text[at];
            if (quote == '\0' && isAtStart && letter is '"' or '\'')
            {
                quote = letter;
            }
            else if (quote != '\0' && letter == quote)
            {
                (quote, isAtStart) = ('\0', true);
            }
            else if (letter == '\\' && quote != '\'' && at + 1 < text.Length)
            {
                at++;
                value.Append(text[at] == '\n' ? "" : quote == '"' && text[at] is not ('"' or '\\' or '$' or '`') ? $"\\{text[at]}" : text[at].ToString());
                (isAtStart, kept) = (false, value.Length);
            }
            else if (quote != '\0' || !isAtStart || letter is not (' ' or '\t'))
            {
                // Blanks around what is not quoted are none of it.
                value.Append(letter);
                isAtStart = false;
                kept = quote != '\0' || letter is not (' ' or '\t') ? value.Length : kept;
            }
        }

        at++;
        value.Length = kept;
        return value.ToString();
    }
}
