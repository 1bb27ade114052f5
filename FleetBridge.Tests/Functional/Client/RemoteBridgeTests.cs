using System.Text;
using FleetBridge.Backends;
using FleetBridge.Core.Client;
using FleetBridge.Core.Processes;
using FleetBridge.Core.Requests;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Client;

/// <summary>Whatever is sent where a bridge is expected is an error that the user can fix, and no bug.</summary>
public sealed class RemoteBridgeTests
{
    private static readonly BackendRequest Check = BackendRequests.To(("aws", "1"), "deployment/fleet/check");

    [Theory]
    [MemberData(nameof(HostileJson.Bodies), MemberType = typeof(HostileJson), DisableDiscoveryEnumeration = true)]
    public async Task What_no_bridge_sends_is_not_from_a_bridge(string _, string body)
    {
        await using var server = CannedServer.Start(WithLength(HostileJson.Bytes(body)));
        await AssertNoBridgeAsync(server, bridge => bridge.SendAsync(Check, CancellationToken.None));
        await AssertNoBridgeAsync(server, bridge => bridge.GetBackendsAsync(CancellationToken.None));
        await AssertNoBridgeAsync(server, bridge => bridge.OutlineAsync("aws", "1", CancellationToken.None));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"Resources":7}""")]
    [InlineData("""{"Resources":[7]}""")]
    [InlineData("""{"Resources":[null]}""")]
    [InlineData("""{"Resources":[{"Name":"a"}]}""")]
    public async Task Resources_of_another_shape_are_not_from_a_bridge(string details)
    {
        await using var server = CannedServer.StartBridge(target => target.EndsWith("/config", StringComparison.Ordinal)
            ? """{"Overall Result":"True"}"""
            : $$"""{"Overall Result":"True","Details":{{details}}}""");
        await AssertNoBridgeAsync(server, bridge => bridge.OutlineAsync("aws", "1", CancellationToken.None));
    }

    [Fact]
    public async Task Metadata_of_an_older_bridge_gives_the_resources_that_have_buttons()
    {
        await using var server = CannedServer.StartBridge(target => target switch
        {
            "/aws/1/config" => """{"Overall Result":"True","prefix":"x","gate":null}""",
            "/aws/1/metadata" => """
                {"Overall Result":"True","Details":{"Components":[
                  {"Name":"A","Requests":[{"RequestPath":"/d/a/check"},{"RequestPath":"/d/a_create"},{"RequestPath":""},{},7]},
                  {"Name":"B","Requests":[{"RequestPath":"/d/b/check"}]},
                  {"Name":"C"}, 7, null]}}
                """,
            _ => null,
        });
        using var bridge = new RemoteBridge(new Uri(server.Address));
        var outline = await bridge.OutlineAsync("aws", "1", CancellationToken.None);
        Assert.Equal([("prefix", "x"), ("gate", null)], outline.Settings.Select(setting => (setting.Key, setting.Default)));
        Assert.Equal(
            ["a|d/a|check,create|", "b|d/b|check|d/a"],
            outline.Resources.Select(resource =>
                $"{resource.Name}|{resource.Path}|{string.Join(",", resource.Operations)}|{string.Join(",", resource.DependsOn)}"));
    }

    [Fact]
    public async Task Response_that_is_too_large_is_not_from_a_bridge()
    {
        await using var server = CannedServer.StartJson($$"""{"Overall Result":"True","Error":"{{new string('x', 2_000)}}"}""");
        using (var bridge = new RemoteBridge(new Uri(server.Address)))
        {
            Assert.Equal(2_000, (await bridge.SendAsync(Check, CancellationToken.None)).Error!.Length);
        }

        using var strict = new RemoteBridge(new Uri(server.Address)) { LargestResponse = 1_000 };
        var exception = await Assert.ThrowsAsync<UserException>(() => strict.SendAsync(Check, CancellationToken.None));
        Assert.Contains("is not a FleetBridge", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("401 Unauthorized", "requires a token")]
    [InlineData("503 Service Unavailable", "status 503: It is stopping.")]
    public async Task Status_without_a_request_is_an_error_that_says_why(string status, string report)
    {
        await using var server = CannedServer.Start(WithLength(
            Encoding.ASCII.GetBytes("""{"Overall Result":"False","Error":"It is stopping."}"""), status));
        using var bridge = new RemoteBridge(new Uri(server.Address));
        var exception = await Assert.ThrowsAsync<UserException>(() => bridge.SendAsync(Check, CancellationToken.None));
        Assert.Equal(ExitCode.Unreachable, exception.Code);
        Assert.Contains(report, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Abort_ends_the_wait_for_a_response()
    {
        await using var server = CannedServer.Start("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        using var bridge = new RemoteBridge(new Uri(server.Address));
        using var aborted = new CancellationTokenSource();
        await aborted.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bridge.SendAsync(Check, new RequestOptions { Aborted = aborted.Token }));
    }

    private static byte[] WithLength(byte[] body, string status = "200 OK") =>
        [.. Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n"), .. body];

    private static async Task AssertNoBridgeAsync(CannedServer server, Func<RemoteBridge, Task> send)
    {
        using var bridge = new RemoteBridge(new Uri(server.Address));
        var exception = await Assert.ThrowsAsync<UserException>(() => send(bridge));
        Assert.Equal(ExitCode.Unreachable, exception.Code);
        Assert.Contains($"{server.Address}/ is not a FleetBridge", exception.Message, StringComparison.Ordinal);
    }
}
