using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace FleetBridge.Tests.Support;

/// <summary>The program in a real terminal of a chosen width, which util-linux's <c>script</c> opens for it.</summary>
internal static partial class RealTerminal
{
    private const string Script = "/usr/bin/script";

    /// <summary>Skips the test where there is no terminal to be had.</summary>
    public static void Require()
    {
        Requires.Linux();
        Requires.File(Script, "bsdutils");
    }

    /// <summary>How to start the program in it.</summary>
    public static ProcessStartInfo Prepare(string state, int columns, IEnumerable<string> args)
    {
        var command = string.Join(' ', args.Prepend(FleetBridgeProcess.Program).Select(word => $"'{word}'"));
        var start = new ProcessStartInfo(Script, ["-qec", $"stty cols {columns}; {command}", "/dev/null"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        FleetBridgeProcess.Prepare(start.Environment, state);
        start.Environment["TERM"] = "xterm-256color";
        foreach (var variable in start.Environment.Keys.Where(IsOfABuildMachine).ToList())
        {
            start.Environment.Remove(variable);
        }

        return start;
    }

    /// <summary>Runs the program to its end.</summary>
    /// <returns>Its exit code, and the lines on the terminal without their colours.</returns>
    public static async Task<(int Code, IReadOnlyList<string> Lines)> RunAsync(string state, int columns, params string[] args)
    {
        using var terminal = Process.Start(Prepare(state, columns, args))!;
        using var limit = new CancellationTokenSource(Eventually.Limit);
        try
        {
            var shown = await terminal.StandardOutput.ReadToEndAsync(limit.Token);
            await terminal.WaitForExitAsync(limit.Token);
            return (terminal.ExitCode, [.. ControlSequence().Replace(shown, "").Split('\n').Select(line => line.TrimEnd('\r'))]);
        }
        finally
        {
            if (!terminal.HasExited)
            {
                terminal.Kill(entireProcessTree: true);
            }
        }
    }

    /// <summary>Runs the program to its end.</summary>
    /// <param name="variables">Variables for it, such as <c>NO_COLOR=1</c>, with spaces between them.</param>
    /// <returns>All that the terminal got.</returns>
    public static async Task<string> ShowAsync(string state, string variables, params string[] args)
    {
        var start = Prepare(state, 120, args);
        foreach (var name in new[] { "NO_COLOR", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE" })
        {
            start.Environment.Remove(name);
        }

        foreach (var pair in variables.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(variable => variable.Split('=')))
        {
            start.Environment[pair[0]] = pair[1];
        }

        using var terminal = Process.Start(start)!;
        using var limit = new CancellationTokenSource(Eventually.Limit);
        try
        {
            var shown = await terminal.StandardOutput.ReadToEndAsync(limit.Token);
            await terminal.WaitForExitAsync(limit.Token);
            return shown;
        }
        finally
        {
            if (!terminal.HasExited)
            {
                terminal.Kill(entireProcessTree: true);
            }
        }
    }

    /// <summary>Spectre takes a build machine's terminal for one that nobody looks at.</summary>
    private static bool IsOfABuildMachine(string variable) =>
        variable is "CI" or "TF_BUILD" || variable.StartsWith("GITHUB_", StringComparison.Ordinal);

    [GeneratedRegex(@"\e(\[[0-9;?]*[A-Za-z]|[=>])")]
    private static partial Regex ControlSequence();
}
