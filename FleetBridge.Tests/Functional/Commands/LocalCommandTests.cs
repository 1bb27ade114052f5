using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Commands;

/// <summary><c>fleetbridge local</c> and <c>fleetbridge session</c>: what is refused before anything starts.</summary>
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
