using Amazon.Emulation.GameLift.Model;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Fleet.GameLift;

/// <summary>Fleets, locations, computes, aliases and tags, in both encodings.</summary>
public sealed class FleetOperationsTests : FleetApiTest
{
    [Theory]
    [MemberData(nameof(Wires))]
    public async Task Default_fleet_location_and_compute_are_there_from_the_start(string wire)
    {
        Assert.Equal([Local], (await Api.CallAsync<ListFleetsResponse>(wire, In(new ListFleetsRequest { Limit = 1 }))).FleetIds!);
        var fleet = Assert.Single((await Api.CallAsync<DescribeFleetAttributesResponse>(wire, In(new DescribeFleetAttributesRequest()))).FleetAttributes!);
        Assert.Equal(
            (Local, "ACTIVE", "ANYWHERE", "NoProtection", "DISABLED", "arn:aws:gamelift:us-west-2:000000000000:fleet/fleet-local"),
            (fleet.FleetId, fleet.Status, fleet.ComputeType, fleet.NewGameSessionProtectionPolicy, fleet.CertificateConfiguration!.CertificateType, fleet.FleetArn));
        Assert.Equal(["default"], fleet.MetricGroups!);
        Assert.Null(fleet.BuildId);
        var location = Assert.Single((await Api.CallAsync<ListLocationsResponse>(wire, In(new ListLocationsRequest()))).Locations!);
        Assert.Equal("custom-local", location.LocationName);
        var compute = Assert.Single((await Api.CallAsync<ListComputeResponse>(wire, In(new ListComputeRequest { FleetId = Local }))).ComputeList!);
        Assert.Equal(("local", "127.0.0.1", "custom-local", "Active", "wss://127.0.0.1:9443"),
            (compute.ComputeName, compute.IpAddress, compute.Location, compute.ComputeStatus, compute.GameLiftServiceSdkEndpoint));
    }

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task Fleet_lives_from_CreateFleet_to_DeleteFleet(string wire)
    {
        await Api.CallAsync<CreateLocationResponse>(wire, In(new CreateLocationRequest { LocationName = "custom-home" }));
        var created = await Api.CallAsync<CreateFleetResponse>(wire, In(Anywhere("custom-home", "custom-local")));
        var id = created.FleetAttributes!.FleetId!;
        Assert.StartsWith("fleet-", id, StringComparison.Ordinal);
        Assert.Equal($"arn:aws:gamelift:eu-central-1:000000000000:fleet/{id}", created.FleetAttributes.FleetArn);
        Assert.Equal("10", created.FleetAttributes.AnywhereConfiguration!.Cost);
        Assert.InRange(created.FleetAttributes.CreationTime!.Value, TimeProvider.System.GetUtcNow().AddMinutes(-1), TimeProvider.System.GetUtcNow().AddMinutes(1));
        Assert.Equal([("custom-home", "ACTIVE"), ("custom-local", "ACTIVE")], created.LocationStates!.Select(state => (state.Location, state.Status)));
        Assert.Equal([Local, id], (await Api.CallAsync<ListFleetsResponse>(wire, In(new ListFleetsRequest()))).FleetIds!);

        var locations = await Api.CallAsync<DescribeFleetLocationAttributesResponse>(wire, In(new DescribeFleetLocationAttributesRequest { FleetId = id }));
        Assert.Equal((id, created.FleetAttributes.FleetArn), (locations.FleetId, locations.FleetArn));
        Assert.Equal(["custom-home", "custom-local"], locations.LocationAttributes!.Select(one => one.LocationState!.Location!));

        await Api.CallAsync<UpdateFleetAttributesResponse>(wire, In(new UpdateFleetAttributesRequest
        {
            FleetId = created.FleetAttributes.FleetArn,
            Name = "renamed",
            NewGameSessionProtectionPolicy = "FullProtection",
        }));
        var described = Assert.Single((await Api.CallAsync<DescribeFleetAttributesResponse>(
            wire, In(new DescribeFleetAttributesRequest { FleetIds = [id, "fleet-none", created.FleetAttributes.FleetArn!] }))).FleetAttributes!);
        Assert.Equal(("renamed", "FullProtection"), (described.Name, described.NewGameSessionProtectionPolicy));

        await Api.CallAsync<DeleteFleetLocationsResponse>(wire, In(new DeleteFleetLocationsRequest { FleetId = id, Locations = ["custom-local"] }));
        Assert.Equal("InvalidRequestException", await CodeAsync(
            Api.CallAsync<DeleteLocationResponse>(wire, In(new DeleteLocationRequest { LocationName = "custom-home" }))));
        await Api.CallAsync<DeleteFleetResponse>(wire, In(new DeleteFleetRequest { FleetId = id }));
        Assert.Equal([Local], (await Api.CallAsync<ListFleetsResponse>(wire, In(new ListFleetsRequest()))).FleetIds!);
        var events = (await Api.CallAsync<DescribeFleetEventsResponse>(wire, In(new DescribeFleetEventsRequest { FleetId = id }))).Events!;
        Assert.Equal(("FLEET_DELETED", id), (events[0].EventCode, events[0].ResourceId));
        Assert.Equal("FLEET_CREATED", events[^1].EventCode);
        Assert.Equal("InvalidFleetStatusException", await CodeAsync(Api.CallAsync<DeleteFleetResponse>(wire, In(new DeleteFleetRequest { FleetId = id }))));
        await Api.CallAsync<DeleteLocationResponse>(wire, In(new DeleteLocationRequest { LocationName = "custom-home" }));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("EC2")]
    public async Task Fleet_of_EC2_is_refused_with_the_way_out(string? computeType)
    {
        var failure = await Assert.ThrowsAsync<ApiFailure>(() => Api.CallAsync<CreateFleetResponse>("json", In(new CreateFleetRequest
        {
            Name = "a",
            ComputeType = computeType,
            BuildId = "build-1",
            EC2InstanceType = "c5.large",
        })));
        Assert.Equal(("InvalidRequestException", 400), (failure.Code, (int)failure.Status));
        Assert.Contains("ANYWHERE", failure.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Anywhere_fleet_needs_cost_and_locations_and_has_no_build()
    {
        var noCost = Anywhere("custom-local");
        noCost.AnywhereConfiguration = null;
        var build = Anywhere("custom-local");
        (build.BuildId, build.EC2InstanceType) = ("build-1", "c5.large");
        var cases = new[]
        {
            (noCost, "InvalidRequestException", "AnywhereConfiguration"), (build, "InvalidRequestException", "no BuildId and no EC2InstanceType"),
            (Anywhere(), "InvalidRequestException", "ocations"), (Anywhere("custom-none"), "NotFoundException", "custom-none"),
        };
        foreach (var (request, code, words) in cases)
        {
            var failure = await Assert.ThrowsAsync<ApiFailure>(() => Api.CallAsync<CreateFleetResponse>("json", In(request)));
            Assert.Equal(code, failure.Code);
            Assert.Contains(words, failure.Text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task Compute_lives_from_RegisterCompute_to_DeregisterCompute(string wire)
    {
        var request = new RegisterComputeRequest { FleetId = Local, ComputeName = "box", IpAddress = "10.0.0.7", Location = "custom-local", DnsName = "box.local" };
        var compute = (await Api.CallAsync<RegisterComputeResponse>(wire, In(request))).Compute!;
        Assert.Equal(
            (Local, "box", "10.0.0.7", "box.local", "custom-local", "Active", "wss://127.0.0.1:9443", "arn:aws:gamelift:eu-central-1:000000000000:compute/box"),
            (compute.FleetId, compute.ComputeName, compute.IpAddress, compute.DnsName, compute.Location, compute.ComputeStatus, compute.GameLiftServiceSdkEndpoint, compute.ComputeArn));
        Assert.Equal("arn:aws:gamelift:us-west-2:000000000000:fleet/fleet-local", compute.FleetArn);
        Assert.Equal("ConflictException", await CodeAsync(Api.CallAsync<RegisterComputeResponse>(wire, In(request))));
        var described = (await Api.CallAsync<DescribeComputeResponse>(wire, In(new DescribeComputeRequest { FleetId = Local, ComputeName = "box" }))).Compute!;
        Assert.Equal(compute.CreationTime, described.CreationTime);

        var token = await Api.CallAsync<GetComputeAuthTokenResponse>(wire, In(new GetComputeAuthTokenRequest { FleetId = Local, ComputeName = "box" }));
        Assert.Equal((Local, "box", compute.ComputeArn, compute.FleetArn), (token.FleetId, token.ComputeName, token.ComputeArn, token.FleetArn));
        Assert.Matches("^[a-zA-Z0-9-]{1,64}$", token.AuthToken);
        Assert.InRange(token.ExpirationTimestamp!.Value, TimeProvider.System.GetUtcNow().AddHours(2.9), TimeProvider.System.GetUtcNow().AddHours(3.1));
        Assert.NotEqual(
            token.AuthToken,
            (await Api.CallAsync<GetComputeAuthTokenResponse>(wire, In(new GetComputeAuthTokenRequest { FleetId = Local, ComputeName = "box" }))).AuthToken);

        await Api.CallAsync<DeregisterComputeResponse>(wire, In(new DeregisterComputeRequest { FleetId = Local, ComputeName = "box" }));
        Assert.Equal("NotFoundException", await CodeAsync(
            Api.CallAsync<DescribeComputeResponse>(wire, In(new DescribeComputeRequest { FleetId = Local, ComputeName = "box" }))));
    }

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task Alias_lives_from_CreateAlias_to_DeleteAlias(string wire)
    {
        var simple = (await Api.CallAsync<CreateAliasResponse>(wire, In(new CreateAliasRequest
        {
            Name = "main",
            RoutingStrategy = new() { Type = "SIMPLE", FleetId = Local },
            Tags = [new() { Key = "team", Value = "red" }],
        }))).Alias!;
        var terminal = (await Api.CallAsync<CreateAliasResponse>(wire, In(new CreateAliasRequest
        {
            Name = "main",
            RoutingStrategy = new() { Type = "TERMINAL", Message = "Update the game." },
        }))).Alias!;
        Assert.StartsWith("alias-", simple.AliasId, StringComparison.Ordinal);
        Assert.Equal($"arn:aws:gamelift:eu-central-1::alias/{simple.AliasId}", simple.AliasArn);
        Assert.Equal(Local, (await Api.CallAsync<ResolveAliasResponse>(wire, In(new ResolveAliasRequest { AliasId = simple.AliasArn }))).FleetId);
        var failure = await Assert.ThrowsAsync<ApiFailure>(
            () => Api.CallAsync<ResolveAliasResponse>(wire, In(new ResolveAliasRequest { AliasId = terminal.AliasId })));
        Assert.Equal(("TerminalRoutingStrategyException", "Update the game."), (failure.Code, failure.Text));
        Assert.Equal("TerminalRoutingStrategyException", await CodeAsync(
            Api.CallAsync<SearchGameSessionsResponse>(wire, In(new SearchGameSessionsRequest { AliasId = terminal.AliasId }))));
        Assert.Equal(
            [terminal.AliasId!],
            (await Api.CallAsync<ListAliasesResponse>(wire, In(new ListAliasesRequest { RoutingStrategyType = "TERMINAL", Name = "main" }))).Aliases!.Select(one => one.AliasId!));
        Assert.Equal([("team", "red")], (await Api.CallAsync<ListTagsForResourceResponse>(
            wire, In(new ListTagsForResourceRequest { ResourceARN = simple.AliasArn }))).Tags!.Select(tag => (tag.Key!, tag.Value!)));

        await Api.CallAsync<UpdateAliasResponse>(wire, In(new UpdateAliasRequest { AliasId = terminal.AliasId, Description = "now open", RoutingStrategy = new() { Type = "SIMPLE", FleetId = Local } }));
        var described = (await Api.CallAsync<DescribeAliasResponse>(wire, In(new DescribeAliasRequest { AliasId = terminal.AliasId }))).Alias!;
        Assert.Equal(("SIMPLE", Local, "now open"), (described.RoutingStrategy!.Type, described.RoutingStrategy.FleetId, described.Description));
        await Api.CallAsync<DeleteAliasResponse>(wire, In(new DeleteAliasRequest { AliasId = simple.AliasId }));
        Assert.Equal("NotFoundException", await CodeAsync(Api.CallAsync<DescribeAliasResponse>(wire, In(new DescribeAliasRequest { AliasId = simple.AliasId }))));
        Assert.Equal("InvalidRequestException", await CodeAsync(
            Api.CallAsync<CreateAliasResponse>(wire, In(new CreateAliasRequest { Name = "x", RoutingStrategy = new() { FleetId = Local } }))));
    }

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task Tags_are_set_changed_and_removed(string wire)
    {
        const string arn = "arn:aws:gamelift:us-west-2:000000000000:fleet/fleet-local";
        await Api.CallAsync<TagResourceResponse>(wire, In(new TagResourceRequest { ResourceARN = arn, Tags = [new() { Key = "a", Value = "1" }, new() { Key = "b", Value = "" }] }));
        await Api.CallAsync<TagResourceResponse>(wire, In(new TagResourceRequest { ResourceARN = arn, Tags = [new() { Key = "a", Value = "2" }] }));
        await Api.CallAsync<UntagResourceResponse>(wire, In(new UntagResourceRequest { ResourceARN = arn, TagKeys = ["b", "c"] }));
        Assert.Equal([("a", "2")], (await Api.CallAsync<ListTagsForResourceResponse>(
            wire, In(new ListTagsForResourceRequest { ResourceARN = arn }))).Tags!.Select(tag => (tag.Key!, tag.Value!)));
        Assert.Equal("NotFoundException", await CodeAsync(
            Api.CallAsync<ListTagsForResourceResponse>(wire, In(new ListTagsForResourceRequest { ResourceARN = arn + "x" }))));
    }

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task Runtime_configuration_is_kept(string wire)
    {
        var before = (await Api.CallAsync<DescribeRuntimeConfigurationResponse>(wire, In(new DescribeRuntimeConfigurationRequest { FleetId = Local }))).RuntimeConfiguration!;
        Assert.Equal(300, before.GameSessionActivationTimeoutSeconds);
        await Api.CallAsync<UpdateRuntimeConfigurationResponse>(wire, In(new UpdateRuntimeConfigurationRequest
        {
            FleetId = Local,
            RuntimeConfiguration = new()
            {
                GameSessionActivationTimeoutSeconds = 20,
                ServerProcesses = [new() { LaunchPath = "/local/game/server", Parameters = "-log", ConcurrentExecutions = 2 }],
            },
        }));
        var after = (await Api.CallAsync<DescribeRuntimeConfigurationResponse>(wire, In(new DescribeRuntimeConfigurationRequest { FleetId = Local }))).RuntimeConfiguration!;
        Assert.Equal((20, "/local/game/server", "-log", 2), (after.GameSessionActivationTimeoutSeconds, after.ServerProcesses![0].LaunchPath, after.ServerProcesses[0].Parameters, after.ServerProcesses[0].ConcurrentExecutions));
    }

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task Utilization_and_capacity_count_what_there_is(string wire)
    {
        await Api.AddServerAsync();
        var session = await ActiveSessionAsync(wire, players: 6);
        await Api.CallAsync<CreatePlayerSessionResponse>(wire, In(new CreatePlayerSessionRequest { GameSessionId = session.GameSessionId, PlayerId = "p" }));
        foreach (var used in new[]
        {
            Assert.Single((await Api.CallAsync<DescribeFleetUtilizationResponse>(wire, In(new DescribeFleetUtilizationRequest()))).FleetUtilization!),
            Assert.Single((await Api.CallAsync<DescribeFleetUtilizationResponse>(wire, In(new DescribeFleetUtilizationRequest { FleetIds = [Local] }))).FleetUtilization!),
            (await Api.CallAsync<DescribeFleetLocationUtilizationResponse>(wire, In(new DescribeFleetLocationUtilizationRequest { FleetId = Local, Location = "custom-local" }))).FleetUtilization!,
        })
        {
            Assert.Equal((Local, "custom-local", 2, 1, 1, 6),
                (used.FleetId, used.Location, used.ActiveServerProcessCount, used.ActiveGameSessionCount, used.CurrentPlayerSessionCount, used.MaximumPlayerSessionCount));
        }

        foreach (var capacity in new[]
        {
            Assert.Single((await Api.CallAsync<DescribeFleetCapacityResponse>(wire, In(new DescribeFleetCapacityRequest { FleetIds = [Local] }))).FleetCapacity!),
            (await Api.CallAsync<DescribeFleetLocationCapacityResponse>(wire, In(new DescribeFleetLocationCapacityRequest { FleetId = Local, Location = "custom-local" }))).FleetCapacity!,
        })
        {
            Assert.Equal((1, 1, 0), (capacity.InstanceCounts!.DESIRED, capacity.InstanceCounts.ACTIVE, capacity.InstanceCounts.IDLE));
        }
    }

    [Fact]
    public async Task Listings_come_in_pages_and_a_token_fits_its_own_listing_only()
    {
        for (var i = 0; i < 5; i++)
        {
            await Api.CallAsync<CreateLocationResponse>("json", In(new CreateLocationRequest { LocationName = $"custom-page-{i}" }));
        }

        var found = new List<string>();
        string? token = null, first = null;
        do
        {
            var page = await Api.CallAsync<ListLocationsResponse>("json", In(new ListLocationsRequest { Limit = 2, NextToken = token }));
            found.AddRange(page.Locations!.Select(location => location.LocationName!));
            token = page.NextToken;
            first ??= token;
            if (found.Count == 2)
            {
                // what is deleted and made between two pages moves nothing
                await Api.CallAsync<DeleteLocationResponse>("json", In(new DeleteLocationRequest { LocationName = "custom-page-0" }));
                await Api.CallAsync<CreateLocationResponse>("json", In(new CreateLocationRequest { LocationName = "custom-page-5" }));
            }
        }
        while (token is not null);

        Assert.Equal(["custom-local", .. Enumerable.Range(0, 6).Select(i => $"custom-page-{i}")], found);
        Assert.Equal("InvalidRequestException", await CodeAsync(Api.CallAsync<ListFleetsResponse>("json", In(new ListFleetsRequest { NextToken = first }))));
        Assert.Equal("InvalidRequestException", await CodeAsync(
            Api.CallAsync<ListLocationsResponse>("json", In(new ListLocationsRequest { NextToken = first, Filters = ["CUSTOM"] }))));
        foreach (var foreign in new[] { "x", "AAAA", new string('A', 22), first![..^1], first + "A", "=" + first[1..], new string('é', 22), new string('A', 1024) })
        {
            Assert.Equal("InvalidRequestException", await CodeAsync(Api.CallAsync<ListLocationsResponse>("json", In(new ListLocationsRequest { NextToken = foreign }))));
        }

        Assert.Empty((await Api.CallAsync<ListLocationsResponse>("json", In(new ListLocationsRequest { Filters = ["AWS"] }))).Locations!);
    }

    private static CreateFleetRequest Anywhere(params string[] locations) => new()
    {
        Name = "a fleet",
        ComputeType = "ANYWHERE",
        AnywhereConfiguration = new() { Cost = "10" },
        Locations = [.. locations.Select(location => new LocationConfiguration { Location = location })],
    };
}
