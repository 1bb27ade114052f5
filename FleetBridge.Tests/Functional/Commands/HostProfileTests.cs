using System.Text.Json.Nodes;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Commands;

/// <summary><c>fleetbridge host --profile-name</c>, as a program: its folder has to have what the AWS SDK consists of.</summary>
public sealed class HostProfileTests(ITestOutputHelper output) : CliTest
{
    [Fact]
    public async Task Host_of_a_profile_asks_its_gamelift()
    {
        await using var far = await TestHost.StartAsync(output);
        await WriteProfilesAsync($"""
            [profile far]
            endpoint_url = http://127.0.0.1:{far.Host.HttpPort}
            region = us-west-2
            aws_access_key_id = AKIAEXAMPLE
            aws_secret_access_key = secret

            """);
        await using var near = await StartAsync("--fleet-id", "fleet-local");
        Assert.Equal("[]", await FindAsync(near));
    }

    [Fact]
    public async Task Line_that_the_SDK_cannot_read_is_named_and_needs_no_restart_once_it_is_mended()
    {
        await using var far = await TestHost.StartAsync(output);
        var good = $"[profile far]\nendpoint_url = http://127.0.0.1:{far.Host.HttpPort}\nregion = us-west-2\n"
            + "aws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = secret\n";
        await WriteProfilesAsync($"{good}[profile other]\noops\n");
        await using var near = await StartAsync("--fleet-id", "fleet-local");
        var error = JsonNode.Parse(await FindAsync(near))!;
        Assert.Equal("ServiceUnavailable", (string?)error["error"]);
        Assert.Contains("the profile 'far'", (string?)error["message"], StringComparison.Ordinal);
        Assert.Contains("oops", (string?)error["message"], StringComparison.Ordinal);
        await WriteProfilesAsync(good);
        Assert.Equal("[]", await FindAsync(near));
    }

    private Task WriteProfilesAsync(string text) => File.WriteAllTextAsync(Folder["config"], text);

    private async Task<FleetBridgeProcess> StartAsync(params string[] args)
    {
        await File.WriteAllTextAsync(Folder["credentials"], "");
        var environment = new Dictionary<string, string>
        {
            ["AWS_CONFIG_FILE"] = Folder["config"],
            ["AWS_SHARED_CREDENTIALS_FILE"] = Folder["credentials"],
        };
        var host = FleetBridgeProcess.Start(
            State, ["host", "--http-port", "0", "--tls-port", "0", "--gateway-port", "off", "--json", "--profile-name", "far", .. args], environment);
        await host.WaitForAsync(program => program.Output.Contains('\n', StringComparison.Ordinal), "it says where it is");
        return host;
    }

    private static async Task<string> FindAsync(FleetBridgeProcess host)
    {
        var port = (int)JsonNode.Parse(host.Output.Split('\n')[0])!["http_port"]!;
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var response = await http.GetAsync(new Uri($"http://127.0.0.1:{port}/find_session"));
        return await response.Content.ReadAsStringAsync();
    }
}
