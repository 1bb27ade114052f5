using System.Net;

namespace FleetBridge.Tests.Functional.Fleet.GameLift;

/// <summary>Which exception answers which mistake. <c>{session}</c> stands for a session that is ACTIVE with one free slot.</summary>
public sealed class ApiErrorsTests : FleetApiTest
{
    private const string None = "fleet-00000000-0000-0000-0000-000000000000";
    private const string NoSession = "arn:aws:gamelift:us-west-2::gamesession/fleet-local/custom-local/gsess-0";

    public static TheoryData<string, string, string, string> Mistakes => new()
    {
        { "CreateGameSession", """{"MaximumPlayerSessionCount": 1}""", "InvalidRequestException", "FleetId" },
        { "CreateGameSession", """{"FleetId": "fleet-local", "AliasId": "alias-1", "MaximumPlayerSessionCount": 1}""", "InvalidRequestException", "AliasId" },
        { "CreateGameSession", """{"FleetId": "fleet-local"}""", "InvalidRequestException", "maximumPlayerSessionCount" },
        { "CreateGameSession", $$"""{"FleetId": "{{None}}", "MaximumPlayerSessionCount": 1}""", "NotFoundException", None },
        { "CreateGameSession", """{"AliasId": "alias-none", "MaximumPlayerSessionCount": 1}""", "NotFoundException", "alias-none" },
        { "CreateGameSession", """{"FleetId": "fleet-local", "MaximumPlayerSessionCount": 1, "Location": "custom-none"}""", "InvalidRequestException", "custom-none" },
        { "CreateGameSession", """{"FleetId": "fleet-local", "MaximumPlayerSessionCount": 1}""", "FleetCapacityExceededException", "Unable to reserve a process on fleet fleet-local" },
        { "DescribeGameSessions", "{}", "InvalidRequestException", "FleetId" },
        { "DescribeGameSessions", $$"""{"GameSessionId": "{{NoSession}}"}""", "NotFoundException", NoSession },
        { "DescribeGameSessions", """{"FleetId": "fleet-local", "StatusFilter": "active"}""", "InvalidRequestException", "ACTIVE, ACTIVATING, TERMINATED, TERMINATING" },
        { "DescribeGameSessions", """{"FleetId": "fleet-local", "Limit": 0}""", "InvalidRequestException", "limit" },
        { "DescribeGameSessionDetails", $$"""{"GameSessionId": "{{NoSession}}"}""", "NotFoundException", NoSession },
        { "DescribeGameSessionDetails", $$"""{"FleetId": "{{None}}"}""", "NotFoundException", None },
        { "SearchGameSessions", "{}", "InvalidRequestException", "FleetId" },
        { "SearchGameSessions", """{"FleetId": "fleet-local", "FilterExpression": "a"}""", "InvalidRequestException", "FilterExpression: a at character 1 is no operand" },
        { "SearchGameSessions", """{"FleetId": "fleet-local", "FilterExpression": ""}""", "InvalidRequestException", "filterExpression" },
        { "SearchGameSessions", """{"FleetId": "fleet-local", "SortExpression": "a"}""", "InvalidRequestException", "SortExpression" },
        { "UpdateGameSession", $$"""{"GameSessionId": "{{NoSession}}"}""", "NotFoundException", NoSession },
        { "UpdateGameSession", """{"GameSessionId": "{session}", "PlayerSessionCreationPolicy": "SOME"}""", "InvalidRequestException", "ACCEPT_ALL, DENY_ALL" },
        { "TerminateGameSession", $$"""{"GameSessionId": "{{NoSession}}", "TerminationMode": "FORCE_TERMINATE"}""", "NotFoundException", NoSession },
        { "CreatePlayerSession", $$"""{"GameSessionId": "{{NoSession}}", "PlayerId": "p"}""", "NotFoundException", NoSession },
        { "CreatePlayerSession", """{"GameSessionId": "{session}"}""", "InvalidRequestException", "playerId" },
        { "CreatePlayerSessions", """{"GameSessionId": "{session}", "PlayerIds": ["a", "b"]}""", "GameSessionFullException", "" },
        { "DescribePlayerSessions", "{}", "InvalidRequestException", "Exactly one of GameSessionId, PlayerId and PlayerSessionId" },
        { "DescribePlayerSessions", """{"PlayerId": "p", "GameSessionId": "{session}"}""", "InvalidRequestException", "Exactly one" },
        { "DescribePlayerSessions", """{"PlayerSessionId": "psess-none"}""", "NotFoundException", "psess-none" },
        { "DescribePlayerSessions", $$"""{"GameSessionId": "{{NoSession}}"}""", "NotFoundException", NoSession },
        { "DescribePlayerSessions", """{"GameSessionId": "{session}", "PlayerSessionStatusFilter": "GONE"}""", "InvalidRequestException", "RESERVED, ACTIVE, COMPLETED, TIMEDOUT" },
        { "RegisterCompute", $$"""{"FleetId": "{{None}}", "ComputeName": "a", "IpAddress": "10.0.0.1", "Location": "custom-local"}""", "NotFoundException", None },
        { "RegisterCompute", """{"FleetId": "fleet-local", "ComputeName": "local", "IpAddress": "10.0.0.1", "Location": "custom-local"}""", "ConflictException", "local" },
        { "RegisterCompute", """{"FleetId": "fleet-local", "ComputeName": "a", "Location": "custom-local"}""", "InvalidRequestException", "IpAddress" },
        { "RegisterCompute", """{"FleetId": "fleet-local", "ComputeName": "a", "IpAddress": "10.0.0.1"}""", "InvalidRequestException", "Location" },
        { "RegisterCompute", """{"FleetId": "fleet-local", "ComputeName": "a", "IpAddress": "10.0.0.1", "Location": "custom-none"}""", "InvalidRequestException", "custom-none" },
        { "DeregisterCompute", """{"FleetId": "fleet-local", "ComputeName": "none"}""", "NotFoundException", "none" },
        { "DescribeCompute", """{"FleetId": "fleet-local", "ComputeName": "none"}""", "NotFoundException", "none" },
        { "ListCompute", $$"""{"FleetId": "{{None}}"}""", "InvalidRequestException", None },
        { "GetComputeAuthToken", """{"FleetId": "fleet-local", "ComputeName": "none"}""", "NotFoundException", "none" },
        { "GetComputeAuthToken", $$"""{"FleetId": "{{None}}", "ComputeName": "local"}""", "NotFoundException", None },
        { "CreateLocation", """{"LocationName": "custom-local"}""", "ConflictException", "custom-local" },
        { "DeleteLocation", """{"LocationName": "custom-none"}""", "NotFoundException", "custom-none" },
        { "DeleteLocation", """{"LocationName": "custom-local"}""", "InvalidRequestException", "fleet-local" },
        { "DeleteFleet", $$"""{"FleetId": "{{None}}"}""", "NotFoundException", None },
        { "UpdateFleetAttributes", $$"""{"FleetId": "{{None}}"}""", "NotFoundException", None },
        { "CreateFleetLocations", """{"FleetId": "fleet-local", "Locations": [{"Location": "custom-none"}]}""", "NotFoundException", "custom-none" },
        { "CreateFleetLocations", """{"FleetId": "fleet-local", "Locations": [{}]}""", "InvalidRequestException", "locations.1.member.location" },
        { "DescribeFleetLocationAttributes", """{"FleetId": "fleet-local", "Locations": ["custom-none"]}""", "NotFoundException", "custom-none" },
        { "DescribeFleetLocationUtilization", """{"FleetId": "fleet-local", "Location": "custom-none"}""", "NotFoundException", "custom-none" },
        { "DescribeFleetLocationCapacity", $$"""{"FleetId": "{{None}}", "Location": "custom-local"}""", "NotFoundException", None },
        { "DescribeFleetEvents", $$"""{"FleetId": "{{None}}"}""", "NotFoundException", None },
        { "DescribeRuntimeConfiguration", $$"""{"FleetId": "{{None}}"}""", "NotFoundException", None },
        { "CreateAlias", """{"Name": "a", "RoutingStrategy": {"Type": "SIMPLE"}}""", "InvalidRequestException", "FleetId" },
        { "CreateAlias", """{"Name": "a", "RoutingStrategy": {"Type": "TERMINAL"}}""", "InvalidRequestException", "Message" },
        { "CreateAlias", $$"""{"Name": "a", "RoutingStrategy": {"Type": "SIMPLE", "FleetId": "{{None}}"} }""", "InvalidRequestException", None },
        { "ResolveAlias", """{"AliasId": "alias-none"}""", "NotFoundException", "alias-none" },
        { "CreateGameSessionQueue", """{"Name": "q", "TimeoutInSeconds": 601}""", "InvalidRequestException", "TimeoutInSeconds is 601" },
        { "CreateGameSessionQueue", """{"Name": "q", "TimeoutInSeconds": 9}""", "InvalidRequestException", "from 10 to 600" },
        { "UpdateGameSessionQueue", """{"Name": "q", "TimeoutInSeconds": 0}""", "InvalidRequestException", "from 10 to 600" },
        { "StartGameSessionPlacement", """{"PlacementId": "p", "GameSessionQueueName": "none", "MaximumPlayerSessionCount": 1}""", "NotFoundException", "none" },
        { "StopGameSessionPlacement", """{"PlacementId": "none"}""", "NotFoundException", "none" },
        { "TagResource", """{"ResourceARN": "arn:aws:gamelift:us-west-2::x/y", "Tags": [{"Key": "a", "Value": "b"}]}""", "NotFoundException", "x/y" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task Mistake_is_answered_with_the_service_s_exception(string operation, string json, string code, string words)
    {
        if (json.Contains("{session}", StringComparison.Ordinal))
        {
            json = json.Replace("{session}", (await ActiveSessionAsync("json", players: 1)).GameSessionId, StringComparison.Ordinal);
        }

        var (status, body) = await Api.PostJsonAsync(operation, json);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(["__type", "Message", "message"], body.Select(member => member.Key));
        Assert.Equal($"com.amazonaws.gamelift#{code}", (string?)body["__type"]);
        Assert.Contains(words, (string?)body["Message"], StringComparison.Ordinal);
        Assert.Equal((string?)body["Message"], (string?)body["message"]);
    }

    /// <summary>An error that an operation's clients do not know is one that they cannot catch by name.</summary>
    [Fact]
    public void Every_exception_is_in_the_operation_s_list()
    {
        var model = Amazon.Emulation.Models.ServiceModel.Load("gamelift");
        var unlisted = Mistakes.Select(row => row.Data)
            .Where(row => !model.Operations[row.Item1].Errors.Contains(row.Item3)).Select(row => $"{row.Item1}: {row.Item3}").Distinct();

        // this one is what the service does, although its model does not say so
        Assert.Equal("RegisterCompute: NotFoundException", Assert.Single(unlisted));
    }

    [Fact]
    public async Task Host_that_stops_says_so()
    {
        await Api.Control.DisposeAsync();
        var (status, body) = await Api.PostJsonAsync("CreateLocation", """{"LocationName": "custom-x"}""");
        Assert.Equal((HttpStatusCode.InternalServerError, "com.amazonaws.gamelift#InternalServiceException"), (status, (string?)body["__type"]));
    }
}
