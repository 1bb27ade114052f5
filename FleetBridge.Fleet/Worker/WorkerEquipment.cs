using FleetBridge.Backends.Processes;
using FleetBridge.Fleet.Containers;
using FleetBridge.Fleet.Installers;
using FleetBridge.Fleet.Installers.SteamCmd;
using FleetBridge.Fleet.Running;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Fleet.Worker;

/// <summary>What a worker installs games and runs containers with, as this machine has it.</summary>
internal sealed partial class WorkerEquipment : IInstallers, IAsyncDisposable
{
    private readonly ContainerEngine _engine;
    private readonly DockerRunner _runner;
    private readonly SteamCmdInstaller _steam;
    private readonly ILogger _logger;
    private readonly Task _looking;

    /// <param name="dataFolder">The worker's own folder.</param>
    /// <param name="loggers">The worker's log.</param>
    /// <param name="clock">The clock of every wait.</param>
    /// <param name="missing">How loud it says what it cannot install.</param>
    public WorkerEquipment(string dataFolder, ILoggerFactory loggers, TimeProvider clock, LogLevel missing = LogLevel.Information)
    {
        var folder = Path.GetFullPath(dataFolder);
        _engine = new ContainerEngine(
            new ContainerOptions
            {
                DataFolder = folder,
                Network = Variable(ContainerOptions.NetworkVariable),
                Address = Variable(ContainerOptions.AddressVariable) ?? ContainerOptions.Loopback,
            },
            clock);
        _runner = new DockerRunner(_engine, loggers.CreateLogger<DockerRunner>());
        _steam = new SteamCmdInstaller(
            new SteamCmdOptions
            {
                Program = Variable(SteamCmdOptions.ProgramVariable) is { } named ? Path.GetFullPath(named) : ProgramPath.Find("steamcmd"),
                Home = Path.Combine(folder, "steam"),
            },
            clock);
        All = [new FolderInstaller(clock), _steam, new DockerInstaller(_engine)];
        _logger = loggers.CreateLogger<WorkerEquipment>();

        // an engine that does not answer holds no start up
        _looking = Task.Run(() => SayWhatIsMissing(missing));
    }

    public IReadOnlyList<IInstaller> All { get; }

    /// <summary>The ways to run servers beyond the keeper's.</summary>
    public IReadOnlyList<IServerRunner> Runners => [_runner];

    /// <summary>Leaves every container running.</summary>
    public async ValueTask DisposeAsync()
    {
        await _looking.ConfigureAwait(false);
        await _runner.DisposeAsync().ConfigureAwait(false);
        _engine.Dispose();
        _steam.Dispose();
    }

    private void SayWhatIsMissing(LogLevel level)
    {
        foreach (var installer in All)
        {
            if (!installer.IsAvailable(out var reason))
            {
                LogMissing(_logger, level, installer.Kind, reason);
            }
        }
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    [LoggerMessage(Message = "No {Kind} games are installed by this worker. {Why}")]
    private static partial void LogMissing(ILogger logger, LogLevel level, string kind, string why);
}
