using System.Runtime.Versioning;
using FleetBridge.Fleet.Local;
using FleetBridge.Fleet.Model;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Fleet.Local;

[UnsupportedOSPlatform("windows")]
public sealed class LocalEventsTests(ITestOutputHelper output)
{
    private const string Late = "late-1";
    private const string Other = "other-1";

    [Fact]
    public async Task Process_is_ready_when_it_can_be_given_a_game_session()
    {
        await using var host = await TestHost.StartAsync(output);
        var told = host.Host.Launcher.Of(host.Fleet).Events.Follow(TestContext.Current.CancellationToken);
        await using var link = await host.Fleet.ConnectAsync(
            new ServerIdentity
            {
                ProcessId = Late,
                FleetId = FleetModel.DefaultFleetId,
                ComputeName = FleetModel.DefaultComputeName,
                AuthToken = "made-up",
            },
            _ => { });

        // ProcessReady, and its first health report later: until then it is given no game session
        await ActivateAsync(link.Connection.Number);
        await using var other = await FakeGameServer.StartAsync(host.Fleet, Other, 7778, activates: false);
        Assert.Equal((LocalEvent.ProcessReady, Other), await NextAsync());
        await BeatAsync();
        Assert.Equal((LocalEvent.ProcessReady, Late), await NextAsync());
        var created = await host.CreateGameSessionAsync();
        Assert.Equal((GameSessionStatus.ACTIVATING, Late), (created.Status, created.ProcessId));
        Assert.Equal(LocalEvent.SessionCreated, (await NextAsync()).Name);

        // a new life is told by its own first report, and once
        await ActivateAsync(link.Connection.Number + 1);
        Assert.Equal(LocalEvent.SessionEnded, (await NextAsync()).Name);
        Assert.Equal((LocalEvent.ProcessEnded, Late), await NextAsync());
        await BeatAsync();
        await BeatAsync();
        Assert.Equal((LocalEvent.ProcessReady, Late), await NextAsync());
        await other.EndAsync();
        Assert.Equal((LocalEvent.ProcessEnded, Other), await NextAsync());

        Task ActivateAsync(long connection) => host.Fleet.ChangeAsync(fleet => fleet.ActivateServerProcess(
            new ServerActivation { ProcessId = Late, ConnectionNumber = connection, Port = 7777 }));
        Task BeatAsync() => host.Fleet.ChangeAsync(fleet => fleet.Heartbeat(Late, healthy: true));
        async Task<(string Name, string? ProcessId)> NextAsync()
        {
            var happened = await told.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Eventually.Limit);
            return (happened.Name, happened.ProcessId);
        }
    }
}
