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
    public async Task Response_within_the_time_is_the_outcome()
    {
        var bridge = new HeldBridge(waited: OverallResult.True, state: "ACTIVE");
        var outcome = await Waiting(bridge, Fleet);
        Assert.Equal((ExitCode.Success, "True"), (outcome.Code, outcome.Word));
        Assert.Equal(["d/fleet/wait"], bridge.Asked);
    }

    [Fact]
    public async Task Timeout_aborts_the_request_and_reports_the_last_state()
    {
        var bridge = new HeldBridge(waited: null, state: "ACTIVATING");
        var waiting = Waiting(bridge, Fleet);
        await _clock.WaitForTimerAsync(Hour);
        _clock.Advance(Hour - TimeSpan.FromSeconds(1));
        Assert.False(waiting.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(1));
        var outcome = await waiting.WaitAsync(Eventually.Limit);
        Assert.Equal(ExitCode.TimedOut, outcome.Code);
        Assert.Equal("fleet is not ready after 60 minutes; its last state was ACTIVATING.", outcome.Response.Error);
        Assert.Equal(["d/fleet/wait", "d/fleet/check"], bridge.Asked);
        Assert.Equal(1, bridge.GivenUp);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task State_that_is_not_known_is_left_out(bool hasCheck)
    {
        var fleet = hasCheck ? Fleet : Fleet with { Operations = ["wait"] };
        var waiting = Waiting(new HeldBridge(waited: null, state: null), fleet);
        await _clock.WaitForTimerAsync(Hour);
        _clock.Advance(Hour);
        Assert.Equal("fleet is not ready after 60 minutes.", (await waiting.WaitAsync(Eventually.Limit)).Response.Error);
    }

    [Fact]
    public async Task State_that_takes_long_is_not_waited_for()
    {
        var waiting = Waiting(new HeldBridge(waited: null, state: "never"), Fleet);
        await _clock.WaitForTimerAsync(Hour);
        _clock.Advance(Hour);
        await _clock.WaitForTimerAsync(TimeSpan.FromSeconds(30));
        _clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal("fleet is not ready after 60 minutes.", (await waiting.WaitAsync(Eventually.Limit)).Response.Error);
    }

    [Fact]
    public async Task Interrupt_is_no_timeout()
    {
        using var interrupt = new CancellationTokenSource();
        var waiting = Waiting(new HeldBridge(waited: null, state: "ACTIVATING"), Fleet, interrupt.Token);
        await _clock.WaitForTimerAsync(Hour);
        await interrupt.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Eventually.Limit));
    }

    private Task<ResourceOutcome> Waiting(HeldBridge bridge, ResourceOutline resource, CancellationToken cancellation = default) =>
        new ResourceWait(new ResourceCalls(bridge, ("aws", "1"), new Dictionary<string, string>()), Hour, _clock)
            .WaitAsync(resource, cancellation);

    /// <summary>Responds to a wait with a result, or never; and to a check with a state.</summary>
    private sealed class HeldBridge(OverallResult? waited, string? state) : IBridge
    {
        public List<string> Asked { get; } = [];

        public int GivenUp { get; private set; }

        public async Task<BridgeResponse> SendAsync(BackendRequest request, RequestOptions options)
        {
            Asked.Add(request.Path);
            var held = request.Segments[^1] == Operation.WaitName ? waited is null : state == "never";
            if (held)
            {
                try
                {
                    await Task.Delay(Timeout.Infinite, options.Aborted);
                }
                finally
                {
                    GivenUp++;
                }
            }

            return BridgeResponse.Completed(new BackendResult
            {
                Overall = waited ?? OverallResult.False,
                Details = state is null ? null : new JsonObject { [BackendResult.StateDetail] = state },
            });
        }

        public Task<IReadOnlyList<BackendStatus>> GetBackendsAsync(CancellationToken cancellation) =>
            throw new NotSupportedException();

        public Task<BackendOutline> OutlineAsync(string name, string version, CancellationToken cancellation) => throw new NotSupportedException();
    }
}
