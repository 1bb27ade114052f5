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

    private static readonly Lazy<IAnsiConsole> OutConsole = new(() => Open(BackendConsole.StandardOutput, Console.IsOutputRedirected, Colours));
    private static readonly Lazy<IAnsiConsole> ErrorConsole = new(() => Open(BackendConsole.StandardError, Console.IsErrorRedirected, Colours));

    private static ColourChoice Colours => ColourChoices.Read(Environment.GetEnvironmentVariable);

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
        if (target.Profile.Capabilities is { Ansi: true, Interactive: true })
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
        var code = level switch
        {
            "DEBUG" => "90",
            "WARNING" => "33",
            "ERROR" => "31",
            "CRITICAL" => "1;31",
            _ => "",
        };
        WriteLine(target, Painted(target, code, VisibleText.Of($"{time} {level,-8} {name} {message}")));
    }

    /// <summary>A text in a colour, where the stream has colours.</summary>
    /// <param name="code">The parameters of the terminal's sequence (SGR of ECMA-48), such as <c>1;31</c>; empty for no colour.</param>
    public static string Painted(IAnsiConsole target, string code, string text) =>
        code.Length > 0 && target.Profile.Capabilities is { Ansi: true, ColorSystem: not ColorSystem.NoColors } ? $"\e[{code}m{text}\e[0m" : text;

    /// <summary>Opens one of the streams. One that is redirected has a fixed width, no cursor, and colours only if they are forced.</summary>
    internal static IAnsiConsole Open(TextWriter writer, bool redirected, ColourChoice colours)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            ColorSystem = colours == ColourChoice.Always ? ColorSystemSupport.Standard : ColorSystemSupport.Detect,
            Ansi = redirected ? AnsiSupport.No : AnsiSupport.Detect,
        });

        // Spectre turns some of these on again on the machines of build services, whose output is a file
        var capabilities = console.Profile.Capabilities;
        if (redirected)
        {
            console.Profile.Width = WidthInFile;
            capabilities.Interactive = false;
            capabilities.Ansi = colours == ColourChoice.Always;
        }

        if (colours == ColourChoice.Never || !capabilities.Ansi)
        {
            capabilities.ColorSystem = ColorSystem.NoColors;
        }

        return console;
    }
}
