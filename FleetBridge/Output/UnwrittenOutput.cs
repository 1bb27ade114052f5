using FleetBridge.Core.Logs;
using FleetBridge.Core.Processes;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Output;

/// <summary>Says that one of the two outputs could not be written: on the other one, or in the log.</summary>
internal static partial class UnwrittenOutput
{
    /// <summary>The commands whose output is always read by a program.</summary>
    private static readonly string[] ForPrograms = ["request", "completion", "script"];

    /// <summary>What cannot be printed goes to the log from here on.</summary>
    /// <param name="log">The log of a bridge that serves.</param>
    public static void LogTo(ILogger log)
    {
        LogTo(log, "standard output", BackendConsole.StandardOutput);
        LogTo(log, "standard error", BackendConsole.StandardError);
    }

    /// <summary>Says at the end of a command what could not be written. A reader that is gone is not mentioned.</summary>
    /// <param name="code">The command's own exit code.</param>
    /// <param name="args">The command line.</param>
    /// <returns>The exit code of the program.</returns>
    public static int Report(int code, string[] args)
    {
        if (BackendConsole.StandardOutput.Problem is { } problem)
        {
            Terminal.WriteError(Describe("standard output", problem, code));
            return (int)ExitCode.OutputFailed;
        }

        // whoever closes standard error does not want it
        if (BackendConsole.StandardError is { Problem: { } errorProblem, IsClosed: false })
        {
            if (!args.Contains("--json") && !ForPrograms.Contains(args.FirstOrDefault()))
            {
                BackendConsole.StandardOutput.WriteLine($"fleetbridge: {Describe("standard error", errorProblem, code)}");
            }

            return (int)ExitCode.OutputFailed;
        }

        return code;
    }

    private static string Describe(string name, string problem, int code) =>
        $"Not everything could be written to {name}: {problem}."
        + (code == 0 ? " The command itself succeeded." : $" The command itself ended with exit code {code}.");

    private static void LogTo(ILogger log, string name, ProgramOutput output)
    {
        var said = false;
        output.ReportTo((problem, lines) =>
        {
            if (!said)
            {
                said = true;
                LogUnwritten(log, name, problem);
            }

            foreach (var line in lines.ReplaceLineEndings("\n").Split('\n'))
            {
                LogLine(log, line);
            }
        });
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The program's {Output} cannot be written: {Problem}. What would be printed is logged.")]
    private static partial void LogUnwritten(ILogger logger, string output, string problem);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Line}")]
    private static partial void LogLine(ILogger logger, string line);
}
