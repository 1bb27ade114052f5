using FleetBridge.Fleet.Model;

namespace FleetBridge.Tests.Unit.Model;

/// <summary>Fleets, locations, computes, tokens, aliases, tags and events.</summary>
public sealed class FleetTests : ModelTest
{
    private AnywhereFleet NewFleet(string name = "b")
    {
        if (Model.FindLocation("custom-b") is null)
        {
            Model.CreateLocation("custom-b");
        }

        return Model.CreateFleet(new NewFleet { Name = name, AnywhereCost = "10", Locations = ["custom-b"] });
    }

    [Fact]
    public void Defaults_are_there_from_the_start_and_made_once()
    {
        Model.EnsureDefaults();
        var fleet = Assert.Single(Model.Fleets);
        Assert.Equal(("fleet-local", FleetStatus.ACTIVE), (fleet.FleetId, fleet.Status));
        Assert.Equal("arn:aws:gamelift:us-west-2:000000000000:fleet/fleet-local", fleet.FleetArn);
        Assert.Equal(["custom-local"], fleet.Locations);
        Assert.Equal(("local", "127.0.0.1", "custom-local"),
            Model.ComputesOf(FleetId).Select(one => (one.ComputeName, one.IpAddress, one.Location)).Single());
    }

    [Fact]
    public void Default_fleet_is_listed_first()
    {
        var made = NewFleet();
        Assert.Equal([FleetId, made.FleetId], Model.Fleets.Select(one => one.FleetId));
        Assert.Matches("^fleet-[0-9a-f-]{36}$", made.FleetId);
    }

    [Fact]
    public void Fleet_is_found_by_id_and_ARN()
    {
        Assert.Same(Model.GetFleet(FleetId), Model.GetFleet("arn:aws:gamelift:eu-west-1:000000000000:fleet/fleet-local"));
        Assert.Equal(FleetErrors.NotFound, CodeOf(() => Model.GetFleet("fleet-lokal")));
    }

    [Fact]
    public void Fleet_needs_locations_that_exist()
    {
        Assert.Equal(FleetErrors.InvalidRequest,
            CodeOf(() => Model.CreateFleet(new NewFleet { Name = "x", AnywhereCost = "1", Locations = [] })));
        Assert.Equal(FleetErrors.NotFound,
            CodeOf(() => Model.CreateFleet(new NewFleet { Name = "x", AnywhereCost = "1", Locations = ["custom-x"] })));
    }

    [Fact]
    public void Deleted_fleet_is_TERMINATED_and_ends_what_was_in_it()
    {
        var session = Active();
        Assert.Equal(FleetStatus.TERMINATED, Model.DeleteFleet(FleetId).Status);
        Assert.Equal(GameSessionStatus.TERMINATED, Now(session).Status);
        Assert.Equal(FleetEventCodes.FleetDeleted, LastEvent);
        Assert.Equal(FleetErrors.InvalidFleetStatus, CodeOf(() => Create()));
        Assert.Equal(FleetErrors.InvalidFleetStatus, CodeOf(() => Model.DeleteFleet(FleetId)));
        Assert.Equal(FleetErrors.InvalidFleetStatus, CodeOf(() => Connect("process-9")));
        Assert.Empty(Model.ComputesOf(FleetId));
        Model.EnsureDefaults();
        Assert.Equal(FleetStatus.TERMINATED, Model.GetFleet(FleetId).Status);
    }

    [Fact]
    public void Location_is_unique_and_stays_while_a_fleet_uses_it()
    {
        var location = Model.CreateLocation("custom-c");
        Assert.Equal("arn:aws:gamelift:us-west-2:000000000000:location/custom-c", location.LocationArn);
        Assert.Equal(FleetErrors.Conflict, CodeOf(() => Model.CreateLocation("custom-c")));
        Model.DeleteLocation("custom-c");
        Assert.Equal(FleetErrors.NotFound, CodeOf(() => Model.DeleteLocation("custom-c")));
        Assert.Equal(FleetErrors.InvalidRequest, CodeOf(() => Model.DeleteLocation("custom-local")));
    }

    [Theory]
    [InlineData("fleet-x", "pc", "10.0.0.1", "custom-local", FleetErrors.NotFound)]
    [InlineData("fleet-local", "local", "10.0.0.1", "custom-local", FleetErrors.Conflict)]
    [InlineData("fleet-local", "pc", null, "custom-local", FleetErrors.InvalidRequest)]
    [InlineData("fleet-local", "pc", "10.0.0.1", null, FleetErrors.InvalidRequest)]
    [InlineData("fleet-local", "pc", "10.0.0.1", "custom-x", FleetErrors.InvalidRequest)]
    public void Compute_that_cannot_be_registered_is_refused(string fleet, string name, string? address, string? location, string code) =>
        Assert.Equal(code, CodeOf(() => Model.RegisterCompute(
            new NewCompute { FleetId = fleet, ComputeName = name, IpAddress = address, Location = location })));

    [Fact]
    public void Servers_of_a_deregistered_compute_keep_their_session_and_get_none()
    {
        var session = Active();
        Ready("process-2");
        Model.DeregisterCompute(FleetId, "local");
        Assert.Equal(FleetErrors.FleetCapacityExceeded, CodeOf(() => Create()));
        Assert.Equal(GameSessionStatus.ACTIVE, Now(session).Status);
        Assert.True(Connect("process-2").IsReconnect);
        Assert.Equal(FleetErrors.NotFound, CodeOf(() => Connect("process-3")));
        Model.RegisterCompute(
            new NewCompute { FleetId = FleetId, ComputeName = "local", IpAddress = "127.0.0.1", Location = "custom-local" });
        Connect("process-2");
        Assert.Equal("process-2", Create().ProcessId);
    }

    [Fact]
    public void Tokens_are_new_each_time_and_valid_for_three_hours()
    {
        var (first, second) = (Model.IssueAuthToken(FleetId, "local"), Model.IssueAuthToken(FleetId, "local"));
        Assert.NotEqual(first.Token, second.Token);
        Assert.Equal(Noon.AddHours(3), first.Expires);
        Assert.True(Model.IsIssued(first.Token, FleetId, "local"));
        Assert.Equal(FleetErrors.NotFound, CodeOf(() => Model.IssueAuthToken(FleetId, "lokal")));
    }

    [Fact]
    public void Alias_leads_to_a_fleet_or_to_its_message()
    {
        var alias = Model.CreateAlias(new NewAlias { Name = "live", RoutingStrategy = new(RoutingStrategyType.SIMPLE, FleetId, null) });
        Assert.Matches("^arn:aws:gamelift:us-west-2::alias/alias-[0-9a-f-]{36}$", alias.AliasArn);
        Assert.Equal(FleetId, Model.ResolveFleet(null, alias.AliasArn).FleetId);
        Model.UpdateAlias(new AliasUpdate
        {
            AliasId = alias.AliasId,
            RoutingStrategy = new(RoutingStrategyType.TERMINAL, null, "closed for today")
        });
        var terminal = Assert.Throws<FleetException>(() => Model.ResolveFleet(null, alias.AliasId));
        Assert.Equal((FleetErrors.TerminalRoutingStrategy, "closed for today"), (terminal.Code, terminal.Message));
        Model.DeleteAlias(alias.AliasId);
        Assert.Equal(FleetErrors.NotFound, CodeOf(() => Model.ResolveAlias(alias.AliasId)));
    }

    [Theory]
    [InlineData(RoutingStrategyType.SIMPLE, null, null)]
    [InlineData(RoutingStrategyType.SIMPLE, "fleet-local", "x")]
    [InlineData(RoutingStrategyType.TERMINAL, null, null)]
    [InlineData(RoutingStrategyType.TERMINAL, "fleet-local", "x")]
    internal void Routing_strategy_without_sense_is_refused(RoutingStrategyType type, string? fleet, string? message) =>
        Assert.Equal(FleetErrors.InvalidRequest, CodeOf(() =>
            Model.CreateAlias(new NewAlias { Name = "x", RoutingStrategy = new(type, fleet, message) })));

    [Fact]
    public void Tags_are_merged_by_key_and_only_on_what_exists()
    {
        var arn = NewFleet().FleetArn;
        Model.TagResource(arn, [new("a", "1"), new("b", "2")]);
        Model.TagResource(arn, [new("b", "3")]);
        Model.UntagResource(arn, ["a"]);
        Assert.Equal([new("b", "3")], Model.TagsOf(arn));
        Assert.Equal(FleetErrors.NotFound, CodeOf(() => Model.TagsOf("arn:aws:gamelift:us-west-2:000000000000:fleet/fleet-x")));
        Assert.Equal(FleetErrors.NotFound, CodeOf(() => Model.TagsOf("fleet-local")));
    }

    [Fact]
    public void Utilization_counts_processes_sessions_and_players()
    {
        var session = Active();
        Ready("process-2");
        Model.CreatePlayerSession(session.GameSessionId, "ann", null);
        Assert.Equal(new FleetUtilization(FleetId, null, 2, 1, 1, 1, 4), Model.UtilizationOf(FleetId));
        Assert.Equal(0, Model.UtilizationOf(FleetId, "custom-other").ActiveServerProcessCount);
    }

    [Fact]
    public void Events_are_newest_first()
    {
        Model.ProcessStarted(P, FleetId, "local");
        Model.ProcessExited(P, 3);
        Assert.Equal(
            [FleetEventCodes.ServerProcessCrashed, FleetEventCodes.FleetStateActive, FleetEventCodes.FleetCreated],
            Model.EventsOf(FleetId).Select(one => one.EventCode));
    }

    [Fact]
    public void Refused_change_can_be_taken_back_whole()
    {
        var savepoint = Model.Transition.Save();
        var session = Active();
        Model.CreatePlayerSession(session.GameSessionId, "ann", null);
        Model.Transition.UndoTo(savepoint);
        Assert.Null(Model.FindProcess(P));
        Assert.Null(Model.FindGameSession(session.GameSessionId));
        Assert.Empty(Model.PlayerSessionsOf(session.GameSessionId));
        Assert.Empty(Model.Transition.Pushes);
        Assert.Equal(FleetErrors.FleetCapacityExceeded, CodeOf(() => Create()));
    }
}
