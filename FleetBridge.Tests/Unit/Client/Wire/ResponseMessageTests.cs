using System.Text;
using System.Text.Json.Nodes;
using FleetBridge.Backends;
using FleetBridge.Core.Client.Wire;
using FleetBridge.Core.Requests;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Unit.Client.Wire;

public sealed class ResponseMessageTests
{
    [Theory]
    [InlineData(OverallResult.True, "{\"Overall Result\":\"True\"}")]
    [InlineData(OverallResult.False, "{\"Overall Result\":\"False\"}")]
    [InlineData(OverallResult.InvalidSettings, "{\"Overall Result\":\"Invalid Settings\"}")]
    public void Result_is_the_editors_word_for_it(OverallResult result, string expected) =>
        Assert.Equal(expected, Write(new BackendResult { Overall = result }));

    [Fact]
    public void Failure_has_result_error_with_remedy_and_details_in_this_order() =>
        Assert.Equal(
            "{\"Overall Result\":\"False\",\"Error\":\"It is broken. Fix it.\",\"Details\":{\"Id\":7,\"None\":null}}",
            Write(BackendResult.Failure("It is broken.", "Fix it.", new JsonObject { ["Id"] = 7, ["None"] = null })));

    [Fact]
    public void Flat_response_has_its_members_beside_the_result() =>
        Assert.Equal(
            "{\"Overall Result\":\"True\",\"prefix\":\"x\",\"gate\":null}",
            Write(BackendResult.Success(new JsonObject { ["prefix"] = "x", ["gate"] = null }), ResponseShape.Flat));

    [Theory]
    [InlineData("ä€🚀", "\\u00e4\\u20ac\\ud83d\\ude80")]
    [InlineData("<Header>\"A & 'B'\"</>\n\t", "<Header>\\\"A & 'B'\\\"</>\\n\\t")]
    [InlineData("C:\\x\u007f\u0000", "C:\\\\x\\u007f\\u0000")]
    public void Text_is_ascii_with_the_rest_escaped(string text, string expected)
    {
        var json = Write(BackendResult.Failure(text, details: new JsonObject { [text] = text }));
        Assert.Equal(
            $"{{\"Overall Result\":\"False\",\"Error\":\"{expected}\",\"Details\":{{\"{expected}\":\"{expected}\"}}}}", json);
    }

    [Fact]
    public void Half_a_surrogate_pair_becomes_the_replacement_character() =>
        Assert.Equal(
            "{\"Overall Result\":\"False\",\"Error\":\"cut \\ufffd off\"}", Write(BackendResult.Failure("cut \ud83d off")));

    public static TheoryData<string> DetailsWithNamesAlike => new()
    {
        "{\"Id\": 1, \"ID\": 2}",
        "{\"a\": {\"b\": [[{\"x\": 1, \"X\": 2}]]}}",
        "{\"a\": 1, \"a\": 2}",
    };

    [Theory]
    [MemberData(nameof(DetailsWithNamesAlike))]
    public void Names_that_differ_by_case_only_become_a_failure(string details)
    {
        var json = JsonNode.Parse(Write(BackendResult.Success(JsonNode.Parse(details)!.AsObject())))!;
        Assert.Equal("False", (string?)json["Overall Result"]);
        Assert.StartsWith("A bug in the backend", (string?)json["Error"], StringComparison.Ordinal);
        Assert.Null(json["Details"]);
    }

    [Fact]
    public void Names_alike_in_different_objects_are_fine()
    {
        var details = new JsonObject { ["Id"] = new JsonObject { ["ID"] = 1 }, ["List"] = new JsonArray(1, null, new JsonObject()) };
        Assert.Equal(
            "{\"Overall Result\":\"True\",\"Details\":{\"Id\":{\"ID\":1},\"List\":[1,null,{}]}}",
            Write(BackendResult.Success(details)));
    }

    [Fact]
    public void Flat_member_that_is_called_like_the_result_becomes_a_failure()
    {
        var json = JsonNode.Parse(Write(
            BackendResult.Success(new JsonObject { ["overall result"] = "True" }), ResponseShape.Flat))!;
        Assert.Equal("False", (string?)json["Overall Result"]);
        Assert.NotNull(json["Error"]);
    }

    [Fact]
    public void Number_that_json_does_not_have_becomes_a_failure() => AssertRefused(JsonValue.Create(double.NaN));

    [Fact]
    public void Details_deeper_than_json_may_be_become_a_failure()
    {
        JsonNode details = new JsonObject();
        for (var depth = 0; depth < 2_000; depth++)
        {
            details = new JsonArray(details);
        }

        AssertRefused(details);
    }

    public static TheoryData<string> Responses => [.. Known.Keys];

    /// <summary>A response comes back as it was sent, except that the remedy is part of the error.</summary>
    [Theory]
    [MemberData(nameof(Responses))]
    public void Response_is_read_as_it_was_written(string name)
    {
        var response = Known[name];
        var read = ResponseMessage.Read(
            ResponseMessage.Write(response).Span, HttpStatus.Read(HttpStatus.Of(response.Status))!.Value, response.Shape)!;
        Assert.Equal(
            (response.Status, response.Overall, response.Error, response.Shape, response.ExitCode),
            (read.Status, read.Overall, read.Error, read.Shape, read.ExitCode));
        Assert.True(JsonNode.DeepEquals(response.Details, read.Details), $"{read.Details}");
        Assert.Equal(response.State, read.State);
        Assert.Equal(response.Left, read.Left);
        Assert.Equal(ResponseMessage.ToJson(response).ToJsonString(), ResponseMessage.ToJson(read).ToJsonString());
    }

    [Theory]
    [InlineData("{\"Overall Result\":\"Yes\"}", "False", null)]
    [InlineData("  {\"Overall Result\":\"True\",\"Error\":7,\"Details\":[1],\"More\":{}}\n", "True", "7")]
    [InlineData("{\"Overall Result\":\"False\",\"Error\":{\"a\":1},\"Details\":\"x\"}", "False", null)]
    public void Members_of_another_type_are_left_out(string json, string word, string? error)
    {
        var response = ResponseMessage.Read(Encoding.UTF8.GetBytes(json), ResponseStatus.Completed, ResponseShape.Nested)!;
        Assert.Equal((word, error), (ResultWord.Of(response.Overall), response.Error));
        Assert.Null(response.Details);
        Assert.Null(response.State);
        Assert.Empty(response.Left);
    }

    [Fact]
    public void State_and_left_of_another_type_are_left_out()
    {
        var response = BridgeResponse.Completed(BackendResult.Success(new JsonObject
        {
            ["State"] = new JsonObject(),
            ["Left"] = new JsonArray(new JsonObject(), "a group", null),
        }));
        Assert.Null(response.State);
        Assert.Equal(["a group"], response.Left);
    }

    [Theory]
    [MemberData(nameof(HostileJson.Bodies), MemberType = typeof(HostileJson), DisableDiscoveryEnumeration = true)]
    [InlineData("no result", "{\"Error\":\"No.\"}")]
    [InlineData("result that is no text", "{\"Overall Result\":true}")]
    public void What_no_bridge_sends_is_not_read(string _, string json) => Assert.All(
        [ResponseShape.Nested, ResponseShape.Flat],
        shape => Assert.Null(ResponseMessage.Read(HostileJson.Bytes(json), ResponseStatus.Completed, shape)));

    private static readonly Dictionary<string, BridgeResponse> Known = new()
    {
        ["success"] = BridgeResponse.Completed(BackendResult.Success()),
        ["success with details"] = BridgeResponse.Completed(BackendResult.Success(new JsonObject
        {
            ["State"] = "ACTIVE",
            ["Left"] = new JsonArray("a log group", "another"),
            ["Nested"] = new JsonObject { ["None"] = null, ["Text"] = "\u00e4\ud83d\ude80" },
        })),
        ["failure"] = BridgeResponse.Completed(BackendResult.Failure("It is broken.", "Fix it.", new JsonObject { ["Id"] = 7 })),
        ["invalid settings"] = BridgeResponse.Completed(BackendResult.InvalidSettings(["Unknown setting 'a'."])),
        ["not loaded"] = BridgeResponse.NotLoaded("It cannot be loaded."),
        ["malformed"] = BridgeResponse.Malformed("The path is missing."),
        ["not found"] = BridgeResponse.NotFound("There is no such path."),
        ["flat"] = BridgeResponse.Completed(BackendResult.Success(new JsonObject { ["prefix"] = "x", ["Details"] = "text", ["gate"] = null }))
            with
        { Shape = ResponseShape.Flat },
        ["flat failure"] = BridgeResponse.Completed(BackendResult.InvalidSettings(["Unknown setting 'a'."])) with { Shape = ResponseShape.Flat },
        ["flat not loaded"] = BridgeResponse.NotLoaded("It cannot be loaded.") with { Shape = ResponseShape.Flat },
        ["flat not found"] = BridgeResponse.NotFound("There is no such backend.") with { Shape = ResponseShape.Flat },
    };

    private static void AssertRefused(JsonNode? value)
    {
        var json = JsonNode.Parse(Write(BackendResult.Success(new JsonObject { ["Value"] = value })))!;
        Assert.Equal("False", (string?)json["Overall Result"]);
        Assert.StartsWith("A bug in the backend", (string?)json["Error"], StringComparison.Ordinal);
    }

    private static string Write(BackendResult result, ResponseShape shape = ResponseShape.Nested)
    {
        var bytes = ResponseMessage.Write(BridgeResponse.Completed(result) with { Shape = shape }).ToArray();
        Assert.All(bytes, value => Assert.InRange(value, 0x20, 0x7E));
        return Encoding.ASCII.GetString(bytes);
    }
}
