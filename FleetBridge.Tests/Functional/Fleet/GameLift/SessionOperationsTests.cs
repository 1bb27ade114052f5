using Amazon.Emulation.GameLift.Model;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Fleet.GameLift;

/// <summary>Game sessions, player sessions, queues and placements, in both encodings.</summary>
public sealed class SessionOperationsTests : FleetApiTest
{
    [Theory]
    [MemberData(nameof(Wires))]
    public async Task Game_session_has_its_address_from_the_start(string wire)
    {
        var server = await Api.AddServerAsync(activates: false);
        var created = (await Api.CallAsync<CreateGameSessionResponse>(wire, In(new CreateGameSessionRequest
        {
            FleetId = Local,
            MaximumPlayerSessionCount = 8,
            Name = "Ünï \"game\"",
            GameSessionData = "line\nline",
            CreatorId = "creator",
            GameProperties = [new() { Key = "mode", Value = "brawl" }, new() { Key = "a", Value = "" }],
        }))).GameSession!;
        Assert.Equal(
            ("ACTIVATING", Local, "127.0.0.1", 7777, 0, 8, "ACCEPT_ALL", "custom-local", "local", "Ünï \"game\"", "line\nline", "creator"),
            (created.Status, created.FleetId, created.IpAddress, created.Port, created.CurrentPlayerSessionCount, created.MaximumPlayerSessionCount,
                created.PlayerSessionCreationPolicy, created.Location, created.ComputeName, created.Name, created.GameSessionData, created.CreatorId));
        Assert.Equal([("mode", "brawl"), ("a", "")], created.GameProperties!.Select(property => (property.Key!, property.Value!)));
        Assert.StartsWith("arn:aws:gamelift:eu-central-1::gamesession/fleet-local/custom-local/gsess-", created.GameSessionId, StringComparison.Ordinal);
        Assert.Equal((null, null, null, null), (created.StatusReason, created.TerminationTime, created.DnsName, created.MatchmakerData));
        await server.ActivateAsync(created.GameSessionId!);
        Assert.Equal("ACTIVE", (await DescribedAsync(wire, created.GameSessionId!)).Status);
    }

    [Fact]
    public async Task Absent_members_are_left_out_and_times_are_seconds()
    {
        var session = await ActiveSessionAsync("json");
        var (_, body) = await Api.PostJsonAsync("DescribeGameSessions", $$"""{"GameSessionId": "{{session.GameSessionId}}", "AliasId": null, "Unknown": [1]}""");
        var members = body["GameSessions"]![0]!.AsObject();
        Assert.Equal(
            ["GameSessionId", "FleetId", "FleetArn", "CreationTime", "CurrentPlayerSessionCount", "MaximumPlayerSessionCount", "Status", "GameProperties",
                "IpAddress", "Port", "PlayerSessionCreationPolicy", "Location", "ComputeName"],
            members.Select(member => member.Key));
        Assert.InRange((double)members["CreationTime"]!, 1.7e9, 5e9);
        Assert.Equal(["GameSessions"], body.Select(member => member.Key));
    }

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task Idempotency_token_gets_the_same_session(string wire)
    {
        await Api.AddServerAsync();
        await Api.AddServerAsync();
        var request = new CreateGameSessionRequest { FleetId = Local, MaximumPlayerSessionCount = 2, IdempotencyToken = "token-1" };
        var first = (await Api.CallAsync<CreateGameSessionResponse>(wire, In(request))).GameSession!;
        var again = (await Api.CallAsync<CreateGameSessionResponse>(wire, In(request))).GameSession!;
        Assert.Equal(first.GameSessionId, again.GameSessionId);
        Assert.EndsWith("/token-1", first.GameSessionId, StringComparison.Ordinal);
        request.MaximumPlayerSessionCount = 3;
        Assert.Equal("IdempotentParameterMismatchException", await CodeAsync(Api.CallAsync<CreateGameSessionResponse>(wire, In(request))));
    }

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task Fleet_without_a_free_process_is_full(string wire)
    {
        var failure = await Assert.ThrowsAsync<ApiFailure>(
            () => Api.CallAsync<CreateGameSessionResponse>(wire, In(new CreateGameSessionRequest { FleetId = Local, MaximumPlayerSessionCount = 2 })));
        Assert.Equal(("FleetCapacityExceededException", 400), (failure.Code, (int)failure.Status));
        Assert.Contains("Unable to reserve a process on fleet fleet-local", failure.Text, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task Players_take_slots_until_the_session_is_full(string wire)
    {
        var session = await ActiveSessionAsync(wire, players: 3);
        var one = (await Api.CallAsync<CreatePlayerSessionResponse>(wire, In(new CreatePlayerSessionRequest
        {
            GameSessionId = session.GameSessionId,
            PlayerId = "one",
            PlayerData = "data",
        }))).PlayerSession!;
        Assert.Equal(
            ("RESERVED", "one", "data", session.GameSessionId, Local, session.FleetArn, "127.0.0.1", session.Port, null, null),
            (one.Status, one.PlayerId, one.PlayerData, one.GameSessionId, one.FleetId, one.FleetArn, one.IpAddress, one.Port, one.TerminationTime, one.DnsName));
        Assert.StartsWith("psess-", one.PlayerSessionId, StringComparison.Ordinal);
        Assert.Equal("GameSessionFullException", await CodeAsync(Api.CallAsync<CreatePlayerSessionsResponse>(wire, In(new CreatePlayerSessionsRequest
        {
            GameSessionId = session.GameSessionId,
            PlayerIds = ["a", "b", "c"],
        }))));
        var two = (await Api.CallAsync<CreatePlayerSessionsResponse>(wire, In(new CreatePlayerSessionsRequest
        {
            GameSessionId = session.GameSessionId,
            PlayerIds = ["two", "three"],
            PlayerDataMap = new() { ["three"] = "3" },
        }))).PlayerSessions!;
        Assert.Equal([("two", null), ("three", "3")], two.Select(player => (player.PlayerId!, player.PlayerData)));
        Assert.Equal("GameSessionFullException", await CodeAsync(
            Api.CallAsync<CreatePlayerSessionResponse>(wire, In(new CreatePlayerSessionRequest { GameSessionId = session.GameSessionId, PlayerId = "four" }))));
        Assert.Equal(3, (await DescribedAsync(wire, session.GameSessionId!)).CurrentPlayerSessionCount);

        Assert.Equal(["one", "two"], await PlayersAsync(new() { GameSessionId = session.GameSessionId, Limit = 2 }));
        Assert.Equal(["one", "two", "three"], await PlayersAsync(new() { GameSessionId = session.GameSessionId, PlayerSessionStatusFilter = "RESERVED" }));
        Assert.Equal([], await PlayersAsync(new() { GameSessionId = session.GameSessionId, PlayerSessionStatusFilter = "ACTIVE" }));
        Assert.Equal(["three"], await PlayersAsync(new() { PlayerId = "three" }));
        Assert.Equal(["one"], await PlayersAsync(new() { PlayerSessionId = one.PlayerSessionId }));
        Assert.Equal([], await PlayersAsync(new() { PlayerId = "nobody" }));

        async Task<List<string>> PlayersAsync(DescribePlayerSessionsRequest request) =>
            [.. (await Api.CallAsync<DescribePlayerSessionsResponse>(wire, In(request))).PlayerSessions!.Select(player => player.PlayerId!)];
    }

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task Session_is_updated(string wire)
    {
        var session = await ActiveSessionAsync(wire, 4, "old", ("a", "1"), ("b", "2"));
        var updated = (await Api.CallAsync<UpdateGameSessionResponse>(wire, In(new UpdateGameSessionRequest
        {
            GameSessionId = session.GameSessionId,
            Name = "new",
            MaximumPlayerSessionCount = 9,
            PlayerSessionCreationPolicy = "DENY_ALL",
            ProtectionPolicy = "FullProtection",
            GameProperties = [new() { Key = "b", Value = "3" }, new() { Key = "c", Value = "4" }],
        }))).GameSession!;
        Assert.Equal(("new", 9, "DENY_ALL"), (updated.Name, updated.MaximumPlayerSessionCount, updated.PlayerSessionCreationPolicy));
        Assert.Equal(["a=1", "b=3", "c=4"], updated.GameProperties!.Select(property => $"{property.Key}={property.Value}"));
        var details = (await Api.CallAsync<DescribeGameSessionDetailsResponse>(
            wire, In(new DescribeGameSessionDetailsRequest { GameSessionId = session.GameSessionId }))).GameSessionDetails!;
        Assert.Equal(("FullProtection", "new"), (Assert.Single(details).ProtectionPolicy, details[0].GameSession!.Name));
        Assert.Equal("InvalidGameSessionStatusException", await CodeAsync(
            Api.CallAsync<CreatePlayerSessionResponse>(wire, In(new CreatePlayerSessionRequest { GameSessionId = session.GameSessionId, PlayerId = "p" }))));
    }

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task Session_is_terminated_once_and_terminating_it_again_answers_it(string wire)
    {
        var session = await ActiveSessionAsync(wire);
        var forced = new TerminateGameSessionRequest { GameSessionId = session.GameSessionId, TerminationMode = "FORCE_TERMINATE" };
        await Api.CallAsync<TerminateGameSessionResponse>(wire, In(forced));
        var ended = await DescribedAsync(wire, session.GameSessionId!);
        Assert.Equal(("TERMINATED", "FORCE_TERMINATED"), (ended.Status, ended.StatusReason));
        Assert.NotNull(ended.TerminationTime);
        Assert.Equal("TERMINATED", (await Api.CallAsync<TerminateGameSessionResponse>(wire, In(forced))).GameSession!.Status);
        Assert.Equal("InvalidGameSessionStatusException", await CodeAsync(
            Api.CallAsync<CreatePlayerSessionResponse>(wire, In(new CreatePlayerSessionRequest { GameSessionId = session.GameSessionId, PlayerId = "p" }))));

        var other = await ActiveSessionAsync(wire);
        var terminating = (await Api.CallAsync<TerminateGameSessionResponse>(wire, In(new TerminateGameSessionRequest
        {
            GameSessionId = other.GameSessionId,
            TerminationMode = "TRIGGER_ON_PROCESS_TERMINATE",
        }))).GameSession!;
        Assert.Equal("TERMINATING", terminating.Status);
        Assert.Equal([session.GameSessionId!], await IdsAsync("TERMINATED"));
        Assert.Equal([other.GameSessionId!], await IdsAsync("TERMINATING"));
        Assert.Equal([], await IdsAsync("ACTIVE"));
        Assert.Equal([session.GameSessionId!, other.GameSessionId!], await IdsAsync(null));

        async Task<List<string>> IdsAsync(string? status) =>
            [.. (await Api.CallAsync<DescribeGameSessionsResponse>(wire, In(new DescribeGameSessionsRequest { FleetId = Local, StatusFilter = status })))
                .GameSessions!.Select(one => one.GameSessionId!)];
    }

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task Search_filters_sorts_and_pages(string wire)
    {
        for (var i = 0; i < 25; i++)
        {
            await ActiveSessionAsync(wire, players: i % 5 + 1, name: $"game {i:00}", ("parity", i % 2 == 0 ? "even" : "odd"));
        }

        var all = await SearchAsync(new() { Limit = 100 });
        Assert.Equal(20, all.GameSessions!.Count);
        Assert.Equal(5, (await SearchAsync(new() { Limit = 100, NextToken = all.NextToken })).GameSessions!.Count);
        var found = await SearchAsync(new()
        {
            FilterExpression = "gameSessionProperties.parity = 'odd' AND maximumSessions >= 4 AND hasAvailablePlayerSessions=true",
            SortExpression = "gameSessionName DESC",
        });
        Assert.Equal(["game 23", "game 19", "game 13", "game 09", "game 03"], found.GameSessions!.Select(session => session.Name!));
        Assert.Null(found.NextToken);
        Assert.Empty((await SearchAsync(new() { Location = "custom-none" })).GameSessions!);
        Assert.Equal("InvalidRequestException", await CodeAsync(SearchAsync(new() { NextToken = all.NextToken, SortExpression = "gameSessionName ASC" })));
        Assert.Equal("InvalidRequestException", await CodeAsync(SearchAsync(new() { FilterExpression = "nonsense" })));
        Assert.Equal("InvalidRequestException", await CodeAsync(SearchAsync(new() { SortExpression = "nonsense" })));
        Assert.Equal("InvalidRequestException", await CodeAsync(SearchAsync(new() { FilterExpression = new string('(', 1000) })));

        Task<SearchGameSessionsResponse> SearchAsync(SearchGameSessionsRequest request)
        {
            request.FleetId = Local;
            return Api.CallAsync<SearchGameSessionsResponse>(wire, In(request));
        }
    }

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task Placement_waits_for_a_process_and_is_fulfilled_when_the_session_is_active(string wire)
    {
        var queue = (await Api.CallAsync<CreateGameSessionQueueResponse>(wire, In(new CreateGameSessionQueueRequest
        {
            Name = "queue",
            TimeoutInSeconds = 60,
            Destinations = [new() { DestinationArn = "arn:aws:gamelift:us-west-2:000000000000:fleet/fleet-local" }],
            PriorityConfiguration = new() { PriorityOrder = ["DESTINATION"] },
            CustomEventData = "event",
        }))).GameSessionQueue!;
        Assert.Equal("arn:aws:gamelift:eu-central-1:000000000000:gamesessionqueue/queue", queue.GameSessionQueueArn);
        var started = (await Api.CallAsync<StartGameSessionPlacementResponse>(wire, In(new StartGameSessionPlacementRequest
        {
            PlacementId = "place-1",
            GameSessionQueueName = queue.GameSessionQueueArn,
            MaximumPlayerSessionCount = 4,
            GameSessionName = "placed",
            GameProperties = [new GameProperty { Key = "k", Value = "v" }],
            PlayerLatencies = [new() { PlayerId = "p", RegionIdentifier = "eu-central-1", LatencyInMilliseconds = 23.5f }],
            DesiredPlayerSessions = [new() { PlayerId = "p", PlayerData = "d" }],
        }))).GameSessionPlacement!;
        Assert.Equal(("PENDING", "queue", null, null), (started.Status, started.GameSessionQueueName, started.GameSessionId, started.EndTime));
        Assert.Equal(23.5f, Assert.Single(started.PlayerLatencies!).LatencyInMilliseconds);
        await Api.AddServerAsync();
        GameSessionPlacement placed = null!;
        await Eventually.TrueAsync(async () => (placed = await PlacementAsync("place-1")).Status == "FULFILLED", "the placement is fulfilled");
        Assert.Equal(
            (placed.GameSessionArn, "eu-central-1", "127.0.0.1", 7777), (placed.GameSessionId, placed.GameSessionRegion, placed.IpAddress, placed.Port));
        Assert.EndsWith("/place-1", placed.GameSessionId, StringComparison.Ordinal);
        Assert.Equal("p", Assert.Single(placed.PlacedPlayerSessions!).PlayerId);
        Assert.Equal("placed", (await DescribedAsync(wire, placed.GameSessionId!)).Name);

        await StartAsync("place-2");
        Assert.Equal("CANCELLED", (await Api.CallAsync<StopGameSessionPlacementResponse>(
            wire, In(new StopGameSessionPlacementRequest { PlacementId = "place-2" }))).GameSessionPlacement!.Status);
        Assert.Equal("CANCELLED", (await PlacementAsync("place-2")).Status);
        Assert.Equal("InvalidRequestException", await CodeAsync(StartAsync("place-2")));
        Assert.Equal("InvalidRequestException", await CodeAsync(
            Api.CallAsync<StopGameSessionPlacementResponse>(wire, In(new StopGameSessionPlacementRequest { PlacementId = "place-1" }))));
        Assert.Equal("NotFoundException", await CodeAsync(PlacementAsync("place-3")));

        async Task<GameSessionPlacement> PlacementAsync(string id) => (await Api.CallAsync<DescribeGameSessionPlacementResponse>(
            wire, In(new DescribeGameSessionPlacementRequest { PlacementId = id }))).GameSessionPlacement!;

        Task StartAsync(string id) => Api.CallAsync<StartGameSessionPlacementResponse>(
            wire, In(new StartGameSessionPlacementRequest { PlacementId = id, GameSessionQueueName = "queue", MaximumPlayerSessionCount = 4 }));
    }

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task Queue_is_changed_described_and_deleted(string wire)
    {
        foreach (var name in new[] { "one", "two" })
        {
            await Api.CallAsync<CreateGameSessionQueueResponse>(wire, In(new CreateGameSessionQueueRequest { Name = name }));
        }

        var updated = (await Api.CallAsync<UpdateGameSessionQueueResponse>(wire, In(new UpdateGameSessionQueueRequest
        {
            Name = "two",
            TimeoutInSeconds = 30,
            PlayerLatencyPolicies = [new() { MaximumIndividualPlayerLatencyMilliseconds = 100, PolicyDurationSeconds = 5 }],
            FilterConfiguration = new() { AllowedLocations = ["custom-local"] },
        }))).GameSessionQueue!;
        Assert.Equal((30, 100, 5, "custom-local"), (
            updated.TimeoutInSeconds, updated.PlayerLatencyPolicies![0].MaximumIndividualPlayerLatencyMilliseconds,
            updated.PlayerLatencyPolicies[0].PolicyDurationSeconds, updated.FilterConfiguration!.AllowedLocations![0]));
        Assert.Equal(["one", "two"], await NamesAsync(new()));
        Assert.Equal(["two"], await NamesAsync(new() { Names = ["two"] }));
        Assert.Equal("NotFoundException", await CodeAsync(NamesAsync(new() { Names = ["three"] })));
        await Api.CallAsync<DeleteGameSessionQueueResponse>(wire, In(new DeleteGameSessionQueueRequest { Name = "one" }));
        Assert.Equal(["two"], await NamesAsync(new()));

        async Task<List<string>> NamesAsync(DescribeGameSessionQueuesRequest request) =>
            [.. (await Api.CallAsync<DescribeGameSessionQueuesResponse>(wire, In(request))).GameSessionQueues!.Select(queue => queue.Name!)];
    }

    [Fact]
    public void Every_operation_is_one_of_the_model_s()
    {
        var known = Amazon.Emulation.Models.ServiceModel.Load("gamelift").Operations.Keys;
        var ours = FleetBridge.Fleet.GameLift.Api.OperationTable.All.Names.ToList();
        Assert.Empty(ours.Except(known));
        Assert.Equal(48, ours.Count);
        Assert.DoesNotContain(ours, name => name.Contains("Match", StringComparison.Ordinal));
    }
}
