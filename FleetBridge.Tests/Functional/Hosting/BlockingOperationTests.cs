using System.Diagnostics;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Hosting;

/// <summary>A backend whose operations block their threads holds up nothing but itself.</summary>
public sealed class BlockingOperationTests(ITestOutputHelper output) : IDisposable
{
    /// <summary>Far above a request's time on a machine that is busy, and far below what a thread pool takes to grow by 60.</summary>
    private static readonly TimeSpan ResponseLimit = TimeSpan.FromSeconds(2);

    private readonly TemporaryFolder _root = new();
    private readonly ManualResetEventSlim _gate = new();
    private readonly SemaphoreSlim _begun = new(0);
    private readonly string _name = $"test-{Guid.NewGuid():N}";

    public void Dispose()
    {
        AppContext.SetData(_name + "-gate", null);
        AppContext.SetData(_name + "-begun", null);
        _begun.Dispose();
        _gate.Dispose();
        _root.Dispose();
    }

    [Theory]
    [InlineData(64)]
    [InlineData(256)]
    public async Task Bridge_and_other_backends_respond_while_operations_block(int count)
    {
        await using var bridge = await StartAsync();
        var blocked = Block(bridge, count);
        await Eventually.TrueAsync(() => _begun.CurrentCount == count, "every operation has a thread");

        await RespondsAsync(() => bridge.PostAsync("/probe/1/metadata"));
        await RespondsAsync(() => bridge.PostAsync("/blocking/1/metadata"));
        await RespondsAsync(() => bridge.PostAsync("/probe/1/deployment/thing/check"));
        await RespondsAsync(async () => ((int)(await bridge.Http.GetAsync(new Uri("/healthz", UriKind.Relative))).StatusCode, []));
        Assert.DoesNotContain(blocked, request => request.IsCompleted);

        await ReleaseAsync(blocked);
    }

    [Fact]
    public async Task Operation_above_the_limit_waits_and_the_log_says_so()
    {
        await using var bridge = await StartAsync();
        var blocked = Block(bridge, 258);
        await Eventually.TrueAsync(
            () => bridge.ReadLogFile().Contains("blocking/1 has 256 operations that block their threads.", StringComparison.Ordinal),
            "the limit is logged");
        await Eventually.TrueAsync(() => _begun.CurrentCount == 256, "256 have a thread");
        await RespondsAsync(() => bridge.PostAsync("/probe/1/deployment/thing/check"));
        Assert.Equal(256, _begun.CurrentCount);
        await ReleaseAsync(blocked);
        Assert.Equal(258, _begun.CurrentCount);
    }

    private async Task<TestBridge> StartAsync()
    {
        AppContext.SetData(_name + "-gate", _gate);
        AppContext.SetData(_name + "-begun", _begun);
        var source = BackendBuild.Source("Block()").Replace(
            "private static Task<BackendResult> Check",
            $$"""
            private static string Block()
            {
                ((SemaphoreSlim)AppContext.GetData("{{_name}}-begun")!).Release();
                ((ManualResetEventSlim)AppContext.GetData("{{_name}}-gate")!).Wait();
                return "released";
            }

            private static Task<BackendResult> Check
            """,
            StringComparison.Ordinal);
        BackendBuild.Write(_root["blocking", "1"], BackendBuild.Compile("Small", source), "Small.dll");
        BackendBuild.WriteProbe(_root.Path, "probe");
        var bridge = await TestBridge.StartAsync(output, [_root.Path]);
        await bridge.BuildAsync();
        Assert.Equal(200, (await bridge.PostAsync("/blocking/1/metadata")).Status);
        return bridge;
    }

    private static List<Task<(int Status, System.Text.Json.Nodes.JsonObject Json)>> Block(TestBridge bridge, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => bridge.PostAsync("/blocking/1/deployment/thing/check"))];

    private async Task RespondsAsync(Func<Task<(int Status, System.Text.Json.Nodes.JsonObject Json)>> send)
    {
        var started = Stopwatch.GetTimestamp();
        var (status, json) = await send();
        var took = Stopwatch.GetElapsedTime(started);
        Assert.True(status == 200, json.ToJsonString());
        Assert.True(took < ResponseLimit, $"the response took {took}");
        Assert.False(_gate.IsSet);
    }

    private async Task ReleaseAsync(List<Task<(int Status, System.Text.Json.Nodes.JsonObject Json)>> blocked)
    {
        _gate.Set();
        foreach (var (status, json) in await Task.WhenAll(blocked).WaitAsync(Eventually.Limit))
        {
            Assert.True(status == 200 && (string?)json["Details"]?["Build"] == "released", json.ToJsonString());
        }
    }
}
