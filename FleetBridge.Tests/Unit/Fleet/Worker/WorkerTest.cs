using FleetBridge.Fleet.Servers;
using FleetBridge.Fleet.Worker;
using FleetBridge.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace FleetBridge.Tests.Unit.Fleet.Worker;

/// <summary>A worker whose servers, installs and clock are in the test's hands.</summary>
public abstract class WorkerTest : IAsyncLifetime
{
    private protected const string Id = "s1";

    private readonly TemporaryFolder _folder = new();
    private int _commands;

    private protected FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    private protected FakeRunner Runner { get; private set; } = null!;

    private protected FakeInstaller Installer { get; } = new();

    private protected FakeDisk Disk { get; } = new();

    private protected WorkerCore Core { get; private set; } = null!;

    private protected ObservedServer Server => Core.Observed.Single(server => server.Id == Id);

    private protected string DataFolder => _folder.Path;

    public async ValueTask InitializeAsync()
    {
        Runner = new FakeRunner(Clock);
        await OpenAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Core.DisposeAsync();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected async Task OpenAsync() => Core = await WorkerCore.OpenAsync(
        new WorkerCoreOptions
        {
            DataFolder = _folder.Path,
            Installers = Installer,
            Disk = Disk,
            Runners = [Runner],
            Random = () => 0.5,
            FreeSpaceFloorBytes = 0,
        },
        NullLoggerFactory.Instance,
        Clock);

    /// <summary>The worker ends and begins again; what runs is found.</summary>
    /// <param name="between">What happens while there is no worker.</param>
    private protected async Task RestartWorkerAsync(Action? between = null)
    {
        await Core.DisposeAsync();
        between?.Invoke();
        Runner.Left.Clear();
        Runner.Left.AddRange(Runner.Runs.Where(run => !run.IsForgotten));
        await OpenAsync();
    }

    private protected static DesiredServer Desired(
        DesiredState state = DesiredState.Stopped, ServerConfiguration? configuration = null, long version = 1, bool isDeleted = false) => new()
        {
            Id = Id,
            GameId = GameId.Parse("folder:/game"),
            Configuration = configuration ?? Configuration(),
            ConfigurationVersion = version,
            DesiredState = state,
            IsDeleted = isDeleted,
        };

    private protected static ServerConfiguration Configuration(string? stop = null, RestartPolicy restart = RestartPolicy.Always) => new()
    {
        Executable = "server",
        Stop = new StopSettings { Command = stop, TimeoutSeconds = 10 },
        Restart = new RestartSettings { Policy = restart },
    };

    /// <summary>Adds a server, and waits until it is installed.</summary>
    private protected async Task AddAsync(ServerConfiguration? configuration = null)
    {
        await Core.ChangeDesiredAsync(Desired(configuration: configuration));
        await StateAsync(ServerState.Stopped);
    }

    private protected Task<CommandOutcome> RunAsync(CommandType type, string? text = null, string? id = null) => Core.RunAsync(
        new WorkerCommand
        {
            Id = id ?? $"c{++_commands}",
            ServerId = Id,
            Type = type,
            Text = text,
            Deadline = Clock.GetUtcNow().AddSeconds(60),
        },
        TestContext.Current.CancellationToken);

    private protected async Task StartAsync()
    {
        var outcome = await RunAsync(CommandType.Start);
        Assert.Equal((CommandStatus.Done, null), (outcome.Status, outcome.Error));
    }

    private protected Task StateAsync(ServerState state) => Eventually.TrueAsync(
        () => Core.Observed.FirstOrDefault(server => server.Id == Id)?.State == state, $"{state} instead of {Core.Observed.Select(server => server.State).SingleOrDefault()}");

    /// <summary>Time passes until the condition holds.</summary>
    private protected Task PassAsync(TimeSpan step, Func<bool> condition, string what) => Eventually.TrueAsync(
        () =>
        {
            if (condition())
            {
                return true;
            }

            Clock.Advance(step);
            return condition();
        },
        what);
}
