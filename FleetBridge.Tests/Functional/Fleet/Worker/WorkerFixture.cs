using System.Text;
using FleetBridge.Fleet.Installers;
using FleetBridge.Fleet.Running;
using FleetBridge.Fleet.Servers;
using FleetBridge.Fleet.Worker;
using FleetBridge.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace FleetBridge.Tests.Functional.Fleet.Worker;

/// <summary>A worker with real keepers, whose servers are the fake game server. Each test has servers of its own in it.</summary>
public sealed class WorkerFixture : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private int _count;

    internal WorkerCore Core { get; private set; } = null!;

    internal string DataFolder => _folder["data"];

    /// <summary>A file of a test's own.</summary>
    internal string File(string name) => _folder[name];

    public async ValueTask InitializeAsync()
    {
        if (OperatingSystem.IsLinux() && CompiledFixture.HasCompiler)
        {
            GameServerProgram.BuildIn(_folder["game"]);
        }

        await OpenAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in Core.Desired)
        {
            await Core.ChangeDesiredAsync(server with { IsDeleted = true, DesiredState = DesiredState.Stopped });
        }

        await Eventually.TrueAsync(() => Core.Observed.All(server => server.IsGone), "all servers are gone");
        await Core.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>The worker ends without a word to its servers, and another one begins.</summary>
    internal async Task RestartWorkerAsync()
    {
        await Core.DisposeAsync();
        await OpenAsync();
    }

    internal static ServerConfiguration Configuration(params string[] arguments) => new()
    {
        Executable = $"bin/{GameServerProgram.Name}",
        Arguments = arguments,
        Stop = new StopSettings { Command = "quit", TimeoutSeconds = 20 },
        Restart = new RestartSettings { Policy = RestartPolicy.Never },
    };

    /// <summary>Adds a server, starts it, and waits until it prints something.</summary>
    internal async Task<string> StartAsync(ServerConfiguration configuration, string? prints = null)
    {
        var (id, outcome) = await TryStartAsync(configuration);
        Assert.Equal((CommandStatus.Done, null), (outcome.Status, outcome.Error));
        if (prints is not null)
        {
            await PrintsAsync(id, prints);
        }

        return id;
    }

    internal async Task<(string Id, CommandOutcome Outcome)> TryStartAsync(ServerConfiguration configuration)
    {
        var id = $"s{Interlocked.Increment(ref _count)}";
        await Core.ChangeDesiredAsync(new DesiredServer
        {
            Id = id,
            GameId = GameId.Parse($"folder:{_folder["game"]}"),
            Configuration = configuration,
            ConfigurationVersion = 1,
            DesiredState = DesiredState.Stopped,
        });
        return (id, await RunAsync(id, CommandType.Start));
    }

    internal Task<CommandOutcome> RunAsync(string id, CommandType type, string? text = null) => Core.RunAsync(
        new WorkerCommand
        {
            Id = Guid.NewGuid().ToString(),
            ServerId = id,
            Type = type,
            Text = text,
            Deadline = TimeProvider.System.GetUtcNow().AddMinutes(1),
        },
        TestContext.Current.CancellationToken);

    internal ObservedServer Observed(string id) => Core.Observed.Single(server => server.Id == id);

    internal Task StateAsync(string id, ServerState state) =>
        Eventually.TrueAsync(() => Observed(id).State == state, $"{state} of {id}");

    internal async Task<string> ReadLogAsync(string id, LogRange? range = null)
    {
        var text = new StringBuilder();
        await Core.ReadLogAsync(
            id,
            range ?? new LogRange(),
            bytes =>
            {
                text.Append(Encoding.Latin1.GetString(bytes.Span));
                return ValueTask.CompletedTask;
            },
            TestContext.Current.CancellationToken);
        return text.ToString();
    }

    internal Task PrintsAsync(string id, string text) => Eventually.TrueAsync(
        async () => (await ReadLogAsync(id, new LogRange { Tail = 200 })).Contains(text, StringComparison.Ordinal), $"{id} prints {text}");

    private async Task OpenAsync() => Core = await WorkerCore.OpenAsync(
        new WorkerCoreOptions { DataFolder = DataFolder, Installers = new FolderOnly(), FreeSpaceFloorBytes = 1024 * 1024 },
        NullLoggerFactory.Instance,
        TimeProvider.System);

    private sealed class FolderOnly : IInstallers
    {
        public IReadOnlyList<IInstaller> All { get; } = [new FolderInstaller(TimeProvider.System)];
    }
}
