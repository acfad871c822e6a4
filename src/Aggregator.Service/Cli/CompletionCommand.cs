using System.CommandLine;

namespace Aggregator.Service.Cli;

/// <summary>completion: the script that teaches a shell to complete verbs and options.</summary>
internal static class CompletionCommand
{
    private const string Bash = """
        _aggregator_complete() {
            local IFS=$'\n'
            COMPREPLY=($(compgen -W "$(aggregator "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _aggregator_complete aggregator
        """;

    private const string Zsh = """
        #compdef aggregator
        _aggregator() {
            local -a suggestions
            suggestions=("${(@f)$(aggregator "[suggest:${#BUFFER}]" "${BUFFER}" 2>/dev/null)}")
            compadd -a suggestions
        }
        compdef _aggregator aggregator
        """;

    private const string PowerShell = """
        Register-ArgumentCompleter -Native -CommandName aggregator -ScriptBlock {
            param($word, $line, $position)
            aggregator "[suggest:$position]" "$line" | ForEach-Object { [System.Management.Automation.CompletionResult]::new($_) }
        }
        """;

    public static Command Create()
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh or pwsh" };
        shell.AcceptOnlyFromAmong("bash", "zsh", "pwsh");
        var command = new Command("completion", "Print the script that makes a shell complete this program's verbs and options") { shell };
        command.SetAction(parsed => Console.WriteLine(parsed.GetValue(shell) switch { "bash" => Bash, "zsh" => Zsh, _ => PowerShell }));
        return command;
    }
}
