using FleetBridge.Core.Logs;
using FleetBridge.Core.Security;
using FleetBridge.Core.Text;
using Spectre.Console;

namespace FleetBridge.Output;

/// <summary>The two streams of the terminal: results go to standard output, everything else to standard error.</summary>
internal static class Terminal
{
    /// <summary>The width of a table that does not go to a terminal, but to a file or a build server's log.</summary>
    private const int WidthInFile = 120;

    private static readonly Lazy<IAnsiConsole> OutConsole = new(() => Open(BackendConsole.StandardOutput, Console.IsOutputRedirected));
    private static readonly Lazy<IAnsiConsole> ErrorConsole = new(() => Open(BackendConsole.StandardError, Console.IsErrorRedirected));

    /// <summary>For tables and other results.</summary>
    public static IAnsiConsole Out => OutConsole.Value;

    /// <summary>For the log, warnings and errors.</summary>
    public static IAnsiConsole Error => ErrorConsole.Value;

    /// <summary>Writes one line. What the message quotes, a proxy's password say, is without secrets and without control characters.</summary>
    public static void WriteError(string message) => WriteLine(Error, $"fleetbridge: {VisibleText.Of(Redaction.Clean(message))}");

    /// <summary>Writes a text of ours that has several lines, such as a compiler's errors or a trace.</summary>
    public static void WriteErrors(string lines)
    {
        foreach (var line in Redaction.Clean(lines).ReplaceLineEndings("\n").Split('\n'))
        {
            WriteLine(Error, VisibleText.Of(line));
        }
    }

    /// <summary>Writes a line as it is. Spectre would break it at the width of the terminal, and at 80 where there is none.
    /// </summary>
    public static void WriteLine(IAnsiConsole target, string line)
    {
        if (target.Profile.Capabilities.Ansi)
        {
            target.Write(new TerminalLine(line));
        }
        else
        {
            target.Profile.Out.Writer.WriteLine(line);
        }
    }

    /// <summary>A text as the cell of a table.</summary>
    public static Text Cell(string? text) => new(VisibleText.Of(text ?? ""));

    /// <summary>Writes a log record, coloured by its level.</summary>
    /// <param name="level">The editor's name for the level.</param>
    /// <param name="name">The backend, or the bridge.</param>
    public static void WriteRecord(string time, string level, string name, string message, IAnsiConsole target)
    {
        var colour = level switch
        {
            "DEBUG" => "grey",
            "WARNING" => "yellow",
            "ERROR" => "red",
            "CRITICAL" => "red bold",
            _ => "default",
        };

        var line = VisibleText.Of($"{time} {level,-8} {name} {message}");
        WriteLine(target, target.Profile.Capabilities.Ansi ? Painted(colour, line) : line);
    }

    private static string Painted(string colour, string line)
    {
        var code = colour switch
        {
            "grey" => "90",
            "yellow" => "33",
            "red" => "31",
            "red bold" => "1;31",
            _ => "0",
        };
        return $"\e[{code}m{line}\e[0m";
    }

    /// <summary>Without colours, and with a fixed width, where the stream is redirected.</summary>
    private static IAnsiConsole Open(TextWriter writer, bool redirected)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            ColorSystem = redirected ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Ansi = redirected ? AnsiSupport.No : AnsiSupport.Detect,
        });
        if (redirected)
        {
            console.Profile.Width = WidthInFile;
        }

        return console;
    }
}
