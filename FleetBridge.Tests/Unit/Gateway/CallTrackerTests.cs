using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using FleetBridge.Gateway.Calls;
using FleetBridge.Gateway.Consumers;
using FleetBridge.Gateway.Mesh;
using FleetBridge.Gateway.Rights;
using FleetBridge.Gateway.Wire;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace FleetBridge.Tests.Unit.Gateway;

public sealed class CallTrackerTests : IDisposable
{
    private readonly FakeTimeProvider _clock = new();
    private readonly FakeMesh _mesh = new();
    private readonly FakeConnection _connection = new();
    private readonly AuditLog _audit;
    private readonly CallTracker _calls;
    private readonly Consumer _consumer;

    public CallTrackerTests()
    {
        _audit = new AuditLog(null, NullLogger.Instance, _clock);
        _calls = new CallTracker(_mesh, new ConsumerLimits { RunningCalls = 2, WaitingCalls = 2 }, "e", _audit, NullLogger.Instance, _clock);
        _consumer = FakeConnection.Consumer(_connection);
    }

    public void Dispose() => _audit.Dispose();

    [Fact]
    public async Task A_response_has_what_the_consumer_has_written_and_our_own_id()
    {
        Request("read", id: "a", trace: "\"x\"");
        _mesh.Answer("read", "{\"ok\":true}");
        var payload = (await _connection.WaitAsync(1))[0]["payload"]!;
        Assert.Equal("a", (string?)payload["id"]);
        Assert.Equal("x", (string?)payload["trace_id"]);
        Assert.Equal("e-1", (string?)payload["call"]);
        Assert.True((bool)payload["result"]!["ok"]!);
        Assert.Null(payload["error"]);
    }

    [Fact]
    public async Task Equal_trace_ids_of_two_consumers_lead_each_response_to_its_caller_only()
    {
        var other = new FakeConnection();
        Request("first", trace: "\"same\"");
        _calls.Request(FakeConnection.Consumer(other, "bob"), Read(Text("second", trace: "\"same\"")));
        _mesh.Answer("second", "2");
        _mesh.Answer("first", "1");
        Assert.Equal(1, (int)(await _connection.WaitAsync(1)).Single()["payload"]!["result"]!);
        Assert.Equal(2, (int)(await other.WaitAsync(1)).Single()["payload"]!["result"]!);
    }

    [Fact]
    public async Task Calls_run_side_by_side_up_to_a_bound_then_wait_in_order_and_then_are_refused()
    {
        foreach (var name in new[] { "a", "b", "c", "d", "e" })
        {
            Request(name, id: name);
        }

        var refused = (await _connection.WaitAsync(1))[0]["payload"]!;
        Assert.Equal(("e", "too_many", true), ((string)refused["id"]!, (string)refused["error"]!["error"]!, (bool)refused["error"]!["retryable"]!));
        Assert.Equal(["a", "b"], _mesh.Running);
        _mesh.Answer("b", "1");
        await _mesh.WaitForAsync("c");
        Assert.Equal(["a", "c"], _mesh.Running);
        _mesh.Answer("a", "1");
        await _mesh.WaitForAsync("d");
        Assert.Equal(["c", "d"], _mesh.Running);
    }

    [Theory]
    [InlineData(null, 10_000)]
    [InlineData(50, 50)]
    [InlineData(99_999_999, 600_000)]
    public async Task A_call_ends_at_its_deadline_and_is_cancelled(int? ttl, int milliseconds)
    {
        Request("slow", ttl: ttl);
        await _mesh.WaitForAsync("slow");
        _clock.Advance(TimeSpan.FromMilliseconds(milliseconds - 1));
        Assert.Empty(_connection.Messages);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal("timeout", (string?)(await _connection.WaitAsync(1))[0]["payload"]!["error"]!["error"]);
        Assert.True(_mesh.IsCancelled("slow"));
    }

    [Fact]
    public async Task A_change_is_still_running_at_its_deadline_and_its_outcome_can_be_asked_for()
    {
        Request("change", id: "a");
        await _mesh.WaitForAsync("change");
        _clock.Advance(CallTracker.DefaultTtl);
        var error = (await _connection.WaitAsync(1))[0]["payload"]!;
        Assert.Equal("still_running", (string?)error["error"]!["error"]);
        Assert.False(_mesh.IsCancelled("change"));
        var call = (string)error["call"]!;

        _calls.Request(_consumer, Read(
            $$"""{"type":"request","payload":{"id":"b","service":"bridge","method":"outcome","params":{"call":"{{call}}"} } }"""));
        _mesh.Answer("change", "{\"Overall Result\":\"True\"}");
        var outcome = (await _connection.WaitAsync(2))[1]["payload"]!;
        Assert.Equal("b", (string?)outcome["id"]);
        Assert.Equal("True", (string?)outcome["result"]!["Overall Result"]);
    }

    [Fact]
    public async Task An_outcome_is_of_its_user_and_of_admins_alone()
    {
        Request("change");
        await _mesh.WaitForAsync("change");
        _mesh.Answer("change", "1");
        await _connection.WaitAsync(1);
        const string Ask = """{"type":"request","payload":{"service":"bridge","method":"outcome","params":{"call":"e-1"}}}""";
        var (bob, admin) = (new FakeConnection(), new FakeConnection());
        _calls.Request(FakeConnection.Consumer(bob, "bob"), Read(Ask));
        _calls.Request(FakeConnection.Consumer(admin, "root", Role.Admin), Read(Ask));
        Assert.Equal("not_found", (string?)(await bob.WaitAsync(1))[0]["payload"]!["error"]!["error"]);
        Assert.Equal(1, (int)(await admin.WaitAsync(1))[0]["payload"]!["result"]!);
    }

    [Theory]
    [InlineData("read", "cancelled", true)]
    [InlineData("change", "still_running", false)]
    public async Task A_cancelled_call_ends_unless_it_changes_something(string method, string error, bool isCancelled)
    {
        Request(method, id: "a");
        await _mesh.WaitForAsync(method);
        CallTracker.Cancel(_consumer, "a");
        CallTracker.Cancel(_consumer, "a");
        CallTracker.Cancel(_consumer, "unknown");
        Assert.Equal(error, (string?)(await _connection.WaitAsync(1)).Single()["payload"]!["error"]!["error"]);
        Assert.Equal(isCancelled, _mesh.IsCancelled(method));
    }

    [Fact]
    public async Task A_consumer_that_leaves_takes_its_calls_with_it_and_no_response_is_sent()
    {
        Request("read");
        Request("change");
        await _mesh.WaitForAsync("change");
        CallTracker.Left(_consumer);
        Assert.True(_mesh.IsCancelled("read"));
        Assert.False(_mesh.IsCancelled("change"));
        _mesh.Answer("change", "1");
        Assert.Empty(_connection.Messages);
    }

    [Fact]
    public async Task An_id_is_unique_among_the_running_calls_and_free_once_the_response_is_there()
    {
        Request("a", id: "same");
        Request("b", id: "same");
        Assert.Equal("bad_message", (string?)(await _connection.WaitAsync(1))[0]["payload"]!["error"]!["error"]);
        _mesh.Answer("a", "1");
        await _connection.WaitAsync(2);
        Request("c", id: "same");
        await _mesh.WaitForAsync("c");
    }

    [Theory]
    [InlineData("viewer", "read", null)]
    [InlineData("viewer", "change", "forbidden")]
    [InlineData("viewer", "delete", "forbidden")]
    [InlineData("operator", "change", null)]
    [InlineData("operator", "delete", "forbidden")]
    [InlineData("admin", "delete", null)]
    public async Task Rights_are_looked_up_on_what_the_service_has_found(string role, string method, string? error)
    {
        var connection = new FakeConnection();
        _calls.Request(FakeConnection.Consumer(connection, role: RoleNames.Read(role)!.Value), Read(Text(method)));
        if (error is null)
        {
            await _mesh.WaitForAsync(method);
            _mesh.Answer(method, "1");
        }

        Assert.Equal(error, (string?)(await connection.WaitAsync(1))[0]["payload"]!["error"]?["error"]);
    }

    [Theory]
    [InlineData("""{"service":"s"}""")]
    [InlineData("""{"service":"s","method":"m","params":[]}""")]
    [InlineData("""{"service":"s","method":"m","ttl":0}""")]
    [InlineData("""{"service":"s","method":"m","ttl":"x"}""")]
    [InlineData("""{"service":"","method":"m"}""")]
    public async Task A_request_that_is_none_is_told_so(string payload)
    {
        _calls.Request(_consumer, Read($$"""{"type":"request","payload":{{payload}} }"""));
        Assert.Equal("bad_message", (string?)(await _connection.WaitAsync(1))[0]["payload"]!["error"]!["error"]);
    }

    [Fact]
    public async Task A_service_that_throws_is_a_bug_and_an_error_of_its_own_is_passed_on()
    {
        Request("bug");
        Request("refusal");
        _mesh.Fail("bug", new InvalidCastException("secret detail"));
        _mesh.Fail("refusal", new MeshException(new WireError("my_code", "Why.", Retryable: true)));
        var errors = (await _connection.WaitAsync(2)).Select(message => message["payload"]!["error"]!).ToList();
        Assert.Contains(errors, error => (string?)error["error"] == "internal" && !error.ToJsonString().Contains("secret", StringComparison.Ordinal));
        Assert.Contains(errors, error => (string?)error["error"] == "my_code" && (bool)error["retryable"]!);
    }

    private static Incoming Read(string json) => Incoming.TryRead(Encoding.UTF8.GetBytes(json), out var message, out var problem)
        ? message
        : throw new FormatException(problem);

    private static string Text(string method, string? id = null, string? trace = null, int? ttl = null)
    {
        var payload = new JsonObject { ["service"] = "s", ["method"] = method };
        if (id is not null)
        {
            payload["id"] = id;
        }

        if (ttl is not null)
        {
            payload["ttl"] = ttl;
        }

        payload["trace_id"] = trace is null ? null : JsonNode.Parse(trace);
        return new JsonObject { ["type"] = "request", ["payload"] = payload }.ToJsonString();
    }

    private void Request(string method, string? id = null, string? trace = null, int? ttl = null) =>
        _calls.Request(_consumer, Read(Text(method, id, trace, ttl)));

    /// <summary>A mesh whose calls end when a test says so.</summary>
    private sealed class FakeMesh : IServiceMesh
    {
        private readonly ConcurrentDictionary<string, (TaskCompletionSource<ReadOnlyMemory<byte>> Done, CancellationToken Token)> _calls = new();

        public bool IsConnected => true;

        public IReadOnlyList<string> Services => ["s"];

        public IReadOnlyList<string> Running => [.. _calls.Where(call => !call.Value.Done.Task.IsCompleted).Select(call => call.Key).Order()];

        public Task<ReadOnlyMemory<byte>> CallAsync(MeshCall call, CancellationToken cancellation)
        {
            call.Permit(call.Method switch
            {
                "change" => new MeshMethod("change", Role.Operator, Changes: true),
                "delete" => new MeshMethod("delete", Role.Admin, Changes: true),
                _ => new MeshMethod(call.Method, Role.Viewer, Changes: false),
            });
            var done = new TaskCompletionSource<ReadOnlyMemory<byte>>(TaskCreationOptions.RunContinuationsAsynchronously);
            _calls[call.Method] = (done, cancellation);
            cancellation.Register(() => done.TrySetCanceled(cancellation));
            return done.Task;
        }

        public void Answer(string method, string json) => _calls[method].Done.TrySetResult(Encoding.UTF8.GetBytes(json));

        public void Fail(string method, Exception exception) => _calls[method].Done.TrySetException(exception);

        public bool IsCancelled(string method) => _calls[method].Token.IsCancellationRequested;

        public async Task WaitForAsync(string method)
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20), TimeProvider.System);
            while (!_calls.ContainsKey(method))
            {
                limit.Token.ThrowIfCancellationRequested();
                await Task.Yield();
            }
        }
    }
}
