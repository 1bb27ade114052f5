using System.Text.Json.Nodes;
using FleetBridge.Backends;
using FleetBridge.Core.Client;
using FleetBridge.Core.Deployments;
using FleetBridge.Core.Hosting;
using FleetBridge.Core.Processes;
using FleetBridge.Core.Requests;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Unit.Deployments;

public sealed class ResourceWaitTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly ResourceOutline Fleet = new("fleet", "d/fleet", ["check", "create", "wait"], [], CostOfKeeping: null);

    private readonly WatchedTimeProvider _clock = new();

    [Fact]
    public async Task Answer_within_the_time_is_the_outcome()
    {
        var bridge = new HeldBridge(settles: "True", state: "ACTIVE");
        var outcome = await Waiting(bridge, Fleet);
        Assert.Equal((ExitCode.Success, "True"), (outcome.Code, outcome.Word));
        Assert.Equal(["d/fleet/wait"], bridge.Asked);
    }

    [Fact]
    public async Task Time_over_gives_the_request_up_and_tells_the_state_last_seen()
    {
        var bridge = new HeldBridge(settles: null, state: "ACTIVATING");
        var waiting = Waiting(bridge, Fleet);
        await _clock.WaitForTimerAsync(Hour);
        _clock.Advance(Hour - TimeSpan.FromSeconds(1));
        Assert.False(waiting.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(1));
        var outcome = await waiting.WaitAsync(Eventually.Limit);
        Assert.Equal(ExitCode.TimedOut, outcome.Code);
        Assert.Equal("fleet did not settle within 60 minutes; last seen state ACTIVATING.", outcome.Reply.Error);
        Assert.Equal(["d/fleet/wait", "d/fleet/check"], bridge.Asked);
        Assert.Equal(1, bridge.GivenUp);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task State_that_nobody_tells_is_left_out(bool hasCheck)
    {
        var fleet = hasCheck ? Fleet : Fleet with { Operations = ["wait"] };
        var waiting = Waiting(new HeldBridge(settles: null, state: null), fleet);
        await _clock.WaitForTimerAsync(Hour);
        _clock.Advance(Hour);
        Assert.Equal("fleet did not settle within 60 minutes.", (await waiting.WaitAsync(Eventually.Limit)).Reply.Error);
    }

    [Fact]
    public async Task State_that_takes_long_is_not_waited_for()
    {
        var waiting = Waiting(new HeldBridge(settles: null, state: "never"), Fleet);
        await _clock.WaitForTimerAsync(Hour);
        _clock.Advance(Hour);
        await _clock.WaitForTimerAsync(TimeSpan.FromSeconds(30));
        _clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal("fleet did not settle within 60 minutes.", (await waiting.WaitAsync(Eventually.Limit)).Reply.Error);
    }

    [Fact]
    public async Task Interrupt_is_no_time_over()
    {
        using var interrupt = new CancellationTokenSource();
        var waiting = Waiting(new HeldBridge(settles: null, state: "ACTIVATING"), Fleet, interrupt.Token);
        await _clock.WaitForTimerAsync(Hour);
        await interrupt.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Eventually.Limit));
    }

    private Task<ResourceOutcome> Waiting(HeldBridge bridge, ResourceOutline resource, CancellationToken cancellation = default) =>
        new ResourceWait(new ResourceCalls(bridge, ("aws", "1"), new Dictionary<string, string>()), Hour, _clock)
            .WaitAsync(resource, cancellation);

    /// <summary>Answers a wait with a word, or never; and a check with a state.</summary>
    private sealed class HeldBridge(string? settles, string? state) : IBridge
    {
        public List<string> Asked { get; } = [];

        public int GivenUp { get; private set; }

        public async Task<BridgeReply> SendAsync(BackendRequest request, CancellationToken cancellation, CallOptions? options = null)
        {
            Asked.Add(request.Path);
            var held = request.Segments[^1] == Operation.WaitName ? settles is null : state == "never";
            if (held)
            {
                try
                {
                    await Task.Delay(Timeout.Infinite, cancellation);
                }
                finally
                {
                    GivenUp++;
                }
            }

            return new BridgeReply(AnswerStatus.Answered, new()
            {
                ["Overall Result"] = settles ?? "False",
                ["Details"] = state is null ? null : new JsonObject { ["State"] = state },
            });
        }

        public Task<IReadOnlyList<BackendStatus>> GetBackendsAsync(CancellationToken cancellation) =>
            throw new NotSupportedException();

        public Task<BackendOutline> OutlineAsync(string name, string version) => throw new NotSupportedException();
    }
}
