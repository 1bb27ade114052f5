using FleetBridge.Fleet.Model;

namespace FleetBridge.Tests.Unit.Model;

/// <summary>Queues, and the life of a placement.</summary>
public sealed class PlacementTests : ModelTest
{
    public enum What { Activate, Stop, TimePasses, SessionEnds, ProcessGetsReady, DeleteQueue }

    public PlacementTests() => Model.CreateQueue(new QueueSettings
    {
        Name = "queue",
        TimeoutInSeconds = 100,
        Destinations = [Model.GetFleet(FleetId).FleetArn],
    });

    private Placement Place(string id = "placement-1", params string[] players) => Model.StartPlacement(new NewPlacement
    {
        PlacementId = id,
        GameSessionQueueName = "queue",
        MaximumPlayerSessionCount = 3,
        GameSessionName = "duel",
        DesiredPlayerSessions = [.. players.Select(player => new DesiredPlayerSession(player, null))],
    });

    private Placement Now(Placement placement) => Model.GetPlacement(placement.PlacementId);

    [Theory]
    [InlineData(false, What.Stop, "CANCELLED")]
    [InlineData(false, What.TimePasses, "TIMED_OUT")]
    [InlineData(false, What.ProcessGetsReady, "PENDING")]
    [InlineData(false, What.DeleteQueue, "FAILED")]
    [InlineData(true, What.Activate, "FULFILLED")]
    [InlineData(true, What.Stop, "CANCELLED")]
    [InlineData(true, What.TimePasses, "TIMED_OUT")]
    [InlineData(true, What.SessionEnds, "FAILED")]
    [InlineData(true, What.DeleteQueue, "FAILED")]
    public void Pending_placement_takes_each_event(bool hasSession, What what, string expected)
    {
        if (hasSession)
        {
            Ready();
        }

        var placement = Place();
        Assert.Equal((PlacementStatus.PENDING, hasSession), (placement.Status, placement.GameSessionId is not null));
        Do(what, placement);
        Assert.Equal(expected, Now(placement).Status.ToString());
        Assert.Equal(expected == "PENDING", Now(placement).EndTime is null);
        if (hasSession && expected != "FULFILLED")
        {
            Assert.NotEqual(GameSessionStatus.ACTIVE, Model.GetGameSession(placement.GameSessionId!).Status);
            Assert.NotEqual(GameSessionStatus.ACTIVATING, Model.GetGameSession(placement.GameSessionId!).Status);
        }
    }

    [Theory]
    [InlineData(What.Stop)]
    [InlineData(What.TimePasses)]
    [InlineData(What.SessionEnds)]
    [InlineData(What.DeleteQueue)]
    public void Fulfilled_placement_stays_so(What what)
    {
        Ready();
        var placement = Place();
        Model.ActivateGameSession(P, placement.GameSessionId!);
        try
        {
            Do(what, placement);
            Assert.NotEqual(What.Stop, what);
        }
        catch (FleetException refused)
        {
            Assert.Equal((What.Stop, FleetErrors.InvalidRequest), (what, refused.Code));
        }

        Assert.Equal(PlacementStatus.FULFILLED, Now(placement).Status);
    }

    private void Do(What what, Placement placement)
    {
        switch (what)
        {
            case What.Activate:
                Model.ActivateGameSession(P, placement.GameSessionId!);
                break;
            case What.Stop:
                Model.StopPlacement(placement.PlacementId);
                break;
            case What.TimePasses:
                Advance(101);
                break;
            case What.SessionEnds:
                Model.TerminateServerProcess(P);
                break;
            case What.ProcessGetsReady:
                Ready();
                break;
            default:
                Model.DeleteQueue("queue");
                break;
        }
    }

    [Fact]
    public void Fulfilled_placement_has_the_session_and_its_players()
    {
        Ready(port: 7781);
        var placement = Place("placement-1", "ann", "bob");
        Assert.EndsWith("/custom-local/placement-1", placement.GameSessionId);
        Assert.Empty(placement.PlacedPlayerSessions);
        Model.ActivateGameSession(P, placement.GameSessionId!);
        var fulfilled = Now(placement);
        Assert.Equal(("127.0.0.1", 7781, "us-west-2"), (fulfilled.IpAddress, fulfilled.Port, fulfilled.GameSessionRegion));
        Assert.Equal(["ann", "bob"], fulfilled.PlacedPlayerSessions.Select(one => one.PlayerId));
        Assert.All(fulfilled.PlacedPlayerSessions, one =>
            Assert.Equal(PlayerSessionStatus.RESERVED, Model.GetPlayerSession(one.PlayerSessionId).Status));
        Assert.Equal(2, Model.GetGameSession(placement.GameSessionId!).CurrentPlayerSessionCount);
    }

    [Fact]
    public void Oldest_placement_gets_the_first_process_that_is_ready()
    {
        var (first, second) = (Place("a"), Place("b"));
        Ready();
        Assert.NotNull(Now(first).GameSessionId);
        Assert.Null(Now(second).GameSessionId);
        Ready("process-2");
        Assert.NotNull(Now(second).GameSessionId);
    }

    [Fact]
    public void Destinations_are_tried_in_order_through_aliases_too()
    {
        Model.CreateLocation("custom-b");
        var other = Model.CreateFleet(new NewFleet { Name = "b", AnywhereCost = "1", Locations = ["custom-b"] });
        Model.RegisterCompute(
            new NewCompute { FleetId = other.FleetId, ComputeName = "pc", IpAddress = "10.0.0.2", Location = "custom-b" });
        var alias = Model.CreateAlias(
            new NewAlias { Name = "live", RoutingStrategy = new(RoutingStrategyType.SIMPLE, other.FleetId, null) });
        Model.UpdateQueue(new QueueSettings { Name = "queue", Destinations = [alias.AliasArn, Model.GetFleet(FleetId).FleetArn] });
        Ready();
        var connection = Model.Connected(new ServerIdentity { ProcessId = "far", FleetId = other.FleetId, ComputeName = "pc" });
        Activate("far", connection.Number);
        Model.Heartbeat("far", healthy: true);
        Assert.Contains($"/{other.FleetId}/custom-b/", Place("a").GameSessionId);
        Assert.Contains($"/{FleetId}/custom-local/", Place("b").GameSessionId);
    }

    [Theory]
    [InlineData("placement-1", "queue", 2, FleetErrors.InvalidRequest)]
    [InlineData("placement-2", "unknown", 2, FleetErrors.NotFound)]
    [InlineData("placement-2", "queue", 1, FleetErrors.InvalidRequest)]
    public void Placement_that_cannot_be_is_refused(string id, string queue, int maximum, string code)
    {
        Place();
        Assert.Equal(code, CodeOf(() => Model.StartPlacement(new NewPlacement
        {
            PlacementId = id,
            GameSessionQueueName = queue,
            MaximumPlayerSessionCount = maximum,
            DesiredPlayerSessions = [new("a", null), new("b", null)],
        })));
    }

    [Fact]
    public void Queue_is_found_by_name_and_ARN_and_keeps_what_an_update_does_not_name()
    {
        var queue = Model.GetQueue("arn:aws:gamelift:us-west-2:000000000000:gamesessionqueue/queue");
        var updated = Model.UpdateQueue(new QueueSettings { Name = queue.GameSessionQueueArn, CustomEventData = "x" });
        Assert.Equal((100, "x", 1), (updated.TimeoutInSeconds, updated.CustomEventData, updated.Destinations.Count));
        Assert.Equal(FleetErrors.InvalidRequest, CodeOf(() => Model.CreateQueue(new QueueSettings { Name = "queue" })));
        Assert.Equal(FleetErrors.NotFound,
            CodeOf(() => Model.CreateQueue(new QueueSettings { Name = "q2", Destinations = ["fleet-local"] })));
    }
}
