using FleetBridge.Backends;
using FleetBridge.Core.Hosting;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Hosting;

public sealed class GenerationUnloaderTests : IDisposable
{
    private readonly TemporaryFolder _root = new();
    private readonly WatchedTimeProvider _clock = new();
    private readonly ListedLog _log = new();

    private string Folder => _root["backends", "small", "1"];

    public void Dispose()
    {
        _log.Dispose();
        _root.Dispose();
    }

    [Fact]
    public async Task Backend_is_disposed_once_and_only_after_its_last_request()
    {
        var disposed = _root["disposed"];
        await using var host = await StartAsync($"File.AppendAllText(@\"{disposed}\", \"x\"); return default;");
        var lease = await LeaseAsync(host);
        await RebuildAsync(host);
        using (await LeaseAsync(host))
        {
            Assert.False(File.Exists(disposed));
            Assert.Equal(1, host.Unloader.CountAlive());
            lease.Dispose();
            lease.Dispose();
            await GoneAsync(host);
        }

        Assert.Equal("x", await File.ReadAllTextAsync(disposed));
    }

    [Fact]
    public async Task Backend_that_serves_to_the_end_is_disposed_with_the_host()
    {
        var disposed = _root["disposed"];
        var host = await StartAsync($"File.AppendAllText(@\"{disposed}\", \"x\"); return default;");
        (await LeaseAsync(host)).Dispose();
        await host.DisposeAsync();
        Assert.Equal("x", await File.ReadAllTextAsync(disposed));
        Assert.Empty(Directory.GetDirectories(_root["state", "generations"]));
        await Eventually.TrueAsync(() => host.Unloader.CountAlive() == 0, "the last generation is gone as well");
    }

    [Theory]
    [InlineData("throw new OddException();", "The DisposeAsync of small/1 generation 1 failed: OddException: odd")]
    [InlineData("return ValueTask.FromException(new OddException());", "The DisposeAsync of small/1 generation 1 failed: OddException: odd")]
    [InlineData("return new ValueTask(new TaskCompletionSource().Task);", "The DisposeAsync of small/1 generation 1 did not end within 10 s; unloading it anyway.")]
    public async Task Dispose_that_fails_or_hangs_is_warned_about_and_the_backend_unloads(string dispose, string told)
    {
        await using var host = await StartAsync(dispose);
        (await LeaseAsync(host)).Dispose();
        await RebuildAsync(host);
        await GoneAsync(host);
        Assert.Contains(_log.Lines, line => line.StartsWith($"Warning {told}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Generation_that_stays_is_warned_about_once_after_half_a_minute()
    {
        await using var host = await StartAsync("return default;");
        var held = Hold(host, await LeaseAsync(host));
        await RebuildAsync(host);
        var waited = TimeSpan.Zero;
        await Eventually.TrueAsync(
            () =>
            {
                waited += TimeSpan.FromMilliseconds(100);
                _clock.Advance(TimeSpan.FromMilliseconds(100));
                return Warnings() > 0;
            },
            "the generation that stays is warned about");
        Assert.True(waited >= TimeSpan.FromSeconds(30), $"warned after {waited}");
        Assert.Equal(1, host.Unloader.CountAlive());
        _clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(1, Warnings());
        GC.KeepAlive(held);

        int Warnings() => _log.Lines.Count(line => line.Contains("small/1 generation 1 is still in memory 30 s", StringComparison.Ordinal));
    }

    /// <summary>What a careless host would keep: an object of the backend's own type.</summary>
    private static Resource Hold(BackendHost host, BackendLease lease)
    {
        Assert.Single(host.Statuses);
        using (lease)
        {
            return lease.Generation.Operations.InDependencyOrder[0];
        }
    }

    private static async Task<BackendLease> LeaseAsync(BackendHost host)
    {
        var backend = await host.FindAsync("small", "1");
        return (await backend!.LeaseAsync(default))!;
    }

    private async Task<BackendHost> StartAsync(string dispose)
    {
        Write(BackendBuild.Source(
            members: $"public override ValueTask DisposeAsync() {{ {dispose} }}",
            types: "public sealed class OddException() : Exception(\"odd\");"));
        var host = new BackendHost([_root["backends"]], _root["state"], _log, _clock);
        await host.LoadAllAsync();
        return host;
    }

    private void Write(string source) => BackendBuild.Write(Folder, BackendBuild.Compile("Small", source), "Small.dll");

    private Task RebuildAsync(BackendHost host)
    {
        var generation = host.Statuses.Single().Generation;
        Write(BackendBuild.Source("\"next\""));
        _ = host.FindAsync("small", "1").AsTask().ContinueWith(found => found.Result!.RefreshAsync(), TaskScheduler.Default);
        return Eventually.TrueAsync(
            () =>
            {
                _clock.Advance(QuietFolder.QuietTime);
                return host.Statuses.Single().Generation > generation;
            },
            "the new build serves");
    }

    private Task GoneAsync(BackendHost host) => Eventually.TrueAsync(
        () =>
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            return host.Unloader.CountAlive() == 0;
        },
        "the old generation is gone");
}
