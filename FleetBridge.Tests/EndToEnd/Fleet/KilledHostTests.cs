using System.Globalization;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.EndToEnd.Fleet;

/// <summary>
/// A host that is killed again and again while servers and clients are busy, at moments from a seed. All hundred of them with
/// <c>FLEETBRIDGE_TEST_ALL_KILLS=1</c>.
/// </summary>
public sealed class KilledHostTests(ITestOutputHelper output) : IDisposable
{
    private const string AllKillsVariable = "FLEETBRIDGE_TEST_ALL_KILLS";
    private const int Servers = 12;
    private const int Clients = 6;

    private readonly TemporaryFolder _state = new();

    public void Dispose() => _state.Dispose();

    [Fact]
    public async Task Nothing_is_lost_and_nothing_happens_twice()
    {
        Requires.Unix();
        var kills = Environment.GetEnvironmentVariable(AllKillsVariable) == "1" ? 100 : 8;
        const int Seed = 20_26_11;
        var moments = new Random(Seed);
        var host = await HostProcess.StartAsync(_state.Path);
        await using var traffic = new BusyFleet(host);
        try
        {
            traffic.Begin(Servers, Clients);
            for (var kill = 0; kill < kills; kill++)
            {
                var before = traffic.Cycles;
                await Task.Delay(moments.Next(20, 600));
                host.Process.Signal(FleetBridgeProcess.Kill);
                await host.Process.WaitAsync();
                var next = await HostProcess.StartAsync(_state.Path, host.HttpPort, host.TlsPort);
                await host.DisposeAsync();
                host = next;
                traffic.Use(host);
                await Eventually.TrueAsync(
                    () => traffic.Cycles > before, string.Create(CultureInfo.InvariantCulture, $"sessions are made again after kill {kill} (seed {Seed})"));
            }

            await traffic.EndAsync();
            output.WriteLine($"{kills} kills, {traffic.Cycles} cycles");
            Assert.Equal([], traffic.Violations);
            await traffic.CheckBooksAsync();
        }
        finally
        {
            output.WriteLine(string.Join('\n', traffic.Violations));
            output.WriteLine(await File.ReadAllTextAsync(_state["logs", "host.log"]));
            await host.DisposeAsync();
        }
    }
}
