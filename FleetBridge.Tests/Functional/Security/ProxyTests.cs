using System.Net;
using System.Net.Sockets;
using System.Text;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Security;

/// <summary>Nothing that goes to this machine is ever asked for at a proxy, and no proxy's password is printed.</summary>
public sealed class ProxyTests(ITestOutputHelper output) : CliTest
{
    private const string Password = "proxypassword";

    [Theory]
    [InlineData("http_proxy")]
    [InlineData("https_proxy")]
    [InlineData("all_proxy")]
    [InlineData("HTTPS_PROXY")]
    [InlineData("ALL_PROXY")]
    public async Task Proxy_is_not_asked_for_this_machine(string variable)
    {
        await using var bridge = await TestBridge.StartAsync(output, token: new("0123456789abcdef-token"));
        await File.WriteAllTextAsync(Folder["token"], "0123456789abcdef-token");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Folder["token"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        await using var proxy = new Proxy();
        var environment = new Dictionary<string, string> { [variable] = $"http://user:{Password}@127.0.0.1:{proxy.Port}" };
        await using (var logs = FleetBridgeProcess.Start(
            State, ["logs", "--websocket-port", $"{bridge.WebSocketPort}", "--token-file", Folder["token"]], environment))
        {
            await Eventually.TrueAsync(() => bridge.Log.Editor.HasClient, "the log is read");
        }

        var url = $"http://localhost:{bridge.HttpPort}";
        var backends = await RunAsync(environment, "backends", "--url", url, "--token-file", Folder["token"]);
        Assert.True(backends.Code == 0, backends.Error);
        Assert.Equal(0, (await RunAsync(environment, "metadata", "--backend", "probe/1", "--url", url, "--token-file", Folder["token"])).Code);
        Assert.Equal(6, (await RunAsync(environment, "serve", "--http-port", $"{bridge.HttpPort}")).Code);
        Assert.Empty(proxy.Asked);
    }

    [Fact]
    public async Task Emulator_of_aws_on_this_machine_is_not_asked_for_at_a_proxy_either()
    {
        await using var proxy = new Proxy();
        await using var aws = CannedServer.StartJson("{\"Builds\":[]}");
        var result = await RunAsync(
            new Dictionary<string, string>
            {
                ["http_proxy"] = $"http://user:{Password}@127.0.0.1:{proxy.Port}",
                ["AWS_ENDPOINT_URL"] = aws.Address,
                ["AWS_ACCESS_KEY_ID"] = "AKIAEXAMPLE000000001",
                ["AWS_SECRET_ACCESS_KEY"] = "not-a-secret",
            },
            "check",
            "uploaded_build",
            "--prefix",
            "x");
        Assert.Empty(proxy.Asked);
        Assert.Contains("There is no build named", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Password_of_a_proxy_is_not_printed()
    {
        var result = await RunAsync("logs", "--wait", "0", "--websocket-port", "1");
        Assert.Equal(3, result.Code);

        // a proxy for what is elsewhere, and one that does not respond
        result = await RunAsync(
            new Dictionary<string, string>
            {
                ["http_proxy"] = $"http://user:{Password}@127.0.0.1:1",
                ["AWS_ENDPOINT_URL"] = "http://aws.invalid",
                ["AWS_ACCESS_KEY_ID"] = "AKIAEXAMPLE000000001",
                ["AWS_SECRET_ACCESS_KEY"] = "not-a-secret",
            },
            "check",
            "uploaded_build",
            "--prefix",
            "x");
        Assert.Contains("AWS cannot be reached", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Password, result.Output + result.Error, StringComparison.Ordinal);
    }

    /// <summary>Keeps what it is asked.</summary>
    private sealed class Proxy : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly Task _accepting;
        private volatile string _asked = "";

        public Proxy()
        {
            _listener.Start();
            _accepting = AcceptAsync();
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public string Asked => _asked;

        public async ValueTask DisposeAsync()
        {
            _listener.Stop();
            await _accepting;
        }

        private async Task AcceptAsync()
        {
            try
            {
                while (true)
                {
                    using var client = await _listener.AcceptTcpClientAsync();
                    var buffer = new byte[4096];
                    var count = await client.GetStream().ReadAsync(buffer);
                    _asked += $"[{Encoding.ASCII.GetString(buffer, 0, count)}]";
                }
            }
            catch (Exception exception) when (exception is SocketException or IOException or InvalidOperationException)
            {
                // closed
            }
        }
    }
}
