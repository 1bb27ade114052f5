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
        CustomParser = result => result.Tokens[0].Value is { Length: > 0 } file ? file : null,
        DefaultValueFactory = _ => EnvironmentVariables.Find(EnvironmentVariables.LogFile),
    };

    /// <summary>Null is info. It has no default of its own, because the help would show that in the framework's words.</summary>
    public static Option<LogEventLevel?> Level()
    {
        var option = new Option<LogEventLevel?>("--log-level")
        {
            Description = $"The lowest level to show, info by default; the log file always has every level. [{EnvironmentVariables.LogLevel}]",
            CustomParser = result => Parse(result, result.Tokens[0].Value),
            DefaultValueFactory = result =>
                EnvironmentVariables.Find(EnvironmentVariables.LogLevel) is { } level ? Parse(result, level) : null,
            HelpName = "debug|info|warning|error",
        };
        option.CompletionSources.Add("debug", "info", "warning", "error");
        return option;
    }

    private static LogEventLevel? Parse(ArgumentResult result, string text)
    {
        switch (text.ToUpperInvariant())
        {
            case "DEBUG":
                return LogEventLevel.Verbose;
            case "INFO" or "INFORMATION":
                return LogEventLevel.Information;
            case "WARNING":
                return LogEventLevel.Warning;
            case "ERROR":
                return LogEventLevel.Error;
            default:
                result.AddError($"'{text}' is not a level: use debug, info, warning or error.");
                return null;
        }
    }
}
