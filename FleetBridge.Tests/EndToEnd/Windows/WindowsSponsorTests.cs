using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.EndToEnd.Windows;

/// <summary>Two editors at once use one bridge of the release for Windows.</summary>
public sealed class WindowsSponsorTests(WindowsFixture fixture, ITestOutputHelper output) : WindowsTest(fixture, output)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Bridge_ends_when_the_last_of_its_editors_is_killed(bool starterFirst)
    {
        await using var starter = Wine.Start(Folder["starter"], ["serve", "--json", "--http-port", "0", "--websocket-port", "0"]);
        await using var other = Wine.Start(Folder["other"], ["serve", "--json", "--http-port", "0", "--websocket-port", "0"]);
        var (first, second) = (await ServingProcess.AnnouncedAsync(starter), await ServingProcess.AnnouncedAsync(other));
        int[] ids = [(int)first.Announcement["pid"]!, (int)second.Announcement["pid"]!];
        await using var serving = await ServeWindowsAsync("--parent-pid", $"{ids[0]}");
        var health = await RawHttp.PostAsync(serving.HttpPort, $"/sponsors/{ids[1]}", "PUT");
        Assert.Equal(200, health.Status);
        Assert.Equal(ids, health.Json["sponsors"]!.AsArray().Select(sponsor => (int)sponsor!["pid"]!));

        var (leaves, stays) = starterFirst ? (starter, ids[1]) : (other, ids[0]);
        leaves.Signal(FleetBridgeProcess.Kill);
        await Eventually.TrueAsync(async () => Left(await RawHttp.PostAsync(serving.HttpPort, "/healthz", "GET")).SequenceEqual([stays]), "one is left");
        Assert.False(serving.Process.HasExited);
        (starterFirst ? other : starter).Signal(FleetBridgeProcess.Kill);
        Assert.Equal(0, (await serving.Process.WaitAsync()).Code);
    }

    private static IEnumerable<int> Left(RawResponse health) => health.Json["sponsors"]!.AsArray().Select(sponsor => (int)sponsor!["pid"]!);
}
