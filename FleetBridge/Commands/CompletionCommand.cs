using System.CommandLine;
using FleetBridge.Core.Logs;
using FleetBridge.Options;

namespace FleetBridge.Commands;

/// <summary><c>fleetbridge completion</c>: a script with which the shell completes commands, options, resources, servers and workers.</summary>
internal static class CompletionCommand
{
    private const string Bash = """
        _fleetbridge() {
            local line="${COMP_LINE:0:COMP_POINT}"
            local IFS=$'\n'
            COMPREPLY=($(compgen -W "$(fleetbridge "[suggest:${#line}]" "$line" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _fleetbridge fleetbridge
        """;

    private const string Zsh = """
        #compdef fleetbridge
        _fleetbridge() {
            local line="${words[1,CURRENT]}"
            compadd -- ${(f)"$(fleetbridge "[suggest:${#line}]" "$line" 2>/dev/null)"}
        }
        compdef _fleetbridge fleetbridge
        """;

    private const string Fish = """
        complete -f -c fleetbridge -a '(fleetbridge "[suggest:"(string length -- (commandline -cp))"]" (commandline -cp) 2>/dev/null)'
        """;

    private const string PowerShell = """
        Register-ArgumentCompleter -Native -CommandName fleetbridge -ScriptBlock {
            param($word, $ast, $position)
            $at = $position - $ast.Extent.StartOffset
            fleetbridge "[suggest:$at]" "$ast".PadRight($at) 2>$null | ForEach-Object {
                [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
            }
        }
        """;

    private static readonly Dictionary<string, string> Scripts = new()
    {
        ["bash"] = Bash,
        ["zsh"] = Zsh,
        ["fish"] = Fish,
        ["pwsh"] = PowerShell,
    };

    public static Command Create()
    {
        var shell = new Argument<string?>("shell")
        {
            Description = "The shell: bash, zsh, fish or pwsh.",
            CustomParser = result => Grammar.OneOf(result, "a shell", [.. Scripts.Keys]),
        };
        shell.CompletionSources.Add([.. Scripts.Keys]);
        var command = new ExampleCommand(
            "completion",
            "Print a shell completion script for commands, options, resources, servers and workers.",
            "source <(fleetbridge completion bash)",
            "fleetbridge completion fish > ~/.config/fish/completions/fleetbridge.fish",
            "fleetbridge completion pwsh | Out-String | Invoke-Expression")
        {
            shell,
        };
        command.SetAction(parsed => BackendConsole.StandardOutput.WriteLine(Scripts[parsed.GetRequiredValue(shell)!]));
        return command;
    }
}
