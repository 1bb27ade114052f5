using System.Net;
using System.Text;
using FleetBridge.Core.Client;
using FleetBridge.Core.Processes;
using FleetBridge.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace FleetBridge.Tests.Functional.Client;

/// <summary>Whoever holds a port of the bridge may answer anything: it is a port that is in use, and no crash.</summary>
public sealed class HostileHealthTests : CliTest
{
    public static TheoryData<string, string> Answers
    {
        get
        {
            var answers = new TheoryData<string, string>
            {
                { "no HTTP", "hello\r\n\r\n" },
                { "nothing", "" },
                { "a status that is none", "HTTP/1.1 999999 x\r\n\r\n" },
                { "a header that is none", "HTTP/1.1 200 OK\r\nServer\r\n\r\n" },
                { "an odd name", "HTTP/1.1 200 OK\r\nServer: a\u001b[2J\r\nContent-Length: 0\r\n\r\n" },
                { "a length that is none", "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n{}" },
                { "a length that does not fit", "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n{}" },
                { "a body that is missing", "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{" },
                { "chunks that are none", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n" },
                { "a redirect", "HTTP/1.1 302 Found\r\nLocation: http://example.invalid/\r\nContent-Length: 0\r\n\r\n" },
                { "another character set", "HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=nonsense\r\nContent-Length: 2\r\n\r\n{}" },
                { "a coding", "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}" },
                { "many interim answers", string.Concat(Enumerable.Repeat("HTTP/1.1 103 Early Hints\r\n\r\n", 1_000)) },
                { "an upgrade", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n" },
            };
            foreach (var member in (string[])
                ["\"version\":{}", "\"version\":[1]", "\"version\":null", "\"version\":\"\\u001b[2J\\n\"", "\"pid\":[]", "\"pid\":\"x\"", "\"pid\":1e400",
                 "\"pid\":99999999999999999999", "\"pid\":null", "\"http_port\":{}", "\"websocket_port\":[[]]", "\"stopping\":\"yes\"", "\"stopping\":{}",
                 "\"backends\":7", "\"backends\":[7,null,[],{}]", "\"backends\":[{\"name\":[],\"aliases\":7,\"state\":{},\"generation\":\"x\"}]"])
            {
                answers.Add($"FleetBridge with {member}", Json($"{{\"name\":\"FleetBridge\",{member}}}"));
            }

            foreach (var (name, body) in HostileJson.Bodies.Select(row => ((string)row.Data.Item1, (string)row.Data.Item2)))
            {
                answers.Add(name, Json(body));
            }

            return answers;
        }
    }

    [Theory]
    [MemberData(nameof(Answers), DisableDiscoveryEnumeration = true)]
    public async Task Answer_of_any_kind_is_one_of_another_program(string _, string answer)
    {
        await using var server = CannedServer.Start(Encoding.Latin1.GetBytes(answer));
        var owner = await PortOwner.AskAsync(new IPEndPoint(IPAddress.Loopback, server.Port));
        Assert.DoesNotContain(owner?.Description ?? "", letter => char.IsControl(letter));
        using var bridge = new RemoteBridge(new Uri(server.Address));
        await AssertUserAsync(() => bridge.GetBackendsAsync(CancellationToken.None));
        await AssertUserAsync(() => bridge.SendAsync(BackendRequests.To(("aws", "1"), "deployment/fleet/check"), CancellationToken.None));
        await AssertUserAsync(() => bridge.OutlineAsync("aws", "1", CancellationToken.None));
    }

    [Fact]
    public async Task Serve_and_doctor_say_that_the_port_is_in_use()
    {
        await using var server = CannedServer.Start("HTTP/1.1 200 OK\r\n\r\n{\"name\":\"FleetBridge\",\"version\":[],\"pid\":{}}");
        AssertRefused(await RunAsync("serve", "--http-port", $"{server.Port}"), 6, $"Port {server.Port} on 127.0.0.1 is in use");
        var doctor = await RunAsync("doctor", "--http-port", $"{server.Port}");
        Assert.Equal(1, doctor.Code);
        Assert.Contains($"{server.Port}", doctor.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Module_says_that_the_port_is_in_use()
    {
        Requires.Python();
        var module = Path.Combine(Repository.Root, "FleetBridge", "Unreal");
        foreach (var (name, answer) in Answers.Select(row => ((string)row.Data.Item1, (string)row.Data.Item2))
            .Append(("digits", Json($"{{\"name\":\"FleetBridge\",\"pid\":{new string('9', 900_000)}}}"))))
        {
            await using var server = CannedServer.Start(Encoding.Latin1.GetBytes(answer));
            var result = await Python.RunAsync(
                "",
                "-c",
                $"""
                import sys, time
                sys.path.insert(0, {PythonText(module)})
                import fleet_bridge
                begun = time.monotonic()
                try:
                    print(fleet_bridge._use_running(({server.Port}, {server.Port}), begun + 1, 1))
                except fleet_bridge.FleetBridgeError as error:
                    print("told:", ascii(str(error)))
                print(time.monotonic() - begun < 9)
                """);
            Assert.True(result.Code == 0 && result.Error.Length == 0, $"{name}: {result}");
            Assert.EndsWith("True\n", result.Output.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Program_that_falls_silent_is_given_up()
    {
        var clock = new FakeTimeProvider();
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var bridge = new RemoteBridge(new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}")) { Clock = clock };
        var asking = bridge.SendAsync(BackendRequests.To(("aws", "1"), "deployment/fleet/check"), CancellationToken.None);
        using var accepted = await listener.AcceptTcpClientAsync();
        clock.Advance(RemoteBridge.SilenceLimit);
        var exception = await Assert.ThrowsAsync<UserException>(() => asking);
        Assert.Contains("has sent nothing for 60 s", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Program_that_answers_for_ever_is_given_up()
    {
        var clock = new FakeTimeProvider();
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var bridge = new RemoteBridge(new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}")) { Clock = clock };
        var asking = bridge.GetBackendsAsync(CancellationToken.None);
        using var accepted = await listener.AcceptTcpClientAsync();
        await accepted.GetStream().WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"));
        for (var i = 0; i < 10 && !asking.IsCompleted; i++)
        {
            try
            {
                await accepted.GetStream().WriteAsync(" "u8.ToArray());
            }
            catch (IOException)
            {
                // it has hung up
                break;
            }

            clock.Advance(TimeSpan.FromSeconds(20));
        }

        Assert.Equal(ExitCode.Unreachable, (await Assert.ThrowsAsync<UserException>(() => asking)).Code);
    }

    private static string Json(string body) => $"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}";

    private static string PythonText(string text) => $"'{text.Replace(@"\", @"\\", StringComparison.Ordinal)}'";

    /// <summary>An answer that can be read, or an error that the user can fix: nothing else.</summary>
    private static async Task AssertUserAsync(Func<Task> ask)
    {
        try
        {
            await ask();
        }
        catch (UserException exception)
        {
            Assert.True(exception.Code is ExitCode.Unreachable or ExitCode.NotFound, $"{exception.Code}: {exception.Message}");
        }
    }
}
