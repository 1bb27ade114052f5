using System.Collections.Concurrent;
using FleetBridge.Core.Hosting;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Hosting;

/// <summary>A broken build of each kind, as the first one of a backend and over a good one.</summary>
public sealed class BrokenBuildTests(BrokenBuildTests.Bridge shared) : IClassFixture<BrokenBuildTests.Bridge>
{
    public static TheoryData<string> Kinds => [.. BrokenBuilds.Names];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task First_build_that_is_broken_gives_a_clear_error_and_others_go_on(string kind)
    {
        var (status, json) = await shared.Running.PostAsync($"/first-{kind}/1/deployment/thing/check");
        Assert.Equal(200, status);
        Assert.Equal("False", (string?)json["Overall Result"]);
        Assert.StartsWith($"The backend first-{kind}/1 cannot be loaded: ", (string?)json["Error"], StringComparison.Ordinal);
        Assert.Contains(BrokenBuilds.Told(kind), (string?)json["Error"], StringComparison.Ordinal);
        await shared.ToldAsync("ERROR", $"Backend first-{kind}/1 cannot be loaded: ", BrokenBuilds.Told(kind));
        Assert.Equal("good", await shared.Running.BuildAsync("good/1"));

        // fixed, it serves without a restart
        shared.WriteGood($"first-{kind}", "fixed");
        Assert.Equal("fixed", await shared.Running.BuildAsync($"first-{kind}/1"));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task New_build_that_is_broken_leaves_the_old_one_serving_and_tells_the_editor(string kind)
    {
        var backend = $"next-{kind}";
        Assert.Equal("good", await shared.Running.BuildAsync($"{backend}/1"));
        BrokenBuilds.Write(kind, shared.FolderOf(backend));
        Assert.Equal("good", await shared.Running.BuildAsync($"{backend}/1"));
        await shared.ToldAsync(
            "ERROR",
            $"The new build of backend {backend}/1 cannot be loaded; generation 1 continues to serve: ",
            BrokenBuilds.Told(kind));
        var status = shared.Running.Server.Backends.Statuses.Single(one => one.Name == backend);
        Assert.Equal(BackendState.Outdated, status.State);
        Assert.Contains(BrokenBuilds.Told(kind), status.Problem, StringComparison.Ordinal);

        // said once, not with every request
        Assert.Equal("good", await shared.Running.BuildAsync($"{backend}/1"));
        Assert.Single(shared.Records, record => record.Contains($"new build of backend {backend}/1 ", StringComparison.Ordinal));

        shared.WriteGood(backend, "fixed");
        Assert.Equal("fixed", await shared.Running.BuildAsync($"{backend}/1"));
    }

    /// <summary>One bridge for all kinds, with a log client; when all is done nothing broken may be in memory.</summary>
    public sealed class Bridge : IAsyncLifetime, IDisposable
    {
        private readonly TemporaryFolder _root = new();
        private readonly ConcurrentQueue<string> _records = [];
        private TestBridge? _bridge;
        private RawWebSocket? _socket;
        private Task _reading = Task.CompletedTask;

        internal IEnumerable<string> Records => _records;

        internal TestBridge Running => _bridge!;

        public async ValueTask InitializeAsync()
        {
            BrokenBuilds.WriteGood(FolderOf("good"), "good");
            foreach (var kind in BrokenBuilds.Names)
            {
                BrokenBuilds.Write(kind, FolderOf($"first-{kind}"));
                if (kind == "two-assemblies")
                {
                    BrokenBuilds.WriteGood(FolderOf($"first-{kind}"), "good");
                }

                BrokenBuilds.WriteGood(FolderOf($"next-{kind}"), "good");
            }

            _bridge = await TestBridge.StartAsync(roots: [_root.Path]);
            _socket = await RawWebSocket.ConnectAsync(_bridge.WebSocketPort);
            _reading = Task.Run(async () =>
            {
                while (true)
                {
                    // until the bridge ends
                    var record = await _socket.ReadRecordAsync(Timeout.InfiniteTimeSpan);
                    _records.Enqueue($"{record["level"]} {record["message"]}");
                }
            });
        }

        public async ValueTask DisposeAsync()
        {
            await _bridge!.DisposeAsync();
            await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await Eventually.TrueAsync(
                () => _bridge.Server.Backends.Unloader.CountAlive() == 0, "no broken build stays in memory");
            Dispose();
        }

        public void Dispose()
        {
            _socket?.Dispose();
            _root.Dispose();
        }

        internal string FolderOf(string backend) => _root[backend, "1"];

        internal void WriteGood(string backend, string build)
        {
            foreach (var file in Directory.GetFiles(FolderOf(backend)))
            {
                File.Delete(file);
            }

            BrokenBuilds.WriteGood(FolderOf(backend), build);
        }

        internal Task ToldAsync(string level, string start, string told) => Eventually.TrueAsync(
            () => _records.Any(record => record.StartsWith($"{level} {start}", StringComparison.Ordinal)
                && record.Contains(told, StringComparison.Ordinal)),
            $"the editor is told: {start}{told}");
    }
}
