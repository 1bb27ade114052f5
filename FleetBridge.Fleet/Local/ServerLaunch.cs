using FleetBridge.Core.Processes;
using FleetBridge.Fleet.Servers;

namespace FleetBridge.Fleet.Local;

/// <summary>Game servers to start: which executable, how many, with which arguments and ports.</summary>
internal sealed record ServerLaunch
{
    /// <summary>Where Unreal's command line names the port.</summary>
    private const string PortArgument = "-port=";

    private const int LongestName = 48;

    /// <summary>How long a server has to end by itself.</summary>
    public static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(8);

    /// <summary>What the worker fills in.</summary>
    private static readonly ServerVariables Placeholders =
        new("{gamelift:endpoint}", "{gamelift:fleet}", "{gamelift:compute}", "{process_id}", "{gamelift:token}");

    /// <summary>The executable, absolute.</summary>
    public required string Executable { get; init; }

    /// <summary>Its arguments; <c>{port}</c>, <c>{process_id}</c> and <c>{name}</c> are filled in for each process.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>How many run at a time.</summary>
    public int Processes { get; init; } = 1;

    /// <summary>The ports on which they accept players.</summary>
    public GamePortRange Ports { get; init; } = GamePortRange.Default;

    /// <summary>The name in the log; each process has its number behind it.</summary>
    public string Name => Path.GetFileNameWithoutExtension(Executable) is { Length: > 0 } name ? name : "server";

    /// <summary>The name as an id of a server may be.</summary>
    public string PlainName =>
        string.Concat(Name.Take(LongestName).Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' ? letter : '-'));

    /// <summary>The game: the executable's own folder, which is not copied.</summary>
    /// <exception cref="ServerException">It is a whole disk.</exception>
    public GameId Game => GameId.Parse($"{GameId.Folder}:{Path.GetDirectoryName(Executable)}");

    /// <summary>Whether the user's arguments say where the port goes.</summary>
    private bool NamesPort => Arguments.Any(argument => argument.Contains("{port}", StringComparison.Ordinal)
        || argument.StartsWith(PortArgument, StringComparison.OrdinalIgnoreCase));

    /// <summary>Checks what can be known before the start.</summary>
    /// <exception cref="UserException">The executable cannot run here, or all processes would have one port.</exception>
    public void Check()
    {
        if (ExecutableCheck.FindProblem(Executable) is { } problem)
        {
            throw new UserException(ExitCode.Usage, problem);
        }

        var fixedPort = Arguments.FirstOrDefault(argument => argument.StartsWith(PortArgument, StringComparison.OrdinalIgnoreCase)
            && !argument.Contains("{port}", StringComparison.Ordinal));
        if (fixedPort is not null && Processes > 1)
        {
            throw new UserException(
                ExitCode.Usage,
                $"{fixedPort} would give all {Processes} game servers the same port. Write -port={{port}}, or leave it out: it is added.");
        }

        if (Ports.Count < Processes)
        {
            throw new UserException(
                ExitCode.Usage, $"The ports {Ports} are too few for {Processes} game servers. Choose more with --game-ports.");
        }
    }

    /// <summary>How one of the servers is run; its worker fills in the port, the process id, and what its SDK needs.</summary>
    /// <param name="name">Its name.</param>
    public ServerConfiguration ConfigurationOf(string name) => new()
    {
        Executable = Path.GetFileName(Executable),
        Arguments =
        [
            .. (NamesPort ? Arguments : [.. Arguments, PortArgument + "{port}"])
                .Select(argument => argument.Replace("{name}", name, StringComparison.Ordinal)),
            .. Placeholders.Flags,
        ],
        Ports = new Dictionary<string, int> { ["game"] = 0 },
        PortRange = Ports.ToString(),
        InPlace = true,
        Stop = new StopSettings { TimeoutSeconds = StopLimit.TotalSeconds },
        Health = new HealthSettings { Type = HealthType.Heartbeat },
        Restart = new RestartSettings { Limit = 0 },
    };
}
