using System.Collections.Concurrent;
using System.Globalization;
using FleetBridge.Gateway.Mesh;
using FleetBridge.Gateway.Mesh.RabbitMq;
using FleetBridge.Gateway.Wire;
using FleetBridge.Tests.Support;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using static FleetBridge.Tests.Functional.Gateway.Mesh.EchoService;

namespace FleetBridge.Tests.Functional.Gateway.Mesh;

/// <summary>A broker that is killed, hangs, has no memory left, or says no.</summary>
[Collection(MeshCollection.Name)]
public sealed class MeshFaultTests(MeshFixture fixture)
{
    /// <summary>How many calls run under faults, where a machine is too slow for 100,000.</summary>
    private const string CallsVariable = "FLEETBRIDGE_TEST_MESH_CALLS";

    private static readonly MeshKey Key = new("the key of the tests");

    [Fact]
    public async Task Broker_that_is_killed_ends_calls_with_a_retryable_error_and_everything_returns_with_it()
    {
        await fixture.RequireAsync();
        var service = new EchoService();
        await using var bridge = await fixture.JoinAsync("one", service, Key);
        await using var gateway = await fixture.JoinAsync("gw", key: Key);
        var waiting = ErrorAsync(gateway, Call("fleetbridge.one", "wait", ttl: TimeSpan.FromMinutes(10)));
        await Eventually.TrueAsync(() => service.Waiting == 1, "the call runs");
        var said = new ListedLogger();
        await using var late = fixture.Member("late", new EchoService(), Key, logger: said);

        await fixture.Broker.KillAsync();
        var lost = await waiting;
        var without = await ErrorAsync(gateway, Call("fleetbridge.one", "echo", ttl: TimeSpan.FromMinutes(10)));
        late.Start();
        Assert.Null(gateway.Publish("fleetbridge.log", "1"u8));
        await Eventually.TrueAsync(() => !said.Lines.IsEmpty, "the failure is said");
        await fixture.Broker.RestartAsync();

        Assert.Equal((WireError.Unavailable, true), (lost.Error, lost.Retryable));
        Assert.Equal((WireError.Unavailable, true), (without.Error, without.Retryable));
        foreach (var name in new[] { "fleetbridge.one", "fleetbridge.late", "fleetbridge" })
        {
            await Eventually.TrueAsync(() => TrySucceedAsync(gateway, name), $"{name} returns");
        }

        // it was tried many times, and each kind of failure was said once
        Assert.Equal(said.Lines.Distinct(StringComparer.Ordinal), said.Lines);
        Assert.DoesNotContain(said.Lines, line => line.Contains("test:test", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Calls_under_faults_are_answered_once_and_rightly_or_fail_retryably()
    {
        await fixture.RequireAsync();
        var count = int.TryParse(Environment.GetEnvironmentVariable(CallsVariable), CultureInfo.InvariantCulture, out var asked) ? asked : 100_000;
        await using var one = await fixture.JoinAsync("one", new EchoService(), Key);
        await using var two = await fixture.JoinAsync("two", new EchoService(), Key);
        await using var gateway = await fixture.JoinAsync("gw", key: Key);
        var (next, answered, retried) = (0, new ConcurrentDictionary<int, string>(), 0);

        async Task CallAllAsync()
        {
            for (var number = Interlocked.Increment(ref next); number <= count; number = Interlocked.Increment(ref next))
            {
                while (!answered.ContainsKey(number))
                {
                    try
                    {
                        var result = await ResultAsync(gateway, Call(
                            number % 2 == 0 ? "fleetbridge" : "fleetbridge.one", "echo", $$"""{"value":{{number}}}""", TimeSpan.FromSeconds(10)));
                        Assert.True(answered.TryAdd(number, result), "answered twice");
                    }
                    catch (MeshException exception) when (exception.Error.Retryable || exception.Error.Error == WireError.Interrupted)
                    {
                        Interlocked.Increment(ref retried);
                        await Task.Delay(20);
                    }
                }
            }
        }

        // a busy machine takes its time, but does not stand still
        async Task AnsweredAsync(int wanted)
        {
            while (answered.Count is var before && before < wanted)
            {
                await Eventually.TrueAsync(() => answered.Count > before, $"more than {before} calls of {wanted} are answered");
            }
        }

        var calls = Enumerable.Range(0, 32).Select(_ => CallAllAsync()).ToList();
        await AnsweredAsync(count / 4);
        await fixture.Broker.KillAsync();
        await fixture.Broker.RestartAsync();
        await AnsweredAsync(count / 2);
        await two.DisposeAsync();
        await Task.WhenAll(calls);

        Assert.Equal(count, answered.Count);
        Assert.All(answered, one => Assert.Equal($"{one.Key}", one.Value));
        Assert.True(retried > 0, "the fault met no call");
        Assert.Equal(0, gateway.Pending);
    }

    [Fact]
    public async Task Broker_that_hangs_ends_calls_at_their_deadline_and_is_used_again()
    {
        await fixture.RequireAsync();
        await using var bridge = await fixture.JoinAsync("one", new EchoService(), Key);
        await using var gateway = await fixture.JoinAsync("gw", key: Key);

        WireError error;
        try
        {
            await fixture.Broker.FreezeAsync();
            error = await ErrorAsync(gateway, Call("fleetbridge.one", "echo", ttl: TimeSpan.FromMilliseconds(300)));
        }
        finally
        {
            fixture.Broker.Thaw();
        }

        Assert.Equal((WireError.Timeout, true), (error.Error, error.Retryable));
        await Eventually.TrueAsync(() => TrySucceedAsync(gateway, "fleetbridge.one"), "the broker is used again");
    }

    [Fact]
    public async Task Broker_that_hangs_for_longer_than_two_heartbeats_ends_calls_before_their_deadline_and_is_used_again()
    {
        await fixture.RequireAsync();
        var said = new ListedLogger();
        await using var bridge = fixture.Member("one", new EchoService(), Key, change: Impatient);
        await using var gateway = fixture.Member("gw", key: Key, logger: said, change: Impatient);
        foreach (var member in new[] { bridge, gateway })
        {
            member.Start();
            await member.ConnectedAsync(TestContext.Current.CancellationToken);
        }

        WireError error;
        try
        {
            await fixture.Broker.FreezeAsync();
            error = await ErrorAsync(gateway, Call("fleetbridge.one", "echo", ttl: TimeSpan.FromMinutes(10)));
            await Eventually.TrueAsync(() => !gateway.IsConnected, "the connection has ended");
        }
        finally
        {
            fixture.Broker.Thaw();
        }

        Assert.Equal((WireError.Unavailable, true), (error.Error, error.Retryable));
        Assert.Contains(said.Lines, line => line.Contains("has ended", StringComparison.Ordinal));
        await Eventually.TrueAsync(() => TrySucceedAsync(gateway, "fleetbridge.one"), "the broker is used again");
    }

    [Fact]
    public async Task Broker_without_memory_ends_calls_at_their_deadline_and_bounds_and_counts_events()
    {
        await fixture.RequireAsync();
        await using var bridge = await fixture.JoinAsync("one", new EchoService(), Key);
        await using var gateway = await fixture.JoinAsync("gw", key: Key);
        var last = 0;
        using var listening = bridge.Subscribe("fleetbridge.log", happened => Volatile.Write(ref last, happened.Event.GetInt32()));
        await Eventually.TrueAsync(
            () =>
            {
                gateway.Publish("fleetbridge.log", "1"u8);
                return Volatile.Read(ref last) == 1;
            },
            "it listens");

        await fixture.Broker.ControlAsync("set_vm_memory_high_watermark", "0.000001");
        try
        {
            await Eventually.TrueAsync(
                async () => !await TrySucceedAsync(gateway, "fleetbridge.one", TimeSpan.FromMilliseconds(300)) && gateway.IsBlocked, "the broker takes nothing");
            var error = await ErrorAsync(gateway, Call("fleetbridge.one", "echo", ttl: TimeSpan.FromMilliseconds(200)));
            Assert.Equal((WireError.Timeout, true), (error.Error, error.Retryable));
            for (var number = 2; number <= EventPublisher.MostWaiting + 500; number++)
            {
                Assert.Null(gateway.Publish("fleetbridge.log", System.Text.Encoding.ASCII.GetBytes($"{number}")));
            }

            Assert.InRange(gateway.DroppedEvents, 1, 1_000);
            Assert.Equal(0, gateway.Pending);
        }
        finally
        {
            await fixture.Broker.ControlAsync("set_vm_memory_high_watermark", "absolute", "256MB");
        }

        await Eventually.TrueAsync(() => Volatile.Read(ref last) == EventPublisher.MostWaiting + 500, "the newest events arrive");
        await Eventually.TrueAsync(() => TrySucceedAsync(gateway, "fleetbridge.one"), "calls succeed again");
    }

    [Fact]
    public async Task Refused_login_names_user_and_broker_and_never_the_password()
    {
        await fixture.RequireAsync();
        await using var mesh = fixture.Member("one", password: "mistaken-word");

        mesh.Start();
        var refusal = await Assert.ThrowsAsync<MeshRefusedException>(() => mesh.ConnectedAsync(TestContext.Current.CancellationToken));

        Assert.Contains("'test'", refusal.Message, StringComparison.Ordinal);
        Assert.Contains($":{fixture.Broker.Port}", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("mistaken-word", refusal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exchange_that_is_declared_otherwise_is_named_with_the_difference()
    {
        await fixture.RequireAsync();
        var factory = new ConnectionFactory { Uri = new Uri(fixture.Broker.Url("differing")) };
        await using var connection = await factory.CreateConnectionAsync(TestContext.Current.CancellationToken);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: TestContext.Current.CancellationToken);
        await channel.ExchangeDeclareAsync(
            MeshProtocol.RpcExchange, ExchangeType.Fanout, durable: true, cancellationToken: TestContext.Current.CancellationToken);
        await using var mesh = fixture.Member("one", new EchoService(), Key, "differing");

        mesh.Start();
        var refusal = await Assert.ThrowsAsync<MeshRefusedException>(() => mesh.ConnectedAsync(TestContext.Current.CancellationToken));

        Assert.Contains(MeshProtocol.RpcExchange, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("type", refusal.Message, StringComparison.Ordinal);
        await channel.ExchangeDeleteAsync(MeshProtocol.RpcExchange, cancellationToken: TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Virtual_host_that_is_deleted_is_said()
    {
        await fixture.RequireAsync();
        var said = new ListedLogger();
        await using var mesh = fixture.Member("one", new EchoService(), Key, "doomed", logger: said);
        mesh.Start();
        await mesh.ConnectedAsync(TestContext.Current.CancellationToken);

        await fixture.Broker.ControlAsync("delete_vhost", "doomed");

        await Eventually.TrueAsync(() => said.Lines.Any(line => line.Contains("does not let the user 'test'", StringComparison.Ordinal)), "the fault is said");
        Assert.False(mesh.IsConnected);
    }

    [Fact]
    public async Task Right_that_is_taken_away_while_connected_is_said_and_one_that_is_given_again_is_used()
    {
        await fixture.RequireAsync();
        var said = new ListedLogger();
        await using var mesh = fixture.Member("one", new EchoService(), Key, "other", logger: said);
        mesh.Start();
        await mesh.ConnectedAsync(TestContext.Current.CancellationToken);

        await fixture.Broker.ControlAsync("clear_permissions", "-p", "other", "test");
        await Eventually.TrueAsync(
            async () =>
            {
                await TrySucceedAsync(mesh, "fleetbridge.one", TimeSpan.FromMilliseconds(200));
                return said.Lines.Any(line => line.Contains("user 'test'", StringComparison.Ordinal));
            },
            "the refusal is said");
        await fixture.Broker.ControlAsync("set_permissions", "-p", "other", "test", ".*", ".*", ".*");

        await Eventually.TrueAsync(() => TrySucceedAsync(mesh, "fleetbridge.one"), "the right is used");
    }

    [Fact]
    public async Task Listener_that_stops_costs_the_broker_a_bounded_queue_and_learns_how_much_it_has_missed()
    {
        const int Events = 15_000;
        var text = new string('x', 2_500);
        await fixture.RequireAsync();
        await using var publisher = await fixture.JoinAsync("one");
        await using var listener = await fixture.JoinAsync("two");
        using var stopped = new ManualResetEventSlim();
        var (got, last, witnessed) = (0, 0, 0);
        using var witness = publisher.Subscribe("fleetbridge.stopped", happened => Volatile.Write(ref witnessed, happened.Event[0].GetInt32()));
        using var listening = listener.Subscribe("fleetbridge.stopped", happened =>
        {
            Interlocked.Increment(ref got);
            stopped.Wait();
            Volatile.Write(ref last, happened.Event[0].GetInt32());
        });
        await Eventually.TrueAsync(
            () =>
            {
                publisher.Publish("fleetbridge.stopped", "[0]"u8);
                return Volatile.Read(ref got) > 0;
            },
            "it listens");

        for (var number = 1; number <= Events; number++)
        {
            publisher.Publish("fleetbridge.stopped", System.Text.Encoding.ASCII.GetBytes($"[{number},\"{text}\"]"));
            if (number % 1_000 == 0)
            {
                await Eventually.TrueAsync(() => publisher.PublishedEvents >= number, "they are published");
            }
        }

        // the broker has routed them all: what is written is not there yet
        await Eventually.TrueAsync(() => Volatile.Read(ref witnessed) == Events, "the newest is routed");
        var waiting = await fixture.Broker.ControlAsync("list_queues", "-p", "mesh", "--no-table-headers", "messages_ready", "message_bytes_ready");
        Assert.All(
            waiting.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t')),
            counts =>
            {
                Assert.InRange(int.Parse(counts[0], CultureInfo.InvariantCulture), 0, MeshTopology.MostEvents);
                Assert.InRange(int.Parse(counts[1], CultureInfo.InvariantCulture), 0, MeshTopology.MostEventBytes);
            });
        stopped.Set();
        await Eventually.TrueAsync(() => Volatile.Read(ref last) == Events, "the newest arrives");
        Assert.InRange(listener.MissedEvents, 1, Events);
        Assert.Equal(0, publisher.DroppedEvents);
    }

    [Fact]
    public async Task Queues_are_durable_or_exclusive()
    {
        await fixture.RequireAsync();
        await using var mesh = await fixture.JoinAsync("flags", new EchoService(), Key);

        var listed = await fixture.Broker.ControlAsync("list_queues", "-p", "mesh", "--no-table-headers", "name", "durable", "exclusive");

        var ours = listed.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => line.StartsWith("nuropb-fleetbridge", StringComparison.Ordinal) || line.StartsWith("amq.gen-", StringComparison.Ordinal)).ToList();
        Assert.Equal(3, ours.Count);
        Assert.All(ours, line => Assert.Contains("true", line, StringComparison.Ordinal));
    }

    private static MeshOptions Impatient(MeshOptions options) => options with { Heartbeat = TimeSpan.FromSeconds(1) };

    private static Task<bool> TrySucceedAsync(RabbitMqMesh mesh, string name) => TrySucceedAsync(mesh, name, TimeSpan.FromSeconds(2));

    private static async Task<bool> TrySucceedAsync(RabbitMqMesh mesh, string name, TimeSpan ttl)
    {
        try
        {
            return await ResultAsync(mesh, Call(name, "echo", """{"value":7}""", ttl)) == "7";
        }
        catch (MeshException exception) when (exception.Error.Retryable)
        {
            return false;
        }
    }

    private sealed class ListedLogger : ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue(formatter(state, exception));
    }
}
