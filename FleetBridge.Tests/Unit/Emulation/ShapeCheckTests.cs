using System.Text;
using System.Text.Json.Nodes;
using Amazon.Emulation.GameLift.Model;
using Amazon.Emulation.Models;
using Amazon.Emulation.Shapes;

namespace FleetBridge.Tests.Unit.Emulation;

/// <summary>Constraints of the model, checked on shapes, and the same on JSON: one set of words.</summary>
public sealed class ShapeCheckTests
{
    private const string Fleet = "\"FleetId\": \"fleet-1\"";
    private const string Maximum = "\"MaximumPlayerSessionCount\": 1";

    private static readonly string SeventeenProperties = string.Join(", ", Enumerable.Repeat("{\"Key\": \"k\", \"Value\": \"v\"}", 17));

    public static TheoryData<string, string> Good => new()
    {
        { "CreateGameSession", $$"""{{{Maximum}}}""" },
        { "CreateGameSession", $$"""{{{Fleet}}, {{Maximum}}, "GameProperties": [], "Name": "a"}""" },
        { "CreateGameSession", """{"FleetId": "arn:aws:gamelift:us-west-2:1:fleet/fleet-1", "MaximumPlayerSessionCount": 0}""" },
        { "CreateGameSession", """{"FleetId": "containerfleet-1", "MaximumPlayerSessionCount": 2147483647}""" },
        { "CreateGameSession", $$"""{{{Fleet}}, {{Maximum}}, "IdempotencyToken": "{{new string('a', 48)}}"}""" },
        { "CreateGameSession", $$"""{{{Fleet}}, {{Maximum}}, "GameSessionData": "{{new string('a', 262_144)}}"}""" },
        { "CreateGameSession", $$"""{{{Fleet}}, {{Maximum}}, "GameProperties": [{"Key": "", "Value": ""}]}""" },
        { "RegisterCompute", $$"""{{{Fleet}}, "ComputeName": "a/b", "IpAddress": "::ffff:127.0.0.1", "Location": "custom-x"}""" },
        { "CreateLocation", """{"LocationName": "custom-x"}""" },
        { "CreateAlias", """{"Name": " x ", "RoutingStrategy": {"Type": "SIMPLE"}}""" },
        { "CreateFleet", """{"Name": "a", "ComputeType": "ANYWHERE", "AnywhereConfiguration": {"Cost": "10.5"}}""" },
        { "CreatePlayerSessions", """{"GameSessionId": "arn:a", "PlayerIds": ["a"], "PlayerDataMap": {"a": "b"}}""" },
        { "ListFleets", "{}" },
        { "ListFleets", """{"Limit": 1}""" },
        { "DescribeMatchmaking", """{"TicketIds": ["a"]}""" },
    };

    public static TheoryData<string, string, string> Bad => new()
    {
        { "CreateGameSession", "{}", "Value null at 'maximumPlayerSessionCount' failed to satisfy constraint: Member must not be null" },
        { "CreateGameSession", $$"""{"FleetId": "", {{Maximum}}}""", "at 'fleetId' failed to satisfy constraint: Member must satisfy regular expression pattern" },
        { "CreateGameSession", $$"""{"FleetId": "fleet-1 ", {{Maximum}}}""", "at 'fleetId'" },
        { "CreateGameSession", $$"""{"FleetId": "fleet-1\n", {{Maximum}}}""", "at 'fleetId'" },
        { "CreateGameSession", $$"""{"FleetId": "my fleet-1", {{Maximum}}}""", "at 'fleetId'" },
        { "CreateGameSession", $$"""{"FleetId": "fleet-é", {{Maximum}}}""", "at 'fleetId'" },
        { "CreateGameSession", $$"""{"FleetId": "build-1", {{Maximum}}}""", "at 'fleetId'" },
        { "CreateGameSession", $$"""{"AliasId": "alias-", {{Maximum}}}""", "at 'aliasId'" },
        { "CreateGameSession", $$"""{{{Fleet}}, "MaximumPlayerSessionCount": -1}""", "Member must have value greater than or equal to 0" },
        { "CreateGameSession", $$"""{{{Fleet}}, {{Maximum}}, "Name": ""}""", "Member must have length greater than or equal to 1" },
        { "CreateGameSession", $$"""{{{Fleet}}, {{Maximum}}, "Name": "{{new string('a', 1025)}}"}""", "Member must have length less than or equal to 1024" },
        { "CreateGameSession", $$"""{{{Fleet}}, {{Maximum}}, "IdempotencyToken": "a_b"}""", "at 'idempotencyToken'" },
        { "CreateGameSession", $$"""{{{Fleet}}, {{Maximum}}, "IdempotencyToken": "{{new string('a', 49)}}"}""", "at 'idempotencyToken'" },
        { "CreateGameSession", $$"""{{{Fleet}}, {{Maximum}}, "GameSessionId": "a/b"}""", "at 'gameSessionId'" },
        { "CreateGameSession", $$"""{{{Fleet}}, {{Maximum}}, "Location": "a b"}""", "at 'location'" },
        { "CreateGameSession", $$"""{{{Fleet}}, {{Maximum}}, "GameSessionData": "{{new string('a', 262_145)}}"}""", "at 'gameSessionData'" },
        { "CreateGameSession", $$"""{{{Fleet}}, {{Maximum}}, "GameProperties": [{"Key": "a", "Value": "b"}, {"Key": "a"}]}""", "Value null at 'gameProperties.2.member.value'" },
        { "CreateGameSession", $$"""{{{Fleet}}, {{Maximum}}, "GameProperties": [{"Key": "{{new string('k', 33)}}", "Value": "b"}]}""", "at 'gameProperties.1.member.key'" },
        { "CreateGameSession", $$"""{{{Fleet}}, {{Maximum}}, "GameProperties": [{"Key": "k", "Value": "{{new string('v', 97)}}"}]}""", "at 'gameProperties.1.member.value'" },
        { "CreateGameSession", $$"""{{{Fleet}}, {{Maximum}}, "GameProperties": [{{SeventeenProperties}}]}""", "Member must have length less than or equal to 16" },
        { "TerminateGameSession", """{"GameSessionId": "arn:a", "TerminationMode": "SOON"}""", "Member must satisfy enum value set: [TRIGGER_ON_PROCESS_TERMINATE, FORCE_TERMINATE]" },
        { "TerminateGameSession", """{"GameSessionId": "arn:a", "TerminationMode": "force_terminate"}""", "at 'terminationMode'" },
        { "TerminateGameSession", """{"GameSessionId": "arn:a"}""", "Value null at 'terminationMode'" },
        { "RegisterCompute", $$"""{{{Fleet}}}""", "Value null at 'computeName'" },
        { "RegisterCompute", $$"""{{{Fleet}}, "ComputeName": "a b"}""", "at 'computeName'" },
        { "RegisterCompute", $$"""{{{Fleet}}, "ComputeName": "a", "IpAddress": "localhost"}""", "at 'ipAddress'" },
        { "RegisterCompute", $$"""{{{Fleet}}, "ComputeName": "a", "DnsName": "a/b"}""", "at 'dnsName'" },
        { "CreateLocation", """{"LocationName": "lab"}""", "at 'locationName'" },
        { "CreateLocation", """{"LocationName": "custom-a_b"}""", "at 'locationName'" },
        { "CreateLocation", """{}""", "Value null at 'locationName'" },
        { "CreateFleet", """{"Name": "a", "AnywhereConfiguration": {}}""", "Value null at 'anywhereConfiguration.cost'" },
        { "CreateFleet", """{"Name": "a", "AnywhereConfiguration": {"Cost": "ten"}}""", "at 'anywhereConfiguration.cost'" },
        { "CreateFleet", """{"Name": "a", "ComputeType": "CLOUD"}""", "Member must satisfy enum value set: [EC2, ANYWHERE]" },
        { "CreateFleet", """{"Name": "a", "RuntimeConfiguration": {"GameSessionActivationTimeoutSeconds": 601}}""", "at 'runtimeConfiguration.gameSessionActivationTimeoutSeconds'" },
        { "CreateFleet", """{"Name": "a", "RuntimeConfiguration": {"ServerProcesses": [{"LaunchPath": "/a"}]}}""", "Value null at 'runtimeConfiguration.serverProcesses.1.member.concurrentExecutions'" },
        { "CreateFleet", """{"Name": "a", "Tags": [{"Key": "", "Value": ""}]}""", "at 'tags.1.member.key'" },
        { "CreateAlias", """{"Name": "  ", "RoutingStrategy": {"Type": "SIMPLE"}}""", "at 'name'" },
        { "CreateAlias", """{"Name": "a", "RoutingStrategy": {"Type": "RANDOM"}}""", "at 'routingStrategy.type'" },
        { "CreatePlayerSession", """{"GameSessionId": "arn a", "PlayerId": "p"}""", "at 'gameSessionId'" },
        { "CreatePlayerSession", """{"GameSessionId": "arn:a", "PlayerId": ""}""", "at 'playerId'" },
        { "CreatePlayerSession", """{"GameSessionId": "arn:a"}""", "Value null at 'playerId'" },
        { "CreatePlayerSessions", """{"GameSessionId": "arn:a", "PlayerIds": []}""", "at 'playerIds'" },
        { "CreatePlayerSessions", """{"GameSessionId": "arn:a", "PlayerIds": ["a", ""]}""", "at 'playerIds.2.member'" },
        { "CreatePlayerSessions", """{"GameSessionId": "arn:a", "PlayerIds": ["a"], "PlayerDataMap": {"": "b"}}""", "at 'playerDataMap.key'" },
        { "CreatePlayerSessions", $$"""{"GameSessionId": "arn:a", "PlayerIds": ["a"], "PlayerDataMap": {"a": "{{new string('d', 2049)}}"} }""", "at 'playerDataMap.a.member'" },
        { "ListFleets", """{"Limit": 0}""", "at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1" },
        { "ListFleets", """{"NextToken": ""}""", "at 'nextToken'" },
        { "DescribePlayerSessions", """{"PlayerSessionId": "session"}""", "at 'playerSessionId'" },
        { "UpdateGameSession", """{"GameSessionId": "arn:a", "ProtectionPolicy": "no"}""", "at 'protectionPolicy'" },
        { "CreateGameSessionQueue", """{"Name": "my queue"}""", "at 'name'" },
        { "StartGameSessionPlacement", """{"PlacementId": "a.b", "GameSessionQueueName": "q", "MaximumPlayerSessionCount": 1}""", "at 'placementId'" },
    };

    [Theory]
    [MemberData(nameof(Good))]
    public void What_keeps_the_constraints_is_accepted(string operation, string json)
    {
        Assert.Equal([], OfShape(operation, json));
        Assert.Equal([], OfJson(operation, json));
    }

    [Theory]
    [MemberData(nameof(Bad))]
    public void What_breaks_a_constraint_is_said_in_AWS_s_words(string operation, string json, string words)
    {
        var broken = OfShape(operation, json);
        Assert.Contains(broken, problem => problem.Contains(words, StringComparison.Ordinal));
        Assert.All(broken, problem => Assert.True(problem.Length < 700, problem));

        // the emulator checks JSON; only how a whole list is shown differs
        Assert.Equal(OfJson(operation, json).Select(Constraint), broken.Select(Constraint));
    }

    [Fact]
    public void All_that_is_broken_is_said_in_one_sentence()
    {
        var check = new ShapeCheck();
        new RegisterComputeRequest { FleetId = "1", IpAddress = "here" }.Check(check);
        Assert.Equal(3, check.Broken.Count);
        Assert.StartsWith("3 validation errors detected: Value '1' at 'fleetId' failed to satisfy constraint: ", check.Sentence, StringComparison.Ordinal);
        Assert.Equal("1 validation error detected: x", ShapeCheck.SentenceOf(["x"]));
    }

    [Fact]
    public void Every_pattern_answers_in_time_whatever_the_text()
    {
        var hostile = new[] { new string('a', 1000), new string('-', 1000), new string(' ', 1000), "arn:" + new string(':', 1000), new string('/', 500) + "\n" };
        foreach (var shape in ServiceModel.Load("gamelift").Shapes.Values.Where(shape => shape.Constraint.Pattern is not null))
        {
            foreach (var text in hostile)
            {
                var watch = System.Diagnostics.Stopwatch.StartNew();
                _ = shape.Constraint.Accepts(text);
                Assert.True(watch.Elapsed < TimeSpan.FromMilliseconds(900), $"{shape.Name} takes {watch.Elapsed} for {text[..5]}…");
            }
        }
    }

    private static string Constraint(string problem) =>
        problem.StartsWith("Value null", StringComparison.Ordinal) ? problem : problem[problem.LastIndexOf("' at '", StringComparison.Ordinal)..];

    private static IReadOnlyList<string> OfShape(string operation, string json)
    {
        var type = typeof(CreateFleetRequest).Assembly.GetType($"Amazon.Emulation.GameLift.Model.{operation}Request", throwOnError: true)!;
        return (IReadOnlyList<string>)typeof(ShapeCheckTests).GetMethod(nameof(Checked), System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static)!
            .MakeGenericMethod(type).Invoke(null, [json])!;
    }

    private static IReadOnlyList<string> Checked<T>(string json)
        where T : class, IShape<T>
    {
        var check = new ShapeCheck();
        JsonShapeReader.Document<T>(Encoding.UTF8.GetBytes(json))!.Check(check);
        Assert.Equal(check.Broken.Count == 0, check.IsKept);
        return check.Broken;
    }

    private static List<string> OfJson(string operation, string json)
    {
        var model = ServiceModel.Load("gamelift");
        var check = ModelCheck.Of(model, model.Operations[operation].Input!, JsonNode.Parse(json)!.AsObject());
        Assert.Equal([], check.Unreadable);
        return check.Broken;
    }
}
