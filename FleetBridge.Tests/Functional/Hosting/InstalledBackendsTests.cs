using FleetBridge.Core.Hosting;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Hosting;

public sealed class InstalledBackendsTests(ITestOutputHelper output) : IDisposable
{
    private readonly TemporaryFolder _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task Versions_side_by_side_answer_each_for_itself_and_reload_apart()
    {
        BackendBuild.WriteProbe(_root.Path, "one", version: "1");
        var second = BackendBuild.WriteProbe(_root.Path, "two", version: "2");
        await using var bridge = await TestBridge.StartAsync(output, [_root.Path]);
        Assert.Equal("one", await bridge.BuildAsync("probe/1"));
        Assert.Equal("two", await bridge.BuildAsync("probe/2"));
        Assert.Equal("two", await bridge.BuildAsync("probe_backend/2"));
        BackendBuild.Write(second, BackendBuild.Probe("two b"));
        Assert.Equal("two b", await bridge.BuildAsync("probe/2"));
        Assert.Equal("one", await bridge.BuildAsync("probe/1"));
        Assert.Equal([1, 2], bridge.Server.Backends.Statuses.Select(status => status.Generation));

        var (status, json) = await bridge.PostAsync("/probe/3/deployment/thing/check");
        Assert.Equal(404, status);
        Assert.Equal("The backend 'probe' has no version '3'. Installed: 1, 2.", (string?)json["Error"]);
    }

    [Fact]
    public async Task First_root_wins_and_what_it_shadows_or_lacks_is_warned_about()
    {
        BackendBuild.WriteProbe(_root["first"], "first");
        var shadowed = BackendBuild.WriteProbe(_root["second"], "second");
        BackendBuild.WriteProbe(_root["second"], "other", version: "2");
        Directory.CreateDirectory(_root["empty", "name", "1"]);
        await using var bridge = await TestBridge.StartAsync(
            output, [_root["first"] + Path.DirectorySeparatorChar, _root["second"], _root["empty"], _root["absent"]]);
        using var socket = await RawWebSocket.ConnectAsync(bridge.WebSocketPort);
        var records = new List<string>();
        while (records.Count < 3)
        {
            var record = await socket.ReadRecordAsync();
            records.Add($"{record["level"]} {record["message"]}");
        }

        Assert.Equal(
            [
                $"WARNING The backend probe/1 in {shadowed} is not used: a folder searched earlier has the same name and version.",
                $"WARNING There is no backend in {_root["absent"]}. Build one into <name>/<version>/ below it, such as hello/1/.",
                $"WARNING There is no backend in {_root["empty"]}. Build one into <name>/<version>/ below it, such as hello/1/.",
            ],
            records.Order(StringComparer.Ordinal).OrderBy(record => record.Contains("no backend", StringComparison.Ordinal)));
        Assert.Equal("first", await bridge.BuildAsync("probe/1"));
        Assert.Equal("other", await bridge.BuildAsync("probe/2"));

        // a further look says it no second time
        Assert.Equal(404, (await bridge.PostAsync("/nobody/1/x")).Status);
        await bridge.StopAsync();
        Assert.Equal(1, Count(bridge.ReadLogFile(), "is not used"));
    }

    [Fact]
    public async Task Backend_installed_while_the_bridge_runs_is_found_by_the_next_request()
    {
        BackendBuild.WriteProbe(_root.Path, "probe");
        await using var bridge = await TestBridge.StartAsync(output, [_root.Path]);
        Assert.Equal("probe", await bridge.BuildAsync());
        Assert.Equal(404, (await bridge.PostAsync("/small/1/deployment/thing/check")).Status);

        BackendBuild.Write(_root["small", "1"], BackendBuild.Compile("Small", BackendBuild.Source(
            members: "public override IReadOnlyList<string> Aliases => [\"little\"];")));
        Assert.Equal("good", await bridge.BuildAsync("little/1"));
        Assert.Equal("good", await bridge.BuildAsync("small/1"));
        Assert.Equal("probe", await bridge.BuildAsync());
    }

    [Fact]
    public async Task Alias_that_is_another_backends_name_means_that_other_backend()
    {
        BackendBuild.WriteProbe(_root.Path, "probe");
        BackendBuild.Write(_root["probe_backend", "1"], BackendBuild.Compile("Small", BackendBuild.Source()));
        await using var bridge = await TestBridge.StartAsync(output, [_root.Path]);
        await bridge.Server.BackendsLoaded;
        Assert.Equal("good", await bridge.BuildAsync("probe_backend/1"));
        Assert.Equal("probe", await bridge.BuildAsync("probe/1"));
    }

    [Fact]
    public async Task Folder_removed_while_the_bridge_runs_goes_on_serving_and_may_come_back()
    {
        var folder = BackendBuild.WriteProbe(_root.Path, "before");
        await using var bridge = await TestBridge.StartAsync(output, [_root.Path]);
        Assert.Equal("before", await bridge.BuildAsync());
        Directory.Delete(_root["probe"], recursive: true);
        Assert.Equal("before", await bridge.BuildAsync());
        Assert.Equal(404, (await bridge.PostAsync("/nobody/1/x")).Status);
        Assert.Equal("before", await bridge.BuildAsync());
        Assert.Equal(BackendState.Outdated, bridge.Server.Backends.Statuses.Single().State);

        BackendBuild.Write(folder, BackendBuild.Probe("after"));
        Assert.Equal("after", await bridge.BuildAsync());
        Assert.Equal(BackendState.Serving, bridge.Server.Backends.Statuses.Single().State);
        await bridge.OldGenerationsGoneAsync();
    }

    [Fact]
    public async Task Folder_that_moved_to_another_root_is_served_from_there()
    {
        Directory.CreateDirectory(_root["a"]);
        BackendBuild.WriteProbe(_root["b"], "in b");
        await using var bridge = await TestBridge.StartAsync(output, [_root["a"], _root["b"]]);
        Assert.Equal("in b", await bridge.BuildAsync());
        BackendBuild.WriteProbe(_root["a"], "in a");
        Assert.Equal(404, (await bridge.PostAsync("/nobody/1/x")).Status);
        Assert.Equal("in a", await bridge.BuildAsync());
        Assert.Equal(_root["a", "probe", "1"], bridge.Server.Backends.Statuses.Single().Path);
    }

    [Theory]
    [InlineData("/../outside/1/deployment/thing/check")]
    [InlineData("/..%2foutside/1/deployment/thing/check")]
    [InlineData("/%2e%2e%2foutside/1/deployment/thing/check")]
    [InlineData("/..%5coutside/1/deployment/thing/check")]
    [InlineData("/probe/..%2f..%2foutside%2f1/deployment/thing/check")]
    [InlineData("/probe%2f1/1/deployment/thing/check")]
    [InlineData("/./probe/1/deployment/thing/check")]
    [InlineData("/{root}/outside/1/deployment/thing/check")]
    [InlineData("/{encodedRoot}%2foutside/1/deployment/thing/check")]
    [InlineData("/PROBE/1/deployment/thing/check")]
    [InlineData("/probe/01/deployment/thing/check")]
    [InlineData("/Probe.ProbeBackend/1/deployment/thing/check")]
    public async Task Name_in_a_request_never_becomes_a_path(string target)
    {
        BackendBuild.WriteProbe(_root["backends"], "inside");
        BackendBuild.WriteProbe(_root.Path, "outside", name: "outside");
        await using var bridge = await TestBridge.StartAsync(output, [_root["backends"]]);
        await bridge.Server.BackendsLoaded;
        var response = await RawHttp.PostAsync(
            bridge.HttpPort,
            target.Replace("{root}", _root.Path, StringComparison.Ordinal)
                .Replace("{encodedRoot}", Uri.EscapeDataString(_root.Path), StringComparison.Ordinal));
        Assert.Equal(404, response.Status);
        Assert.Contains("Installed: ", (string?)response.Json["Error"], StringComparison.Ordinal);
        Assert.Equal("probe", bridge.Server.Backends.Statuses.Single().Name);
        Assert.Single(Directory.GetDirectories(Reloading.CopiesOf(bridge)));
    }

    private static int Count(string text, string part) => text.Split(part).Length - 1;
}
