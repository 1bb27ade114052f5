using System.Collections.Concurrent;
using FleetBridge.Fleet.Control;
using FleetBridge.Fleet.Model;

namespace FleetBridge.Tests.Support;

/// <summary>A server process as the fleet sees it, without a socket: connected, ready, its first heartbeat sent.</summary>
internal sealed class FakeGameServer : IAsyncDisposable
{
    private readonly FleetControl _control;
    private readonly string _processId;
    private readonly bool _activates;
    private ServerLink? _link;
    private Task _activating = Task.CompletedTask;

    private FakeGameServer(FleetControl control, string processId, bool activates) =>
        (_control, _processId, _activates) = (control, processId, activates);

    /// <summary>What it was told.</summary>
    public ConcurrentQueue<Push> Pushes { get; } = [];

    public static async Task<FakeGameServer> StartAsync(FleetControl control, string processId, int port, bool activates)
    {
        var server = new FakeGameServer(control, processId, activates);
        server._link = await control.ConnectAsync(
            new ServerIdentity
            {
                ProcessId = processId,
                FleetId = FleetModel.DefaultFleetId,
                ComputeName = FleetModel.DefaultComputeName,
                AuthToken = "made-up",
                SdkLanguage = "CSharp",
                SdkVersion = "5.4.0",
            },
            server.Deliver);
        await control.ChangeAsync(model => model.ActivateServerProcess(new ServerActivation
        {
            ProcessId = processId,
            ConnectionNumber = server._link.Connection.Number,
            Port = port,
            SdkLanguage = "CSharp",
            SdkVersion = "5.4.0",
        }));
        await control.ChangeAsync(model => model.Heartbeat(processId, healthy: true));
        return server;
    }

    /// <summary>The server's ActivateGameSession.</summary>
    public Task ActivateAsync(string gameSessionId) => _control.ChangeAsync(model => model.ActivateGameSession(_processId, gameSessionId));

    /// <summary>The server's AcceptPlayerSession.</summary>
    public Task AcceptAsync(string gameSessionId, string playerSessionId) =>
        _control.ChangeAsync(model => model.AcceptPlayerSession(_processId, gameSessionId, playerSessionId));

    /// <summary>The server's ProcessEnding.</summary>
    public Task EndAsync() => _control.ChangeAsync(model => model.TerminateServerProcess(_processId));

    public async ValueTask DisposeAsync()
    {
        await _activating;
        await _link!.DisposeAsync();
    }

    private void Deliver(Push push)
    {
        Pushes.Enqueue(push);
        if (_activates && push is CreateGameSessionPush create)
        {
            _activating = ActivateAsync(create.GameSession.GameSessionId);
        }
    }
}
