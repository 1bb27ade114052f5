using System.Runtime.CompilerServices;
using FleetBridge.Core.Hosting;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Unit.Hosting;

public sealed class DedicatedThreadsTests : IDisposable
{
    private const string Name = "hello/1";

    private static readonly AsyncLocal<string?> Ambient = new();

    private readonly ListedLog _log = new();
    private readonly ManualResetEventSlim _gate = new();

    public void Dispose()
    {
        _gate.Set();
        _log.Dispose();
    }

    [Fact]
    public async Task There_is_no_thread_before_the_first_work_and_none_long_after_the_last()
    {
        var threads = new DedicatedThreads(Name, _log);
        Assert.Equal(0, threads.Count);
        Assert.Equal(7, await threads.RunAsync(() => Task.FromResult(7)));
        Assert.Equal(1, threads.Count);
        await Eventually.TrueAsync(() => threads.Count == 0, "the idle thread ends");
        Assert.Equal(8, await threads.RunAsync(() => Task.FromResult(8)));
    }

    [Fact]
    public async Task Work_one_after_the_other_runs_on_one_thread_which_is_not_the_pools()
    {
        var threads = new DedicatedThreads(Name, _log);
        for (var i = 0; i < 50; i++)
        {
            Assert.Equal((Name, false), await threads.RunAsync(() =>
                Task.FromResult((Thread.CurrentThread.Name, Thread.CurrentThread.IsThreadPoolThread))));
            await Task.Yield();
        }

        Assert.InRange(threads.Count, 1, 3);
    }

    [Fact]
    public async Task Work_continues_on_the_threads_after_a_wait()
    {
        var threads = new DedicatedThreads(Name, _log);
        Assert.Equal(Name, await threads.RunAsync(async () =>
        {
            await Task.Delay(1, TestContext.Current.CancellationToken);
            return Thread.CurrentThread.Name;
        }));
    }

    [Fact]
    public async Task Work_above_the_limit_waits_in_order_and_the_log_says_so_once()
    {
        var threads = new DedicatedThreads(Name, _log, limit: 2);
        using var begun = new SemaphoreSlim(0);
        var order = new List<int>();
        using var firstGate = new ManualResetEventSlim();
        var blocking = new[] { firstGate, _gate }.Select(gate => threads.RunAsync(() =>
        {
            begun.Release();
            gate.Wait();
            return Task.FromResult(true);
        })).ToList();
        await begun.WaitAsync(TestContext.Current.CancellationToken);
        await begun.WaitAsync(TestContext.Current.CancellationToken);
        var waiting = Enumerable.Range(0, 20).Select(i => threads.RunAsync(() =>
        {
            lock (order)
            {
                order.Add(i);
            }

            return Task.FromResult(i);
        })).ToList();
        Assert.DoesNotContain(waiting, work => work.IsCompleted);
        Assert.Equal(2, threads.Count);
        Assert.Equal(
            "Warning hello/1 has 2 operations that block their threads. Further ones wait until one of them ends. This is logged once.",
            Assert.Single(_log.Lines));

        // one thread is free from here on, so the order is exact
        firstGate.Set();
        Assert.Equal(Enumerable.Range(0, 20), await Task.WhenAll(waiting).WaitAsync(Eventually.Limit, TestContext.Current.CancellationToken));
        Assert.Equal(Enumerable.Range(0, 20), order);
        _gate.Set();
        await Task.WhenAll(blocking);
        Assert.Single(_log.Lines);
    }

    [Fact]
    public async Task Work_that_blocks_on_its_own_continuation_ends_though_the_limit_is_reached()
    {
        var threads = new DedicatedThreads(Name, _log, limit: 2);
        var all = Enumerable.Range(0, 6).Select(_ => threads.RunAsync(() =>
        {
            async Task<int> InnerAsync()
            {
                await Task.Yield();
                await Task.Delay(1);
                return 3;
            }

#pragma warning disable xUnit1031 // blocks on purpose, as a careless backend does
            return Task.FromResult(InnerAsync().GetAwaiter().GetResult());
#pragma warning restore xUnit1031
        })).ToList();
        Assert.All(await Task.WhenAll(all).WaitAsync(Eventually.Limit, TestContext.Current.CancellationToken), result => Assert.Equal(3, result));
    }

    [Fact]
    public async Task Ambient_values_flow_in_and_neither_out_nor_on()
    {
        var threads = new DedicatedThreads(Name, _log);
        Ambient.Value = "caller";
        Assert.Equal("caller", await threads.RunAsync(() =>
        {
            var seen = Ambient.Value;
            Ambient.Value = "work";
            SynchronizationContext.Current!.Post(_ => Ambient.Value = "posted", null);
            return Task.FromResult(seen);
        }));
        Assert.Equal("caller", Ambient.Value);
        Ambient.Value = null;
        Assert.Null(await threads.RunAsync(() => Task.FromResult(Ambient.Value)));
        Task<string?> work;
        using (ExecutionContext.SuppressFlow())
        {
            Ambient.Value = "not to flow";
            work = threads.RunAsync(() => Task.FromResult<string?>(Ambient.Value));
        }

        Assert.Null(await work.WaitAsync(Eventually.Limit));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Exception_of_the_work_is_the_callers(bool afterWait)
    {
        var threads = new DedicatedThreads(Name, _log);
        var thrown = await Assert.ThrowsAsync<FormatException>(() => threads.RunAsync<int>(async () =>
        {
            if (afterWait)
            {
                await Task.Yield();
            }

            throw new FormatException("on purpose");
        }));
        Assert.Equal("on purpose", thrown.Message);
        await Assert.ThrowsAsync<FormatException>(() => threads.RunAsync<int>(() => throw new FormatException()));
        Assert.Equal(1, await threads.RunAsync(() => Task.FromResult(1)));
    }

    [Fact]
    public async Task Idle_thread_holds_nothing_of_its_last_work()
    {
        var threads = new DedicatedThreads(Name, _log);
        var held = await RunAsync(threads);
        await Eventually.TrueAsync(
            () =>
            {
                GC.Collect();
                return !held.IsAlive;
            },
            "what the work used is collected");
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<WeakReference> RunAsync(DedicatedThreads threads)
    {
        var used = new object();
        await threads.RunAsync(() => Task.FromResult(used.GetHashCode()));
        return new WeakReference(used);
    }
}
