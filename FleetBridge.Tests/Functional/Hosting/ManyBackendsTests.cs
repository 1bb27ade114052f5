using FleetBridge.Core.Hosting;
using FleetBridge.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace FleetBridge.Tests.Functional.Hosting;

/// <summary>Many installed backends: a request's own comes first, and none costs a thread.</summary>
public sealed class ManyBackendsTests(ITestOutputHelper output) : IDisposable
{
    private static readonly TimeSpan FirstRequestLimit = TimeSpan.FromMilliseconds(500);

    private readonly TemporaryFolder _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task Backend_of_a_request_is_loaded_before_those_that_nobody_has_asked_for()
    {
        var (gate, constructed) = (_root["gate"], _root["constructed"]);
        foreach (var name in new[] { "a", "b", "c", "z" })
        {
            var members = $$"""
                public SmallBackend()
                {
                    File.AppendAllText(@"{{constructed}}", "{{name}}");
                    if ("{{name}}" == "a") { SpinWait.SpinUntil(() => File.Exists(@"{{gate}}")); }
                }
                """;
            BackendBuild.Write(
                _root["backends", name, "1"], BackendBuild.Compile("Small", BackendBuild.Source($"\"{name}\"", members)), "Small.dll");
        }

        // a clock that stands still: no turn is given up because it takes long
        await using var host = new BackendHost([_root["backends"]], _root["state"], NullLoggerFactory.Instance, new FakeTimeProvider());
        var loading = Task.Run(host.LoadAllAsync);
        await Eventually.TrueAsync(() => File.Exists(constructed) && Read() == "a", "the first one is being loaded");
        var backend = await host.FindAsync("z", "1");
        using (var lease = await backend!.LeaseAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Eventually.Limit))
        {
            Assert.Equal(1, lease!.Generation.Number);
        }

        Assert.Equal("az", Read());
        Assert.False(loading.IsCompleted);
        await File.WriteAllTextAsync(gate, "", TestContext.Current.CancellationToken);
        await loading.WaitAsync(Eventually.Limit);
        Assert.Equal("azbc", Read());

        string Read()
        {
            using var reader = new StreamReader(new FileStream(constructed, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            return reader.ReadToEnd();
        }
    }

    [Fact]
    public async Task Alias_is_found_though_its_backend_was_not_loaded_yet()
    {
        foreach (var name in new[] { "a", "b" })
        {
            var members = $"public override IReadOnlyList<string> Aliases => [\"also_{name}\"];";
            BackendBuild.Write(
                _root["backends", name, "1"], BackendBuild.Compile("Small", BackendBuild.Source($"\"{name}\"", members)), "Small.dll");
        }

        await using var host = new BackendHost([_root["backends"]], _root["state"], NullLoggerFactory.Instance, TimeProvider.System);
        Assert.Equal("b", (await host.FindAsync("also_b", "1"))?.Name);
        Assert.Null(await host.FindAsync("also_c", "1"));
    }

    [Fact]
    public async Task Backends_in_the_background_are_loaded_without_any_request()
    {
        BackendBuild.WriteProbe(_root["backends"], "probe");
        await using var bridge = await TestBridge.StartAsync(output, [_root["backends"]], firstRequestLimit: FirstRequestLimit);
        await bridge.Server.BackendsLoaded.WaitAsync(Eventually.Limit);
        Assert.Equal(BackendState.Serving, bridge.Server.Backends.Statuses.Single().State);
    }

    [Fact]
    public async Task Root_that_appears_while_the_bridge_runs_is_served_and_watched()
    {
        await using var bridge = await TestBridge.StartAsync(output, [_root["later"]], firstRequestLimit: FirstRequestLimit);
        Assert.Equal(404, (await bridge.PostAsync("/probe/1/deployment/thing/check")).Status);
        var folder = BackendBuild.WriteProbe(_root["later"], "first");
        Assert.Equal("first", await bridge.BuildAsync());
        await NoticedWithoutRequestAsync(bridge, folder, "second");
    }

    [Fact]
    public async Task Root_that_is_deleted_and_created_again_is_watched_again()
    {
        var folder = BackendBuild.WriteProbe(_root["backends"], "first");
        await using var bridge = await TestBridge.StartAsync(output, [_root["backends"]], firstRequestLimit: FirstRequestLimit);
        Assert.Equal("first", await bridge.BuildAsync());
        Directory.Delete(_root["backends"], recursive: true);
        Assert.Equal("first", await bridge.BuildAsync());
        BackendBuild.WriteProbe(_root["backends"], "second");
        Assert.Equal("second", await bridge.BuildAsync());
        await NoticedWithoutRequestAsync(bridge, folder, "third");
    }

    [Fact]
    public async Task Sixty_backends_take_no_more_threads_than_one()
    {
        Requires.Linux();
        var image = BackendBuild.Compile("Small", BackendBuild.Source());
        foreach (var i in Enumerable.Range(0, 60))
        {
            BackendBuild.Write(_root["many", $"hello{i}", "1"], image, "Small.dll");
        }

        BackendBuild.Write(_root["one", "hello", "1"], image, "Small.dll");
        var (one, many) = (await CountThreadsAsync("one", 1), await CountThreadsAsync("many", 60));
        Assert.True(many <= one + 5, $"{many} threads with 60 backends, and {one} with one");
    }

    private static async Task NoticedWithoutRequestAsync(TestBridge bridge, string folder, string build)
    {
        var generation = bridge.GenerationOf();
        BackendBuild.Write(folder, BackendBuild.Probe(build));
        await Eventually.TrueAsync(() => bridge.GenerationOf() > generation, "the change is noticed without a request");
        Assert.Equal(build, await bridge.BuildAsync());
    }

    private async Task<int> CountThreadsAsync(string backends, int count)
    {
        await using var serving = await ServingProcess.StartOnFreePortsAsync(
            _root[$"state-{backends}"], "--backends", _root[backends]);
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{serving.HttpPort}") };
        await Eventually.TrueAsync(
            async () =>
            {
                var health = System.Text.Json.Nodes.JsonNode.Parse(await http.GetStringAsync(new Uri("/healthz", UriKind.Relative)))!;
                return (bool)health["ready"]!
                    && health["backends"]!.AsArray().Count(backend => $"{backend!["name"]}".StartsWith("hello", StringComparison.Ordinal)) == count;
            },
            "all backends are loaded");
        return Directory.GetDirectories($"/proc/{serving.Process.Id}/task").Length;
    }
}
