using System.Text.Json.Nodes;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Protocol;

/// <summary>What an operation may do wrong: the answer stays JSON, the editor's log says why, and the trace is in the file
/// only.</summary>
public sealed class BackendFailureTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("throw", "MischiefException: thrown on purpose", "Probe.Mischief")]
    [InlineData("null", "returned null", "InvalidOperationException")]
    public async Task Bug_is_a_failed_answer_with_its_trace_in_the_log_file(string operation, string error, string trace)
    {
        await using var bridge = await TestBridge.StartAsync(output);
        var response = await RawHttp.PostAsync(bridge.HttpPort, $"/probe/1/deployment/mischief/{operation}");
        Assert.Equal(200, response.Status);
        Assert.NotEmpty(response.Headers["Content-Length"]);
        Assert.Equal("False", (string?)response.Json["Overall Result"]);
        Assert.Contains("A bug in the backend probe/1", (string?)response.Json["Error"], StringComparison.Ordinal);
        Assert.Contains(error, (string?)response.Json["Error"], StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", (string?)response.Json["Error"], StringComparison.Ordinal);

        await Eventually.TrueAsync(() => bridge.ReadLogFile().Contains("   at ", StringComparison.Ordinal), "a trace in the file");
        Assert.Contains(trace, bridge.ReadLogFile(), StringComparison.Ordinal);
        var messages = await ReadMessagesAsync(bridge);
        Assert.Contains(messages, message => message.Contains(error, StringComparison.Ordinal));
        Assert.DoesNotContain(messages, message => message.Contains("   at ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Names_alike_are_a_failed_answer_that_tells_the_backends_author()
    {
        await using var bridge = await TestBridge.StartAsync(output);
        var response = await RawHttp.PostAsync(bridge.HttpPort, "/probe/1/deployment/mischief/alike");
        Assert.Equal(200, response.Status);
        Assert.Equal("False", (string?)response.Json["Overall Result"]);
        Assert.Contains("A bug in the backend", (string?)response.Json["Error"], StringComparison.Ordinal);
        Assert.Contains("'ID'", (string?)response.Json["Error"], StringComparison.Ordinal);
        Assert.Contains(await ReadMessagesAsync(bridge), message => message.Contains("'ID'", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Exception_whose_own_message_throws_is_a_failed_answer_too()
    {
        await using var bridge = await TestBridge.StartAsync(output);
        var response = await RawHttp.PostAsync(bridge.HttpPort, "/probe/1/deployment/mischief/untellable");
        Assert.Equal(200, response.Status);
        Assert.Contains(
            "Probe.UntellableException (it has no text: System.InvalidOperationException)",
            (string?)response.Json["Error"],
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Backend_exception_is_its_message_and_remedy_and_no_bug()
    {
        await using var bridge = await TestBridge.StartAsync(output);
        var response = await RawHttp.PostAsync(bridge.HttpPort, "/probe/1/deployment/mischief/fail");
        Assert.Equal(200, response.Status);
        Assert.Equal("{\"Overall Result\":\"False\",\"Error\":\"It is broken. Fix it.\"}", response.Text);
        var messages = await ReadMessagesAsync(bridge);
        Assert.Contains(messages, message => message.EndsWith("It is broken. Fix it.", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/nosuch/1/metadata", "There is no backend 'nosuch'")]
    [InlineData("/probe/2/metadata", "no version '2'")]
    [InlineData("/probe/1/deployment/thing/nosuch", "The operations of")]
    [InlineData("/probe/1", "is missing")]
    [InlineData("/nosuch", "There is no backend 'nosuch'")]
    [InlineData("/", "/<backend>/<version>/")]
    [InlineData("/probe/1/config?colour=red", "'colour'")]
    [InlineData("/probe/1/deployment/thing/check?colour=red", "'colour'")]
    [InlineData("/probe/1/deployment/thing/wait", "'gate'")]
    public async Task Failure_is_also_logged_since_the_editor_shows_only_the_result(string target, string cause)
    {
        await using var bridge = await TestBridge.StartAsync(output);
        using var socket = await RawWebSocket.ConnectAsync(bridge.WebSocketPort);
        var response = await RawHttp.PostAsync(bridge.HttpPort, target);
        Assert.NotEqual("True", (string?)response.Json["Overall Result"]);
        Assert.Contains(await ReadMessagesAsync(bridge, socket), message => message.Contains(cause, StringComparison.Ordinal));
    }

    /// <summary>Every message that the editor has been sent so far.</summary>
    private static async Task<List<string>> ReadMessagesAsync(TestBridge bridge, RawWebSocket? connected = null)
    {
        const string end = "that was all 1";
        using var socket = connected ?? await RawWebSocket.ConnectAsync(bridge.WebSocketPort);
        await bridge.PostAsync("/probe/1/deployment/thing/log?text=that+was+all");
        var messages = new List<string>();
        while (messages.LastOrDefault() != end)
        {
            messages.Add(MessageOf(await socket.ReadRecordAsync()));
        }

        return messages;
    }

    private static string MessageOf(JsonObject record) => (string)record["message"]!;
}
