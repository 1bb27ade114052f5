using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using FleetBridge.Core.Client;
using FleetBridge.Core.Hosting;
using FleetBridge.Core.Processes;
using FleetBridge.Core.Security;
using FleetBridge.Unreal;
using Serilog.Events;

namespace FleetBridge.Options;

/// <summary>The options that several commands have, each made anew for its command, each with its environment variable.
/// </summary>
internal static class SharedOptions
{
    public const string BackendsVariable = "FLEETBRIDGE_BACKENDS";
    public const string LogFileVariable = "FLEETBRIDGE_LOG_FILE";
    public const string LogLevelVariable = "FLEETBRIDGE_LOG_LEVEL";
    public const string BackendVariable = "FLEETBRIDGE_BACKEND";

    public static Option<string[]> Backends() => new("--backends")
    {
        Description = $"A folder with backends (<name>/<version>/), besides those that come with the program; may be repeated. "
            + $"[{BackendsVariable}: folders, separated by '{Path.PathSeparator}']",
        DefaultValueFactory = _ => Variable(BackendsVariable)?
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries) ?? [],
    };

    /// <summary>The folders that a command line names, and after them the one beside the program.</summary>
    /// <param name="named">The value of <see cref="Backends"/>.</param>
    /// <returns>The folders, absolute.</returns>
    public static IReadOnlyList<string> RootsWith(string[]? named) =>
        [.. (named ?? []).Where(folder => folder.Length > 0)
            .Select(folder => Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))), BackendFolder.BesideProgram];

    public static Option<string> Backend() => new("--backend")
    {
        Description = $"The backend and its version. [{BackendVariable}]",
        DefaultValueFactory = _ => Variable(BackendVariable) ?? BackendAddress.Default,
    };

    public static Option<string?> LogFile() => new("--log-file")
    {
        Description = $"The log file, instead of the one in your state folder. [{LogFileVariable}]",
        CustomParser = result => result.Tokens[0].Value is { Length: > 0 } file ? file : null,
        DefaultValueFactory = _ => Variable(LogFileVariable),
    };

    /// <summary>Null is info; it has no default of its own, since the help would call that by the framework's word.
    /// </summary>
    public static Option<LogEventLevel?> LogLevel()
    {
        var option = new Option<LogEventLevel?>("--log-level")
        {
            Description = $"The least level that is shown, info unless named; the log file has all of them. [{LogLevelVariable}]",
            CustomParser = result => ParseLevel(result, result.Tokens[0].Value),
            DefaultValueFactory = result => Variable(LogLevelVariable) is { } level ? ParseLevel(result, level) : null,
            HelpName = "debug|info|warning|error",
        };
        option.CompletionSources.Add("debug", "info", "warning", "error");
        return option;
    }

    public static Option<bool> Json() => new("--json") { Description = "Print JSON, for programs." };

    public static Option<Uri?> Url() => new("--url")
    {
        Description = "Ask the running bridge at this address, such as http://localhost:8000, instead of this process.",
        CustomParser = result => ParseUrl(result),
    };

    /// <summary>The token file of a bridge that one asks.</summary>
    public static Option<string?> TokenFile() => TokenFile("The file with the token of a running bridge that wants one.");

    /// <summary>A token file.</summary>
    /// <param name="what">What it is for.</param>
    /// <returns>The option.</returns>
    public static Option<string?> TokenFile(string what) => new("--token-file")
    {
        Description = $"{what} [{Core.Security.TokenFile.Variable}]",
        HelpName = "file",
        CustomParser = ParseTokenFile,
        DefaultValueFactory = _ => Variable(Core.Security.TokenFile.Variable) is { } file && !string.IsNullOrWhiteSpace(file) ? file : null,
    };

    /// <summary>The token in a file, if one is named.</summary>
    /// <param name="file">The option's value.</param>
    /// <param name="make">Whether a missing file is made.</param>
    /// <returns>The token; null without a file.</returns>
    /// <exception cref="UserException">The file cannot be used.</exception>
    public static AccessToken? ReadToken(string? file, bool make = false)
    {
        try
        {
            return file is null ? null : make ? Core.Security.TokenFile.ReadOrMake(file) : Core.Security.TokenFile.Read(file);
        }
        catch (TokenFileException exception)
        {
            throw new UserException(ExitCode.Usage, exception.Message);
        }
    }

    public static Option<string?> Project() => new("--project")
    {
        Description = "An Unreal project (.uproject): its plugin settings are used where the command line has none.",
    };

    /// <summary>The port of the requests.</summary>
    /// <param name="what">What it is for.</param>
    /// <returns>The option.</returns>
    public static Option<int> HttpPort(string what) =>
        Port("--http-port", "FLEETBRIDGE_HTTP_PORT", DefaultPorts.Requests, what);

    /// <summary>The port of the log.</summary>
    /// <param name="what">What it is for.</param>
    /// <param name="least">0 where any free port will do, else 1.</param>
    /// <returns>The option.</returns>
    public static Option<int> WebSocketPort(string what, int least = 0) =>
        Port("--websocket-port", "FLEETBRIDGE_WEBSOCKET_PORT", DefaultPorts.Log, what, least);

    /// <summary>A port from a variable or a default.</summary>
    /// <param name="name">The option.</param>
    /// <param name="variable">The variable.</param>
    /// <param name="standard">The default.</param>
    /// <param name="what">What it is for.</param>
    /// <param name="least">0 where any free port will do, else 1.</param>
    /// <returns>The option.</returns>
    private static Option<int> Port(string name, string variable, int standard, string what, int least = 0) => new(name)
    {
        Description = $"{what}. [{variable}]",
        CustomParser = result => ParsePort(result, result.Tokens[0].Value, least),
        DefaultValueFactory = result => Variable(variable) is { } port ? ParsePort(result, port, least) : standard,
    };

    /// <summary>The settings of a project, if one is named.</summary>
    /// <param name="project">The option's value.</param>
    /// <returns>The settings; empty without a project.</returns>
    /// <exception cref="UserException">The project cannot be read.</exception>
    public static IReadOnlyDictionary<string, string> ReadProject(string? project)
    {
        try
        {
            return project is null ? new Dictionary<string, string>() : UnrealProject.ReadSettings(project);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UserException(ExitCode.Usage, $"--project {project}: {exception.Message}");
        }
    }

    /// <summary>An environment variable; a blank one counts as absent.</summary>
    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private static int ParsePort(ArgumentResult result, string text, int least)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && port >= least && port <= ushort.MaxValue)
        {
            return port;
        }

        result.AddError($"'{text}' is no port: a number from {least} to {ushort.MaxValue}.");
        return 0;
    }

    private static string? ParseTokenFile(ArgumentResult result)
    {
        var file = result.Tokens[0].Value;
        if (string.IsNullOrWhiteSpace(file))
        {
            // a script whose variable is unset must not leave the bridge open to all
            result.AddError("--token-file is the name of a file, and here it is blank.");
        }

        return file;
    }

    private static Uri? ParseUrl(ArgumentResult result)
    {
        if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var url) && url.Scheme is "http")
        {
            return url;
        }

        result.AddError($"'{result.Tokens[0].Value}' is no address of a bridge, such as http://localhost:8000.");
        return null;
    }

    private static LogEventLevel? ParseLevel(ArgumentResult result, string text)
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
                result.AddError($"'{text}' is no level: debug, info, warning or error.");
                return null;
        }
    }
}
