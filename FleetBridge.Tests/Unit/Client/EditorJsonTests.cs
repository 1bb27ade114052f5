using System.Text;
using System.Text.Json.Nodes;
using FleetBridge.Backends;
using FleetBridge.Core.Client;
using FleetBridge.Core.Requests;

namespace FleetBridge.Tests.Unit.Client;

public sealed class EditorJsonTests
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
            "{\"Overall Result\":\"False\",\"Error\":\"It is broken. Mend it.\",\"Details\":{\"Id\":7,\"None\":null}}",
            Write(BackendResult.Failure("It is broken.", "Mend it.", new JsonObject { ["Id"] = 7, ["None"] = null })));

    [Fact]
    public void Flat_answer_has_its_members_beside_the_result() =>
        Assert.Equal(
            "{\"Overall Result\":\"True\",\"prefix\":\"x\",\"gate\":null}",
            Write(BackendResult.Success(new JsonObject { ["prefix"] = "x", ["gate"] = null }), AnswerBody.Flat));

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
            BackendResult.Success(new JsonObject { ["overall result"] = "True" }), AnswerBody.Flat))!;
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

    private static void AssertRefused(JsonNode? value)
    {
        var json = JsonNode.Parse(Write(BackendResult.Success(new JsonObject { ["Value"] = value })))!;
        Assert.Equal("False", (string?)json["Overall Result"]);
        Assert.StartsWith("A bug in the backend", (string?)json["Error"], StringComparison.Ordinal);
    }

    private static string Write(BackendResult result, AnswerBody body = AnswerBody.Result)
    {
        var bytes = EditorJson.Write(new BridgeAnswer(AnswerStatus.Answered, result, body)).ToArray();
        Assert.All(bytes, value => Assert.InRange(value, 0x20, 0x7E));
        return Encoding.ASCII.GetString(bytes);
    }
}
