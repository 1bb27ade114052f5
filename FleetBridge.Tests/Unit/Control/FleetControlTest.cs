using FleetBridge.Fleet.Control;
using FleetBridge.Fleet.Model;
using FleetBridge.Fleet.Store;
using FleetBridge.Tests.Support;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace FleetBridge.Tests.Unit.Control;

/// <summary>A fleet with a store in a temporary folder and a clock that the test moves.</summary>
public abstract class FleetControlTest : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private SqliteFleetStore? _store;
    private FleetControl? _fleet;

    private protected string StorePath => _folder["fleet.db"];

    private protected FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero));

    private protected ListedLog Logger { get; } = new();

    private protected IReadOnlyList<string> Logged(LogLevel level) =>
        [.. Logger.Lines.Where(line => line.StartsWith($"{level} ", StringComparison.Ordinal))];

    private protected FleetControl Fleet => _fleet!;

    private protected SqliteFleetStore Store => _store!;

    public async ValueTask InitializeAsync() => await OpenAsync();

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected async Task OpenAsync() => _fleet = await FleetControl.OpenAsync(
        new FleetControlOptions(), () => _store = SqliteFleetStore.Open(StorePath, Logger, Time), Logger, Time,
            TestContext.Current.CancellationToken);

    private protected async Task CloseAsync()
    {
        if (_fleet is not null)
        {
            await _fleet.DisposeAsync();
            _fleet = null;
        }
    }

    private protected async Task<ServerLink> ConnectAsync(string processId, Action<Push>? deliver = null) => await Fleet.ConnectAsync(
        new ServerIdentity { ProcessId = processId, FleetId = FleetModel.DefaultFleetId, ComputeName = FleetModel.DefaultComputeName },
        deliver ?? (_ => { }));

    private protected async Task<ServerLink> ReadyAsync(string processId, Action<Push>? deliver = null)
    {
        var link = await ConnectAsync(processId, deliver);
        await Fleet.ChangeAsync(model => model.ActivateServerProcess(
            new ServerActivation { ProcessId = processId, ConnectionNumber = link.Connection.Number, Port = 7777 }));
        await Fleet.ChangeAsync(model => model.Heartbeat(processId, healthy: true));
        return link;
    }

    private protected Task<GameSession> CreateAsync(string? token = null) => Fleet.ChangeAsync(model => model.CreateGameSession(
        new NewGameSession { FleetId = FleetModel.DefaultFleetId, MaximumPlayerSessionCount = 4, IdempotencyToken = token }));

    private protected static async Task<string> CodeOfAsync(Func<Task> act) => (await Assert.ThrowsAsync<FleetException>(act)).Code;
}
