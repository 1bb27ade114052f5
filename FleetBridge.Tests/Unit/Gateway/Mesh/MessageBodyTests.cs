using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FleetBridge.Gateway.Mesh.RabbitMq;
using FleetBridge.Gateway.Wire;

namespace FleetBridge.Tests.Unit.Gateway.Mesh;

/// <summary>The bodies and properties of messages, byte by byte as nuropb 0.1.8 reads and writes them.</summary>
public sealed class MessageBodyTests
{
    private const string Id = "0123456789abcdef0123456789abcdef";

    [Theory]
    [InlineData("request")]
    [InlineData("command")]
    public void Call_has_every_key_that_a_service_reads(string tag)
    {
        var kind = MeshProtocol.ReadKind(tag)!.Value;
        var body = MessageBody.Call(kind, Id, "t1", "orders", "add", JsonElement.Parse("""{"sku": "é"}"""), json => json.WriteString("user_id", "ann"));

        AssertJson(
            $$$"""{"tag":"{{{tag}}}","correlation_id":"{{{Id}}}","trace_id":"t1","context":{"user_id":"ann"},"service":"orders","method":"add","params":{"sku":"é"}}""",
            body);
    }

    [Fact]
    public void Call_without_parameters_and_trace_has_an_empty_object_and_null()
    {
        var body = MessageBody.Call(MessageKind.Request, Id, null, "orders", "list", default, null);

        AssertJson($$$"""{"tag":"request","correlation_id":"{{{Id}}}","trace_id":null,"context":{},"service":"orders","method":"list","params":{}}""", body);
    }

    [Fact]
    public void Event_has_topic_event_and_target()
    {
        var body = MessageBody.Event(Id, null, "orders.added", "[1,null]"u8, null);

        AssertJson(
            $$"""{"tag":"event","correlation_id":"{{Id}}","trace_id":null,"context":{},"topic":"orders.added","event":[1,null],"target":null}""", body);
    }

    [Fact]
    public void Batch_is_an_array_of_events_and_what_is_none_of_them_is_null()
    {
        var body = MessageBody.Batch([MessageBody.Event(Id, null, "a", "1"u8, null), "{}"u8.ToArray(), MessageBody.Event("2", null, "b", "[2]"u8, null)]);

        Assert.Equal(
            [$"a 1 {Id}", null, "b [2] 2"], MessageBody.ReadBatch(body)!.Select(one => one is null ? null : $"{one.Topic} {one.Event} {one.CorrelationId}"));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[")]
    public void Body_that_is_no_array_is_no_batch(string body) => Assert.Null(MessageBody.ReadBatch(Encoding.UTF8.GetBytes(body)));

    [Fact]
    public void Response_has_an_empty_context_result_error_warning_and_reply_to()
    {
        AssertJson(
            $$"""{"tag":"response","correlation_id":"{{Id}}","trace_id":"t","context":{},"result":{"a":1},"error":null,"warning":null,"reply_to":""}""",
            MessageBody.Response(Id, "t", """{"a":1}"""u8));
    }

    [Fact]
    public void Error_has_a_description_which_clients_require()
    {
        AssertJson(
            $$"""
            {"tag":"response","correlation_id":"{{Id}}","trace_id":null,"context":{},"result":null,
             "error":{"error":"forbidden","description":"No.","retryable":true},"warning":null,"reply_to":""}
            """,
            MessageBody.Response(Id, null, new WireError("forbidden", "No.", Retryable: true)));
    }

    [Theory]
    [InlineData("""{"result": {"a": [1]}, "error": null}""", """{"a": [1]}""", null)]
    [InlineData("""{"error":{"error":"ValueError","description":"bad"},"result":null,"other":{"result":5}}""", "null", "ValueError: bad")]
    [InlineData("""{"result":1,"error":{"description":5}}""", "1", "error: 5")]
    [InlineData("""{"result":1,"error":"text"}""", "1", "error: \"text\"")]
    public void Response_of_a_service_is_read(string json, string result, string? error)
    {
        Assert.True(MessageBody.TryReadResponse(Encoding.UTF8.GetBytes(json), out var read, out var problem));
        Assert.Equal(result, Encoding.UTF8.GetString(read.Span));
        Assert.Equal(error, problem is null ? null : $"{problem.Error}: {problem.Description}");
    }

    [Theory]
    [InlineData("""{"result":1}""")]
    [InlineData("""{"error":null}""")]
    [InlineData("[]")]
    [InlineData("")]
    [InlineData("""{"result":1,"error":nul""")]
    public void Other_bodies_are_no_response(string json) =>
        Assert.False(MessageBody.TryReadResponse(Encoding.UTF8.GetBytes(json), out _, out _));

    [Theory]
    [InlineData("""{"service":"s","method":"m","params":{},"context":{}}""", true)]
    [InlineData("""{"service":"s","method":"m","params":{}}""", false)]
    [InlineData("""{"service":"s","method":"m","params":[],"context":{}}""", false)]
    [InlineData("""{"service":"","method":"m","params":{},"context":{}}""", false)]
    [InlineData("""{"service":"s","params":{},"context":{}}""", false)]
    [InlineData("""{"service":"\ud800","method":"m","params":{},"context":{}}""", false)]
    [InlineData("not json", false)]
    public void Request_is_read_when_it_has_all_keys(string json, bool isOne) =>
        Assert.Equal(isOne, MessageBody.ReadCall(Encoding.UTF8.GetBytes(json)) is not null);

    [Fact]
    public void Properties_of_a_request_have_five_headers_and_the_ttl()
    {
        var properties = MessageProperties.Make(MessageKind.Request, Id, null, TimeSpan.FromSeconds(1.5));

        Assert.Equal("application/json", properties.ContentType);
        Assert.Equal(Id, properties.CorrelationId);
        Assert.Equal("amq.rabbitmq.reply-to", properties.ReplyTo);
        Assert.Equal("1500", properties.Expiration);
        Assert.False(properties.IsDeliveryModePresent());
        Assert.False(properties.IsMessageIdPresent() || properties.IsTypePresent() || properties.IsTimestampPresent() || properties.IsAppIdPresent());
        Assert.Equal(
            new Dictionary<string, object?>
            {
                ["nuropb_protocol"] = "0.1.1",
                ["nuropb_version"] = "0.1.8",
                ["nuropb_type"] = "request",
                ["trace_id"] = null,
                ["encrypted"] = "",
            },
            properties.Headers);
    }

    [Theory]
    [InlineData("event")]
    [InlineData("response")]
    public void Properties_of_others_have_no_ttl_and_an_empty_reply_to(string tag)
    {
        var properties = MessageProperties.Make(MeshProtocol.ReadKind(tag)!.Value, Id, "t");

        Assert.Equal("", properties.ReplyTo);
        Assert.False(properties.IsExpirationPresent());
        Assert.Equal("t", properties.Headers!["trace_id"]);
    }

    [Theory]
    [InlineData("nuropb_protocol", "0.1.0", "nuropb_protocol")]
    [InlineData("nuropb_type", "other", "nuropb_type")]
    [InlineData("encrypted", "yes", "encrypted")]
    public void Message_with_a_wrong_header_is_not_understood(string header, string value, string named)
    {
        var properties = MessageProperties.Make(MessageKind.Request, Id, "t");
        Assert.Null(MessageProperties.FindProblem(properties, out _));
        properties.Headers![header] = Encoding.UTF8.GetBytes(value);

        Assert.Contains(named, MessageProperties.FindProblem(properties, out _), StringComparison.Ordinal);
    }

    private static void AssertJson(string expected, ReadOnlyMemory<byte> actual)
    {
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(actual.Span)), Encoding.UTF8.GetString(actual.Span));
        Assert.Null(MessageGuard.FindProblem(actual.Span));
    }
}
