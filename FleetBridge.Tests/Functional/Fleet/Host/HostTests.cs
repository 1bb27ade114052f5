using System.Net;
using System.Text.Json.Nodes;
using FleetBridge.Core.Processes;
using FleetBridge.Fleet.Host;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Fleet.Host;

public sealed class HostTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Health_says_on_both_ports_that_a_host_answers()
    {
        await using var host = await TestHost.StartAsync(output);
        using var client = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null },
        });
        foreach (var address in new[] { $"http://127.0.0.1:{host.Host.HttpPort}", $"https://localhost:{host.Host.TlsPort}" })
        {
            var health = JsonNode.Parse(await client.GetStringAsync(new Uri(address + "/healthz")))!.AsObject();
            Assert.Equal(
                ["name", "version", "process", "pid", "http_port", "tls_port", "stopping", "ready", "store"], health.Select(member => member.Key));
            Assert.Equal(("FleetBridge", "host", true), ((string?)health["name"], (string?)health["process"], (bool)health["ready"]!));
            Assert.Equal((host.Host.HttpPort, host.Host.TlsPort), ((int)health["http_port"]!, (int)health["tls_port"]!));
        }
    }

    [Fact]
    public async Task Ports_are_on_both_loopback_addresses()
    {
        Requires.IPv6Loopback();
        await using var host = await TestHost.StartAsync(output);
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(new Uri($"http://[::1]:{host.Host.HttpPort}/healthz"))).StatusCode);
    }

    [Fact]
    public async Task Unknown_path_is_told_what_there_is()
    {
        await using var host = await TestHost.StartAsync(output);
        var response = await host.Http.GetAsync(new Uri("/nothing", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        var json = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        Assert.Equal("NotFound", (string?)json["error"]);
        Assert.Contains("GameLift API", (string?)json["message"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Host", "evil.example")]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    public async Task Web_page_of_another_site_is_refused(string header, string value)
    {
        await using var host = await TestHost.StartAsync(output);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/healthz", UriKind.Relative));
        request.Headers.TryAddWithoutValidation(header, value);
        Assert.Equal(HttpStatusCode.Forbidden, (await host.Http.SendAsync(request)).StatusCode);
    }

    [Fact]
    public async Task Store_has_one_host_at_a_time()
    {
        await using var host = await TestHost.StartAsync(output);
        var store = new FleetHostOptions { Folder = host.Folder.Path }.StoreFile;
        var refused = Assert.Throws<UserException>(() => StoreClaim.Take(store));
        Assert.Contains($"(process {Environment.ProcessId})", refused.Message, StringComparison.Ordinal);
        await host.StopAsync();
        StoreClaim.Take(store).Dispose();
    }

    [Fact]
    public async Task Host_for_other_machines_is_known_by_any_name()
    {
        await using var host = await TestHost.StartAsync(output, options => options with { Address = IPAddress.Any });
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/healthz", UriKind.Relative)) { Headers = { Host = "build-server:9080" } };
        Assert.Equal(HttpStatusCode.OK, (await host.Http.SendAsync(request)).StatusCode);
        using var foreign = new HttpRequestMessage(HttpMethod.Get, new Uri("/healthz", UriKind.Relative)) { Headers = { { "Origin", "https://evil.example" } } };
        Assert.Equal(HttpStatusCode.Forbidden, (await host.Http.SendAsync(foreign)).StatusCode);
    }
}
