using FleetBridge.Core.Processes;

namespace FleetBridge.Fleet.Local;

/// <summary>Game servers to start: which executable, how many, with which arguments and ports.</summary>
internal sealed record ServerLaunch
{
    /// <summary>Where Unreal's command line names the port.</summary>
    private const string PortArgument = "-port=";

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

    /// <summary>The arguments of one process.</summary>
    public IEnumerable<string> ArgumentsFor(string name, string processId, int port) => (NamesPort ? Arguments : [.. Arguments, PortArgument + "{port}"])
        .Select(argument => argument
            .Replace("{port}", port.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("{process_id}", processId, StringComparison.Ordinal)
            .Replace("{name}", name, StringComparison.Ordinal));
}
