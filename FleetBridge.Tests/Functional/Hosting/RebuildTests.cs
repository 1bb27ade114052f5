using System.Collections.Concurrent;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Hosting;

public sealed class RebuildTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Twenty_rebuilds_under_eight_request_loops_fail_no_request_and_leave_nothing_behind()
    {
        const int Rebuilds = 20;
        using var root = new TemporaryFolder();
        var folder = BackendBuild.WriteProbe(root.Path, "build-00");
        var images = Enumerable.Range(1, Rebuilds).Select(i => BackendBuild.Probe($"build-{i:00}")).ToList();
        await using var bridge = await TestBridge.StartAsync(output, [root.Path]);
        Assert.Equal("build-00", await bridge.BuildAsync());
        using var end = new CancellationTokenSource();
        var seen = new ConcurrentDictionary<string, int>();
        var loops = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            var last = "";
            while (!end.IsCancellationRequested)
            {
                var build = await bridge.BuildAsync();
                Assert.True(string.CompareOrdinal(build, last) >= 0, $"{build} answered after {last}");
                seen.AddOrUpdate(last = build, 1, (_, count) => count + 1);
            }
        })).ToList();

        for (var i = 1; i <= Rebuilds; i++)
        {
            BackendBuild.Write(folder, images[i - 1]);
            Assert.Equal($"build-{i:00}", await bridge.BuildAsync());
            Assert.DoesNotContain(loops, loop => loop.IsCompleted);
            var before = seen.Values.Sum();
            await Eventually.TrueAsync(() => seen.Values.Sum() > before + 8, "the loops continue");
        }

        await end.CancelAsync();
        await Task.WhenAll(loops);
        Assert.Equal(Rebuilds + 1, bridge.GenerationOf());
        Assert.Contains("build-20", seen.Keys);
        await bridge.OldGenerationsGoneAsync();
    }

    [Fact]
    public async Task Rebuild_of_a_private_assembly_alone_is_seen_by_the_next_request()
    {
        using var root = new TemporaryFolder();
        var folder = root["small", "1"];
        var parts = Part("part-1");
        BackendBuild.Write(folder, BackendBuild.Compile("Small", BackendBuild.Source("Part.Name"), parts), "Small.dll");
        BackendBuild.Write(folder, parts, "Parts.dll");
        File.WriteAllText(Path.Combine(folder, "Small.deps.json"), BackendBuild.Dependencies);
        await using var bridge = await TestBridge.StartAsync(output, [root.Path]);
        Assert.Equal("part-1", await bridge.BuildAsync("small/1"));
        BackendBuild.Write(folder, Part("part-2"), "Parts.dll");
        Assert.Equal("part-2", await bridge.BuildAsync("small/1"));
    }

    [Fact]
    public async Task Clean_build_that_makes_the_folder_anew_is_watched_again()
    {
        using var root = new TemporaryFolder();
        var folder = BackendBuild.WriteProbe(root.Path, "build-1");
        await using var bridge = await TestBridge.StartAsync(output, [root.Path]);
        Assert.Equal("build-1", await bridge.BuildAsync());
        var image = BackendBuild.Probe("build-2");
        Directory.Delete(folder, recursive: true);
        BackendBuild.Write(folder, image);
        Assert.Equal("build-2", await bridge.BuildAsync());

        // without any request: only a notification can tell
        var generation = bridge.GenerationOf();
        BackendBuild.Write(folder, BackendBuild.Probe("build-3"));
        await Eventually.TrueAsync(() => bridge.GenerationOf() > generation, "the change is noticed without a request");
        Assert.Equal("build-3", await bridge.BuildAsync());
    }

    [Fact]
    public async Task Request_in_flight_ends_on_the_generation_it_began_on()
    {
        using var root = new TemporaryFolder();
        var folder = BackendBuild.WriteProbe(root.Path, "build-1");
        await using var bridge = await TestBridge.StartAsync(output, [root.Path]);
        var (gate, mark) = (bridge.Folder["gate"], bridge.Folder["mark"]);
        var inFlight = bridge.DetailsAsync(
            $"/probe/1/deployment/thing/wait?gate={Uri.EscapeDataString(gate)}&mark={Uri.EscapeDataString(mark)}");
        await Eventually.TrueAsync(() => File.Exists(mark), "the request runs");

        BackendBuild.Write(folder, BackendBuild.Probe("build-2"));
        Assert.Equal("build-2", await bridge.BuildAsync());
        Assert.False(inFlight.IsCompleted);
        Assert.Equal(1, bridge.Server.Backends.Unloader.CountAlive());

        await File.WriteAllTextAsync(gate, "");
        Assert.Equal("build-1", (string?)(await inFlight)["Build"]);
        await bridge.OldGenerationsGoneAsync();
    }

    [Fact]
    public async Task Changing_operation_of_the_old_generation_excludes_one_of_the_new()
    {
        using var root = new TemporaryFolder();
        var folder = BackendBuild.WriteProbe(root.Path, "build-1");
        await using var bridge = await TestBridge.StartAsync(output, [root.Path]);
        var (gate, mark) = (bridge.Folder["gate"], bridge.Folder["mark"]);
        var query = $"gate={Uri.EscapeDataString(gate)}&mark={Uri.EscapeDataString(mark)}";
        var first = bridge.DetailsAsync($"/probe/1/deployment/thing/create?{query}");
        await Eventually.TrueAsync(() => File.Exists(mark), "the request runs");

        BackendBuild.Write(folder, BackendBuild.Probe("build-2"));
        var (_, second) = await bridge.PostAsync($"/probe_backend/1/deployment/thing/delete?{query}");
        Assert.Equal("False", (string?)second["Overall Result"]);
        Assert.Contains("already running", (string?)second["Error"], StringComparison.Ordinal);

        await File.WriteAllTextAsync(gate, "");
        Assert.Equal("build-1", (string?)(await first)["Build"]);
        Assert.Equal("build-2", (string?)(await bridge.DetailsAsync($"/probe/1/deployment/thing/delete?{query}"))["Build"]);
    }

    [Fact]
    public async Task Bridge_that_stops_while_a_request_hangs_ends_all_the_same()
    {
        using var root = new TemporaryFolder();
        var folder = BackendBuild.WriteProbe(root.Path, "build-1");
        var bridge = await TestBridge.StartAsync(output, [root.Path], cleanUpLimit: TimeSpan.FromMilliseconds(1));
        var (gate, mark) = (root["gate"], root["mark"]);
        var hung = RawHttp.PostAsync(
            bridge.HttpPort,
            $"/probe/1/deployment/mischief/block?gate={Uri.EscapeDataString(gate)}&mark={Uri.EscapeDataString(mark)}");
        await Eventually.TrueAsync(() => File.Exists(mark), "the request runs");
        BackendBuild.Write(folder, BackendBuild.Probe("build-2"));
        var reloaded = await bridge.BuildAsync();
        try
        {
            await bridge.StopAsync();
            await bridge.Server.DisposeAsync().AsTask().WaitAsync(Eventually.Limit);
            Assert.Equal("build-2", reloaded);
            await Eventually.TrueAsync(
                () => bridge.ReadLogFile().Contains("probe/1 generation 1 is still running a request", StringComparison.Ordinal),
                "the log says which request did not end");
        }
        finally
        {
            await File.WriteAllTextAsync(gate, "");
            await Task.WhenAny(hung);
            await bridge.DisposeAsync();
        }
    }

    private static byte[] Part(string name) =>
        BackendBuild.Compile("Parts", $"public static class Part {{ public static string Name => \"{name}\"; }}");
}
