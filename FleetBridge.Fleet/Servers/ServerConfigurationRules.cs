using System.Text;
using System.Text.RegularExpressions;
using FleetBridge.Core.Text;

namespace FleetBridge.Fleet.Servers;

/// <summary>One thing that is wrong with a configuration.</summary>
/// <param name="Path">Where, as a JSON path: <c>$.configuration.arguments[2]</c>.</param>
/// <param name="Message">What is wrong there.</param>
internal sealed record ConfigurationProblem(string Path, string Message);

/// <summary>What a configuration has to look like before anything is stored or started.</summary>
internal static class ServerConfigurationRules
{
    private const int LongestText = 32_768;
    private const int MostItems = 1_000;
    private const double LongestSeconds = 24 * 60 * 60;

    /// <summary>The signals that may stop a server. CTRL_C and CTRL_BREAK are Windows'.</summary>
    public static IReadOnlyList<string> Signals { get; } =
        ["SIGTERM", "SIGINT", "SIGQUIT", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGKILL", "CTRL_C", "CTRL_BREAK"];

    /// <summary>Finds every problem. A configuration as JSON gives it may have null anywhere.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <param name="game">What is installed.</param>
    /// <returns>The problems, none when it is right.</returns>
    public static IReadOnlyList<ConfigurationProblem> Check(ServerConfiguration? configuration, GameId game)
    {
        var check = new Findings();
        if (configuration is null)
        {
            check.Add("", "is missing.");
            return check.Problems;
        }

        CheckExecutable(check, configuration.Executable, game);
        check.Texts("arguments", configuration.Arguments, ObjectToText);
        CheckEnvironment(check, configuration.Environment);
        CheckPorts(check, configuration.Ports);
        check.Add("port_range", configuration.PortRange is { } range && GamePortRange.Parse(range) is null
            ? $"is not a port or a range of ports from 1 to 60000, such as {GamePortRange.Default}." : null);
        CheckInPlace(check, configuration, game);
        CheckStop(check, configuration.Stop);
        CheckHealth(check, configuration.Health);
        check.Add("restart", configuration.Restart is null ? "is null." : null);
        check.Add("restart.limit", configuration.Restart?.Limit is < 0 or > MostItems ? $"is not from 0 to {MostItems}." : null);

        check.Texts("data", configuration.Data, ObjectToRelativePath);
        if (configuration.LogCapBytes is < 1024 * 1024)
        {
            check.Add("log_cap_bytes", "is below 1048576.");
        }

        CheckContainer(check, configuration.Container, game);
        return check.Problems;
    }

    private static void CheckExecutable(Findings check, string? executable, GameId game)
    {
        if (executable is not null)
        {
            check.Add("executable", ObjectToRelativePath(executable));
        }
        else if (game.Kind != GameId.Docker)
        {
            check.Add("executable", "is missing: name the program, relative to the game's folder.");
        }
    }

    private static void CheckInPlace(Findings check, ServerConfiguration configuration, GameId game)
    {
        if (configuration.InPlace)
        {
            check.Add("in_place", game.Kind != GameId.Folder ? $"is for games in a folder; this one is a {game.Kind}."
                : configuration.Data is { Count: > 0 } ? "and data exclude each other: what it writes stays in the game's own folder."
                : null);
        }
    }

    private static void CheckEnvironment(Findings check, IReadOnlyDictionary<string, string>? environment)
    {
        if (!check.Holds("environment", environment, environment?.Count))
        {
            return;
        }

        foreach (var (name, value) in environment!)
        {
            var path = Findings.Member("environment", name);
            check.Add(path, name.Length == 0 ? "has an empty name."
                : name.Contains('=', StringComparison.Ordinal) ? "has = in its name."
                : ObjectToText(name) ?? ObjectToText(value));
        }
    }

    private static void CheckPorts(Findings check, IReadOnlyDictionary<string, int>? ports)
    {
        if (!check.Holds("ports", ports, ports?.Count))
        {
            return;
        }

        var taken = new Dictionary<int, string>();
        foreach (var (name, port) in ports!)
        {
            var path = Findings.Member("ports", name);
            check.Add(path, name.Length is 0 or > 64 || !name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '.')
                ? "has a name that is not made of letters, digits, _ - and ."
                : port is < 0 or > ushort.MaxValue ? "is not a port from 0 to 65535."
                : port > 0 && !taken.TryAdd(port, name) ? $"is the same port as {taken[port]}." : null);
        }
    }

    private static void CheckStop(Findings check, StopSettings? stop)
    {
        if (stop is null)
        {
            check.Add("stop", "is null.");
            return;
        }

        check.Add("stop.command", stop.Command is null ? null : ObjectToLine(stop.Command));
        check.Add("stop.signal", stop.Signal is { } signal && Signals.Contains(signal)
            ? null : $"is not one of {string.Join(", ", Signals)}.");
        check.Add("stop.timeout_seconds", stop.TimeoutSeconds is >= 0 and <= LongestSeconds ? null : "is not from 0 to 86400.");
    }

    private static void CheckHealth(Findings check, HealthSettings? health)
    {
        if (health is null)
        {
            check.Add("health", "is null.");
            return;
        }

        check.Add("health.port", health.Port is < 1 or > ushort.MaxValue ? "is not a port from 1 to 65535." : null);
        check.Add("health.path", health.Path is { } path && (!path.StartsWith('/') || path.Any(c => char.IsControl(c) || c == ' '))
            ? "is not a path that begins with /." : null);
        check.Add("health.pattern", health.Type == HealthType.Log && health.Pattern is not { Length: > 0 }
            ? "is missing: a health of type log needs the pattern of a line." : ObjectToPattern(health.Pattern));
        check.Add("health.interval_seconds", health.IntervalSeconds is > 0 and <= LongestSeconds ? null : "is not above 0 and up to 86400.");
        check.Add("health.failures", health.Failures is >= 1 and <= 1_000 ? null : "is not from 1 to 1000.");
    }

    private static void CheckContainer(Findings check, ContainerSettings? container, GameId game)
    {
        if (container is null)
        {
            return;
        }

        check.Add("container", game.Kind == GameId.Docker ? null : $"is for games in containers; this one is a {game.Kind}.");
        check.Add("container.memory_bytes", container.MemoryBytes is < 6 * 1024 * 1024 ? "is below 6291456." : null);
        check.Add("container.cpus", container.Cpus is { } cpus && cpus is not (> 0 and <= 1_024) ? "is not above 0 and up to 1024." : null);
        check.Add("container.processes", container.Processes is < 1 ? "is below 1." : null);
    }

    /// <summary>What a text of a process may not have; null for a good one.</summary>
    private static string? ObjectToText(string? text) => text is null ? "is null."
        : text.Contains('\0', StringComparison.Ordinal) ? "has a NUL character in it."
        : text.Length > LongestText ? $"is longer than {LongestText} characters."
        : HasLoneSurrogate(text) ? "is not valid Unicode." : null;

    /// <summary>What a line that is written to standard input may not have.</summary>
    public static string? ObjectToLine(string? text) => ObjectToText(text)
        ?? (text!.AsSpan().IndexOfAny('\r', '\n') >= 0 ? "has a line break in it; it has to be one line." : null);

    private static string? ObjectToRelativePath(string? path)
    {
        if (ObjectToText(path) is { } objection)
        {
            return objection;
        }

        var parts = path!.Split('/', '\\');
        return path.Length == 0 ? "is empty."
            : path[0] is '/' or '\\' || (path.Length > 1 && path[1] == ':') ? "is absolute; it has to be relative to the game's folder."
            : parts.Contains("..") ? "leaves the game's folder by .."
            : path.Any(char.IsControl) ? "has control characters in it."
            : parts.All(part => part is "" or ".") ? "names no file." : null;
    }

    private static string? ObjectToPattern(string? pattern)
    {
        if (pattern is null)
        {
            return null;
        }

        try
        {
            // without backtracking, so that no pattern can hold up a worker
            _ = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            return ObjectToText(pattern);
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            return $"is not a regular expression without look-around and back-references: {error.Message}";
        }
    }

    private static bool HasLoneSurrogate(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(text, out _, out var length) != System.Buffers.OperationStatus.Done)
            {
                return true;
            }

            text = text[length..];
        }

        return false;
    }

    /// <summary>Collects what is wrong.</summary>
    private sealed class Findings
    {
        private const string Root = "$.configuration";
        private readonly List<ConfigurationProblem> _problems = [];

        public IReadOnlyList<ConfigurationProblem> Problems => _problems;

        public static string Member(string path, string name) =>
            name.Length > 0 && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_')
                ? $"{path}.{name}"
                : $"{path}['{VisibleText.Of(name)}']";

        public void Add(string path, string? message)
        {
            if (message is not null)
            {
                _problems.Add(new ConfigurationProblem(path.Length == 0 ? Root : $"{Root}.{path}", message));
            }
        }

        public bool Holds(string path, object? value, int? count)
        {
            Add(path, value is null ? "is null." : count > MostItems ? $"has more than {MostItems} entries." : null);
            return value is not null && count <= MostItems;
        }

        public void Texts(string path, IReadOnlyList<string>? texts, Func<string?, string?> objection)
        {
            if (Holds(path, texts, texts?.Count))
            {
                for (var i = 0; i < texts!.Count; i++)
                {
                    Add($"{path}[{i}]", objection(texts[i]));
                }
            }
        }
    }
}
