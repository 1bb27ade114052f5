using System.Runtime.Versioning;
using FleetBridge.Fleet.Servers;
using FleetBridge.Keeper.Protocol;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Fleet.Worker;

/// <summary>The end of a worker by its private API.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class WorkerApiShutdownTests(RunningWorker worker) : IClassFixture<RunningWorker>
{
    [Fact]
    public async Task Shutdown_stops_the_servers_tells_the_host_and_ends_the_worker()
    {
        Requires.GameServerProgram();
        var id = await worker.StartAsync("--show-start");
        var pid = (int)(await worker.CallAsync("GET", $"/server/{id}")).Json["pid"]!;
        Assert.Equal(202, (await worker.CallAsync("POST", "/shutdown")).Status);
        await worker.Worker.WaitForStopAsync().WaitAsync(Eventually.Limit, TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.Null(ProcessMark.StartOf(pid));
        await Assert.ThrowsAsync<HttpRequestException>(() => worker.CallAsync("GET", "/status"));
        var fleet = await worker.Host.Host.Workers.Fleet;
        Assert.Equal(WorkerState.Shutdown, fleet.GetWorker(worker.Worker.WorkerId).Status);
    }
}
