using System.CommandLine;
using System.CommandLine.Parsing;
using Serilog.Events;

namespace FleetBridge.Options;

/// <summary>The options that say where the log goes, and how much of it is shown.</summary>
internal static class LogOptions
{
    public static Option<string?> File() => new("--log-file")
    {
        Description = $"Write the log to this file instead of the one in your state folder. [{EnvironmentVariables.LogFile}]",
        CustomParser = result => Grammar.Named(result, "a file"),
        DefaultValueFactory = _ => EnvironmentVariables.Find(EnvironmentVariables.LogFile),
    };

    /// <summary>Null is info. It has no default of its own, because the help would show that in the framework's words.</summary>
    public static Option<string?> Level()
    {
        var option = new Option<string?>("--log-level")
        {
            Description = $"The lowest level to show, info by default; the log file always has every level. [{EnvironmentVariables.LogLevel}]",
            CustomParser = result => Check(result, result.Tokens[0].Value),
            DefaultValueFactory = result =>
                EnvironmentVariables.Find(EnvironmentVariables.LogLevel) is { } level
                    ? Check(result, level, $"{EnvironmentVariables.LogLevel}: ")
                    : null,
            HelpName = "debug|info|warning|error",
        };
        option.CompletionSources.Add("debug", "info", "warning", "error");
        return option;
    }

    /// <summary>The level that was chosen.</summary>
    public static LogEventLevel Read(ParseResult parsed, Option<string?> option) => LevelOf(parsed.GetValue(option)) ?? LogEventLevel.Information;

    private static string? Check(ArgumentResult result, string text, string origin = "")
    {
        if (LevelOf(text) is not null)
        {
            return text;
        }

        result.AddError($"{origin}'{text}' is not a level: use debug, info, warning or error.");
        return null;
    }

    private static LogEventLevel? LevelOf(string? text) => text?.ToUpperInvariant() switch
    {
        "DEBUG" => LogEventLevel.Verbose,
        "INFO" or "INFORMATION" => LogEventLevel.Information,
        "WARNING" => LogEventLevel.Warning,
        "ERROR" => LogEventLevel.Error,
        _ => null,
    };
}
