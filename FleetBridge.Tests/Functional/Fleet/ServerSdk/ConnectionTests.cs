using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using FleetBridge.Fleet.Model;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Fleet.ServerSdk;

/// <summary>How game servers connect, are refused, and are closed.</summary>
public sealed class ConnectionTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const string Query = "?pID=p1&ComputeId=local&FleetId=fleet-local&Authorization=t&sdkLanguage=Cpp&sdkVersion=5.4.0";

    private TestHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await TestHost.StartAsync(output);

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData("/")]
    [InlineData("")]
    [InlineData("/any/path")]
    [InlineData("/any/path/")]
    [InlineData("//")]
    [InlineData("/healthz")]
    [InlineData("/create_session")]
    public async Task Server_connects_on_any_path(string path)
    {
        // a target begins with a slash, as HTTP has it; an SDK without one has "GET ?pID=" sent as "/?pID="
        await using var socket = await SdkSocket.ConnectAsync(_host.Host.HttpPort, (path.Length == 0 ? "/" : path) + Query, tls: false);
        await socket.PingAsync(FakeServer.PingLimit);
        Assert.True(_host.FindProcess("p1")!.IsConnected);
    }

    [Theory]
    [InlineData("pID=ProcessId_1,753,000&ComputeId=local&FleetId=fleet-local", "ProcessId_1,753,000")]
    [InlineData("pID=a+b=c&ComputeId=local&FleetId=fleet-local&sdkLanguage=CSharp", "a+b=c")]
    [InlineData("pID=a+b%3Dc&ComputeId=local&FleetId=fleet-local&sdkLanguage=Go", "a b=c")]
    [InlineData("pid=100%&computeid=local&fleetid=fleet-local", "100%")]
    [InlineData("X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=ab&ComputeId=local&FleetId=fleet-local&pID=signed", "signed")]
    public async Task Raw_query_is_read_as_each_SDK_writes_it(string query, string processId)
    {
        await using var socket = await SdkSocket.ConnectAsync(_host.Host.HttpPort, "/?" + query, tls: false);
        await Eventually.TrueAsync(() => _host.FindProcess(processId) is { IsConnected: true }, "it is known by its id");
    }

    [Theory]
    [InlineData("/?ComputeId=local&FleetId=fleet-local", 400, "pID")]
    [InlineData("/?pID=p1&FleetId=fleet-local", 400, "ComputeId")]
    [InlineData("/?pID=p1&ComputeId=local", 400, "FleetId")]
    [InlineData("/", 400, "pID")]
    [InlineData("/?pID=p1&ComputeId=local&FleetId=fleet-none", 404, "fleet-none")]
    [InlineData("/?pID=p1&ComputeId=nowhere&FleetId=fleet-local", 404, "nowhere")]
    public async Task Identity_that_is_missing_or_unknown_is_refused_with_a_reason(string target, int status, string named)
    {
        var refused = await Assert.ThrowsAsync<SdkRefusedException>(() => SdkSocket.ConnectAsync(_host.Host.HttpPort, target, tls: false));
        Assert.Equal(status, refused.Status);
        await Eventually.TrueAsync(() => _host.ReadLogFile().Contains($"refused with status {status}", StringComparison.Ordinal), "the log says it");
        Assert.Contains(named, _host.ReadLogFile(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Value_without_end_is_refused()
    {
        var refused = await Assert.ThrowsAsync<SdkRefusedException>(() => SdkSocket.ConnectAsync(
            _host.Host.HttpPort, $"/?pID={new string('a', 5000)}&ComputeId=local&FleetId=fleet-local", tls: false));
        Assert.Equal(400, refused.Status);
    }

    [Fact]
    public async Task Tokens_are_not_in_the_log()
    {
        await using var server = await _host.Server(SdkDialect.Cpp).ReadyAsync();
        await Assert.ThrowsAsync<SdkRefusedException>(
            () => SdkSocket.ConnectAsync(_host.Host.HttpPort, "/?Authorization=very-secret-token&ComputeId=local&FleetId=fleet-none&pID=p", tls: false));
        await Eventually.TrueAsync(() => _host.ReadLogFile().Contains("was refused", StringComparison.Ordinal), "it is in the log");
        Assert.DoesNotContain("very-secret-token", _host.ReadLogFile(), StringComparison.Ordinal);
        Assert.DoesNotContain(server.AuthToken, _host.ReadLogFile(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Certificate_is_this_hosts_and_names_this_machine()
    {
        using var kept = X509Certificate2.CreateFromPem(await File.ReadAllTextAsync(_host.CertificateFile));
        var trusted = new X509Certificate2Collection(kept);
        bool Verify(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
        {
            chain!.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.AddRange(trusted);
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            return chain.Build((X509Certificate2)certificate!) && !errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch);
        }

        await using var server = new FakeServer(SdkDialect.Go, _host.Host.TlsPort, tls: true) { Verifies = Verify };
        await server.ReadyAsync();
        Assert.True(kept.MatchesHostname("localhost") && kept.MatchesHostname("127.0.0.1") && kept.MatchesHostname("::1"));
        await Assert.ThrowsAsync<AuthenticationException>(() => SdkSocket.ConnectAsync(
            _host.Host.TlsPort, "/" + Query, tls: true, (_, _, _, errors) => errors == SslPolicyErrors.None));
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Both_versions_of_TLS_are_spoken(SslProtocols version)
    {
        await using var socket = await SdkSocket.ConnectAsync(_host.Host.TlsPort, "/" + Query, tls: true, protocols: version);
        await socket.PingAsync(FakeServer.PingLimit);
    }

    [Fact]
    public async Task Newer_connection_of_a_process_replaces_the_older()
    {
        await using var older = await _host.Server(SdkDialect.CSharp).ReadyAsync();
        await using var newer = new FakeServer(SdkDialect.CSharp, _host.Host.HttpPort, tls: false) { ProcessId = older.ProcessId };
        await newer.ConnectAsync();
        await older.Socket.Ended.WaitAsync(Eventually.Limit);
        Assert.Equal([1000], older.Socket.CloseCodes);
        Assert.True(_host.FindProcess(older.ProcessId)!.IsConnected, "the end of the older one is not the process's");
        await newer.BeatAsync();
        var session = await _host.CreateGameSessionAsync();
        Assert.Equal(session.GameSessionId, (string?)(await newer.NextPushAsync())["GameSessionId"]);
    }

    [Fact]
    public async Task New_life_on_a_new_connection_ends_the_session_of_the_old()
    {
        await using var older = await _host.Server(SdkDialect.Cpp).ReadyAsync();
        var session = await _host.CreateGameSessionAsync();
        older.Socket.Abort();
        await using var newer = new FakeServer(SdkDialect.Cpp, _host.Host.TlsPort, tls: true) { ProcessId = older.ProcessId };
        await newer.ReadyAsync();
        Assert.Equal(GameSessionStatus.TERMINATED, _host.Find(session.GameSessionId).Status);
        Assert.Equal(ServerProcessState.Ready, _host.FindProcess(newer.ProcessId)!.State);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Host_that_stops_sends_1012_and_no_second_close_frame(bool answers)
    {
        await using var server = await _host.Server(SdkDialect.Cpp).ReadyAsync();
        server.Socket.AnswersClose = answers;
        await _host.StopAsync();
        await server.Socket.Ended.WaitAsync(Eventually.Limit);
        Assert.Equal([1012], server.Socket.CloseCodes);
        Assert.False(server.IsDead);
    }

    [Fact]
    public async Task Server_that_closes_gets_its_code_back()
    {
        await using var server = await _host.Server(SdkDialect.Cpp).ReadyAsync();
        await server.Socket.CloseAsync(1001);
        await server.Socket.Ended.WaitAsync(Eventually.Limit);
        Assert.Equal([1001], server.Socket.CloseCodes);
        await Eventually.TrueAsync(() => !_host.FindProcess(server.ProcessId)!.IsConnected, "the fleet knows");
    }

    [Fact]
    public async Task Web_page_of_another_site_is_refused()
    {
        var refused = await Assert.ThrowsAsync<SdkRefusedException>(() => SdkSocket.ConnectAsync(
            _host.Host.HttpPort, "/" + Query, tls: false, headers: "Origin: https://evil.example\r\n"));
        Assert.Equal(403, refused.Status);
        Assert.Null(_host.FindProcess("p1"));
    }

    [Fact]
    public async Task Strict_host_takes_its_own_tokens_only()
    {
        await using var strict = await TestHost.StartAsync(output, options => options with { IsStrict = true });
        var token = await strict.Fleet.ChangeAsync(fleet => fleet.IssueAuthToken("fleet-local", "local"));
        await using var known = new FakeServer(SdkDialect.Cpp, strict.Host.TlsPort, tls: true) { AuthToken = token.Token };
        await known.ReadyAsync();
        await using var unknown = new FakeServer(SdkDialect.Cpp, strict.Host.TlsPort, tls: true);
        Assert.Equal(403, (await Assert.ThrowsAsync<SdkRefusedException>(unknown.ConnectAsync)).Status);
    }

    [Fact]
    public async Task Server_that_never_gets_ready_is_mentioned_after_a_minute()
    {
        var clock = new WatchedTimeProvider();
        await using var host = await TestHost.StartAsync(output, clock: clock);
        await using var server = host.Server(SdkDialect.Go);
        await server.ConnectAsync();
        clock.Advance(TimeSpan.FromSeconds(61));
        await Eventually.TrueAsync(() => host.ReadLogFile().Contains("ProcessReady", StringComparison.Ordinal), "the log says it");
        Assert.Contains(server.ProcessId, host.ReadLogFile(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Data_that_Unreal_cuts_is_mentioned()
    {
        await using var server = await _host.Server(SdkDialect.Cpp).ReadyAsync();
        await _host.CreateGameSessionAsync(data: new string('d', 5000));
        Assert.Equal(5000, ((string?)(await server.NextPushAsync())["GameSessionData"])!.Length);
        await Eventually.TrueAsync(() => _host.ReadLogFile().Contains("cuts it to 4096", StringComparison.Ordinal), "the log says it");
    }
}
