using System.Text;
using System.Text.Json.Nodes;
using FleetBridge.Backends;
using FleetBridge.Core.Client.Wire;
using FleetBridge.Core.Hosting;
using FleetBridge.Core.Requests;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Unit.Client.Wire;

/// <summary>Each message is read as it was written, and whatever it may be that was received instead does no harm.</summary>
public sealed class WireMessageTests
{
    /// <summary>What may be where an object is expected.</summary>
    public static TheoryData<string> Shapes => ["null", "7", "\"x\"", "[]", "[null,7,\"x\",[],{}]", "{}", "{\"a\":{}}"];

    [Fact]
    public void Metadata_is_read_as_it_was_written()
    {
        var metadata = new BackendMetadata(
            "Type", "<Header>Text</>\n", [new("A", "a", [new("Check", "/d/a/check"), new("Create", "/d/a_create")]), new("B", "", [])]);
        var read = MetadataMessage.Read(Sent(MetadataMessage.Write(metadata)))!;
        Assert.Equal((metadata.FleetType, metadata.FleetDescription), (read.FleetType, read.FleetDescription));
        Assert.Equal(metadata.Components.Select(Flatten), read.Components.Select(Flatten));
        static string Flatten(MetadataComponent component) => $"{component.Name}|{component.Description}|{string.Join(",", component.Requests)}";
    }

    [Fact]
    public void Metadata_has_the_members_of_a_backends_file()
    {
        var written = MetadataMessage.Write(new BackendMetadata("T", "D", [new("A", "a", [new("Check", "/d/a/check")])]));
        Assert.Equal(
            """{"Fleet Type":"T","Fleet Description":"D","Components":[{"Name":"A","Description":"a","Requests":[{"Name":"Check","RequestPath":"/d/a/check"}]}]}""",
            written.ToJsonString());
        Assert.Equal("T", BackendMetadata.Parse(Encoding.UTF8.GetBytes(written.ToJsonString())).FleetType);
    }

    [Fact]
    public void Resources_are_read_as_they_were_written()
    {
        ResourceOutline[] resources =
        [
            new("a", "d/a", ["check", "create"], [], CostOfKeeping: null),
            new("b", "d/b", [], ["d/a"], "It is billed by the hour."),
        ];
        var read = ResourcesMessage.Read(Sent(ResourcesMessage.Write(resources)))!;
        Assert.Equal(resources.Select(Flatten), read.Select(Flatten));
        static string Flatten(ResourceOutline resource) =>
            $"{resource.Name}|{resource.Path}|{string.Join(",", resource.Operations)}|{string.Join(",", resource.DependsOn)}|{resource.CostOfKeeping}";
    }

    [Fact]
    public void Config_is_read_as_it_was_written()
    {
        Assert.True(Settings.TryResolve(
            [new("prefix", "…", "[name]-x"), new("name", "…"), new("Details", "…", "y")],
            new Dictionary<string, string> { ["name"] = "n" },
            out var settings,
            out _));
        var written = ConfigMessage.Write(settings);
        var read = ResponseMessage.Read(ResponseMessage.Write(written).Span, written.Status, ConfigMessage.Shape)!;
        Assert.Equal(
            [("prefix", "n-x"), ("name", "n"), ("Details", "y")],
            ConfigMessage.Read(read).Select(setting => (setting.Key, setting.Default)));
    }

    [Fact]
    public void Checks_are_read_as_they_were_written()
    {
        NamedCheckResult[] results =
        [
            new("clock", new(CheckStatus.Ok, "It is right.")),
            new("profile", new(CheckStatus.Warning, "It is old.", "Renew it.")),
            new("network", new(CheckStatus.Failed, "There is none.", "Connect it.")),
        ];
        var written = ChecksMessage.Write(results);
        Assert.Equal((OverallResult.False, "Failed: network. 'fleetbridge doctor' says how to fix it."), (written.Overall, written.Error));
        Assert.Equal(OverallResult.True, ChecksMessage.Write(results[..2]).Overall);
        Assert.Equal(results, ChecksMessage.Read(ResponseMessage.Read(
            ResponseMessage.Write(written).Span, ResponseStatus.Completed, ResponseShape.Nested)!));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Health_is_read_as_it_was_written(bool isKnown)
    {
        BackendStatus[] backends =
        [
            new("aws", "1", ["aws_backend"], 3, "/b/aws/1", BackendState.Outdated, "It does not compile."),
            new("hello", "1", [], 0, "/b/hello/1", BackendState.Loading, null),
        ];
        var health = new HealthMessage
        {
            Version = "1.2.3",
            ProcessId = 4711,
            HttpPort = 8000,
            WebSocketPort = 8765,
            IsReady = true,
            IsStopping = true,
            Backends = isKnown ? backends : null,
        };
        var read = HealthMessage.Read(health.Write())!;
        Assert.Equal(health with { Backends = null }, read with { Backends = null });
        Assert.Equal(isKnown ? backends.Select(Flatten) : null, read.Backends?.Select(Flatten));
        static string Flatten(BackendStatus status) => $"{status with { Aliases = [] }}|{string.Join(",", status.Aliases)}";
    }

    [Fact]
    public void Health_of_a_host_is_read_as_it_was_written()
    {
        var health = new HealthMessage
        {
            Version = "1.2.3",
            Process = HealthMessage.Host,
            ProcessId = 4711,
            HttpPort = 9080,
            TlsPort = 9443,
            Store = "/state/host/fleet.db",
            IsReady = true,
        };
        Assert.Equal(health, HealthMessage.Read(health.Write()));
    }

    [Theory]
    [InlineData("7")]
    [InlineData("99")]
    [InlineData("\"Splendid\"")]
    [InlineData("null")]
    [InlineData("{}")]
    public void State_that_is_not_known_counts_as_failed(string state)
    {
        var statuses = JsonNode.Parse($$"""[{"name":"a","version":"1","state":{{state}}}]""")!.AsArray();
        Assert.Equal(BackendState.Failed, BackendStatusMessage.Read(statuses).Single().State);
        var checks = JsonNode.Parse($$"""{"Checks":[{"Name":"a","State":{{state}}}]}""")!.AsObject();
        Assert.Equal(
            CheckStatus.Failed,
            ChecksMessage.Read(BridgeResponse.Completed(BackendResult.Success(checks)))!.Single().Result.State);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Details_of_any_shape_are_read_as_what_they_have(string shape)
    {
        JsonNode? Shape() => JsonNode.Parse(shape);
        Assert.Null(MetadataMessage.Read(Shape()));
        Assert.Null(ResourcesMessage.Read(Shape()));
        foreach (var member in (string[])["Components", "Requests", "Resources", "Checks", "backends"])
        {
            var json = new JsonObject { [member] = Shape() };
            _ = MetadataMessage.Read(json);
            _ = MetadataMessage.Read(new JsonObject { ["Components"] = new JsonArray(new JsonObject { [member] = Shape() }) });
            _ = ResourcesMessage.Read(json);
            _ = ResourcesMessage.Read(new JsonObject { ["Resources"] = new JsonArray(new JsonObject { ["Operations"] = Shape() }) });
            _ = ChecksMessage.Read(BridgeResponse.Completed(BackendResult.Success(json)));
            _ = ConfigMessage.Read(BridgeResponse.Completed(BackendResult.Success(json)));
            _ = HealthMessage.Read(Encoding.UTF8.GetBytes($$"""{"name":"FleetBridge","{{member}}":{{shape}},"pid":{{shape}},"version":{{shape}}}"""));
        }

        Assert.Null(HealthMessage.Read(Encoding.UTF8.GetBytes($$"""{"name":{{shape}}}""")));
    }

    [Theory]
    [MemberData(nameof(HostileJson.Bodies), MemberType = typeof(HostileJson), DisableDiscoveryEnumeration = true)]
    public void Health_that_no_bridge_sends_is_not_read(string _, string json) => Assert.Null(HealthMessage.Read(HostileJson.Bytes(json)));

    /// <summary>Written, sent, and parsed again.</summary>
    private static JsonObject? Sent(JsonObject details) => ResponseMessage.Read(
        ResponseMessage.Write(BridgeResponse.Completed(BackendResult.Success(details))).Span,
        ResponseStatus.Completed,
        ResponseShape.Nested)!.Details;
}
