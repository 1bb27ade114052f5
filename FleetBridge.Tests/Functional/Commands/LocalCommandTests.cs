using System.Text.Json.Nodes;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Commands;

/// <summary><c>fleetbridge local</c> and <c>fleetbridge session</c>: what is refused before anything starts, and what a server
/// in an IDE is given.</summary>
public sealed class LocalCommandTests : CliTest
{
    private static readonly string[] FreeChoice = ["local", "--http-port", "0", "--tls-port", "0"];

    [Fact]
    public async Task Game_server_that_is_not_named_is_asked_for() =>
        AssertRefused(await RunAsync(FreeChoice), 2, "Name the game server", "--executable");

    [Fact]
    public async Task Executable_that_is_missing_or_not_executable_is_refused()
    {
        Requires.Unix();
        AssertRefused(await RunAsync([.. FreeChoice, "--executable", Folder["missing"]]), 2, "does not exist", Folder["missing"]);
        File.WriteAllText(Folder["server"], "#!/bin/sh\n");
        AssertRefused(await RunAsync([.. FreeChoice, "--executable", Folder["server"]]), 2, "is not executable", "chmod +x");
        File.WriteAllText(Folder["server.exe"], "MZ");
        AssertRefused(await RunAsync([.. FreeChoice, "--executable", Folder["server.exe"]]), 2, "is a Windows executable");
    }

    [Fact]
    public async Task Options_that_contradict_each_other_are_refused()
    {
        AssertRefused(await RunAsync([.. FreeChoice, "--executable", "a", "--server-package-root", "b"]), 2, "--executable stands for itself");
        AssertRefused(await RunAsync([.. FreeChoice, "--server-package-root", Folder["none"], "--fleet-launch-path", "/local/game/a"]), 2, "does not exist");
        AssertRefused(await RunAsync([.. FreeChoice, "--project", Folder["none"]]), 2, "--project");
        AssertRefused(await RunAsync([.. FreeChoice, "--processes", "0"]), 2, "--processes");
        AssertRefused(await RunAsync([.. FreeChoice, "--game-ports", "70000"]), 2, "--game-ports");
        AssertRefused(await RunAsync("host", "--fleet-id", "a", "--alias-id", "b"), 2, "exclude each other");
        AssertRefused(await RunAsync("host", "--profile-name", "a"), 2, "--fleet-id or --alias-id");
        AssertRefused(await RunAsync("host", "--location", "a"), 2, "--location needs the fleet");
        AssertRefused(await RunAsync("host", "--session-timeout", "0"), 2, "--session-timeout");
        AssertRefused(await RunAsync("host", "--refresh-connections", "86401"), 2, "from 1 to 86400");
        AssertRefused(await RunAsync("host", "--event-url", "ftp://x"), 2, "'ftp://x' is not an http:// or https:// address");
    }

    [Fact]
    public async Task Project_without_a_launch_path_is_named_with_what_is_missing()
    {
        var folder = Directory.CreateDirectory(Folder["Game/Config"]);
        File.WriteAllText(
            Path.Combine(folder.FullName, "DefaultEditor.ini"),
            "[/Script/FleeteratorGameLiftStarterEditor.GameLiftStarterSettings]\nServerPackageRoot=Packaged\n");
        AssertRefused(await RunAsync([.. FreeChoice, "--project", Folder["Game"]]), 2, "FleetLaunchPath");
    }

    [Fact]
    public async Task Relative_package_folder_counts_from_the_project_as_with_other_commands()
    {
        var folder = Directory.CreateDirectory(Folder["Game/Config"]);
        File.WriteAllText(
            Path.Combine(folder.FullName, "DefaultEditor.ini"),
            "[/Script/FleeteratorGameLiftStarterEditor.GameLiftStarterSettings]\n"
            + "ServerPackageRoot=Packaged\nFleetLaunchPath=/local/game/a\n");
        AssertRefused(
            await RunAsync([.. FreeChoice, "--project", Folder["Game"]]),
            2,
            $"The package folder {Folder["Game", "Packaged"]} does not exist");
        AssertRefused(
            await RunAsync([.. FreeChoice, "--project", Folder["Game"], "--server-package-root", "../Other"]),
            2,
            $"The package folder {Folder["Other"]} does not exist");
    }

    [Fact]
    public async Task Session_without_a_host_says_how_to_start_one()
    {
        var url = $"http://127.0.0.1:{FreePorts.Take()}";
        foreach (var command in new[] { "create", "find", "list" })
        {
            AssertRefused(await RunAsync("session", command, "--url", url), 3, "There is no host at", "fleetbridge local");
        }

        AssertRefused(await RunAsync("session", "join", "--url", url, "--session", "a", "--open", "'x"), 2, "lacks the second '");
        AssertRefused(await RunAsync("session", "join"), 2, "--session");
        AssertRefused(await RunAsync("session", "find", "--url", "ftp://x"), 2, "is not the address of a host");
        AssertRefused(await RunAsync("session", "create", "--max-players", "many"), 2, "--max-players");
    }

    [Theory]
    [InlineData("wss")]
    [InlineData("ws")]
    public async Task Server_in_an_IDE_is_played_on_with_what_exec_prints(string kind)
    {
        await using var local = Start([.. FreeChoice, "--gateway-port", "0", "--exec", "--strict", "--sdk-endpoint", kind, "--json"]);
        await local.WaitForAsync(program => program.Output.Contains("\"exec\"", StringComparison.Ordinal) && program.Output.EndsWith('\n'), "it prints them");
        var lines = local.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToList();
        var exec = lines.Single(line => (string?)line["event"] == "exec");
        var variables = exec["environment"]!.AsObject().ToDictionary(one => one.Key, one => (string)one.Value!);
        var endpoint = new Uri(variables["GAMELIFT_SDK_WEBSOCKET_URL"]);
        Assert.Equal((kind, (int?)lines[0][kind == "wss" ? "tls_port" : "http_port"]), (endpoint.Scheme, endpoint.Port));
        Assert.Equal(
            ["-glAnywhere", $"-glAnywhereWebSocketUrl={variables["GAMELIFT_SDK_WEBSOCKET_URL"]}", $"-glAnywhereFleetId={variables["GAMELIFT_SDK_FLEET_ID"]}",
                $"-glAnywhereHostId={variables["GAMELIFT_SDK_HOST_ID"]}", $"-glAnywhereProcessId={variables["GAMELIFT_SDK_PROCESS_ID"]}",
                $"-glAnywhereAuthToken={variables["GAMELIFT_SDK_AUTH_TOKEN"]}"],
            exec["arguments"]!.AsArray().Select(one => (string?)one));

        await using var server = new FakeServer(kind == "wss" ? SdkDialect.Cpp : SdkDialect.Go, endpoint.Port, kind == "wss")
        {
            FleetId = variables["GAMELIFT_SDK_FLEET_ID"],
            ComputeName = variables["GAMELIFT_SDK_HOST_ID"],
            ProcessId = variables["GAMELIFT_SDK_PROCESS_ID"],
            AuthToken = variables["GAMELIFT_SDK_AUTH_TOKEN"],
            Handles = (one, push) => one.DemandAsync("ActivateGameSession", new() { ["GameSessionId"] = (string?)push["GameSessionId"] }),
        };
        await server.ReadyAsync();
        var created = await RunAsync("session", "create", "--url", $"http://127.0.0.1:{lines[0]["http_port"]}", "--player-id", "ada", "--json");
        Assert.True(created.Code == 0, created.Error);
        Assert.Equal(server.GamePort, (int)created.Json["Port"]!);
    }

    [Fact]
    public async Task Refusals_of_a_host_have_exit_codes()
    {
        await using var host = await TestHost.StartAsync();
        var url = $"http://127.0.0.1:{host.Host.HttpPort}";
        Assert.Contains("FleetCapacityExceededException", await FailAsync(1, "session", "create", "--url", url), StringComparison.Ordinal);
        Assert.Contains("num_connections", await FailAsync(2, "session", "create", "--url", url, "--max-players", "0"), StringComparison.Ordinal);
        Assert.Contains("not found", await FailAsync(5, "session", "join", "--url", url, "--session", "arn:x"), StringComparison.Ordinal);
        Assert.Contains("not found", await FailAsync(5, "session", "terminate", "--url", url, "--session", "arn:x"), StringComparison.Ordinal);
        Assert.Equal("There are none.", (await RunAsync("session", "find", "--url", url)).Output.Trim());
        Assert.Equal("[]", (await RunAsync("session", "list", "--url", url, "--json")).Output.Trim());

        async Task<string> FailAsync(int code, params string[] args)
        {
            var result = await RunAsync(args);
            Assert.True(code == result.Code, $"{result.Code}: {result.Error}");
            return result.Error;
        }
    }
}
