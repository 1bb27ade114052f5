using System.Runtime.Versioning;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.EndToEnd.Fleet;

/// <summary>A game of Steam, with a host, a worker and a program that acts as SteamCMD, and the commands that a user types.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class SteamServerTests : IAsyncDisposable
{
    private readonly FleetProcesses _fleet = new();

    public ValueTask DisposeAsync() => _fleet.DisposeAsync();

    [Fact]
    public async Task App_is_installed_at_the_second_attempt_and_updated_beside_the_version_that_runs()
    {
        Requires.GameServerProgram();
        using var steam = new SteamCmdProgram("state 0x602", "slower ok", "ok", "ok", "failed No subscription");
        Publish(steam, 1);
        _fleet.Environment["FLEETBRIDGE_STEAMCMD"] = steam.Path;
        await _fleet.StartAsync();

        var id = (string)(await _fleet.JsonAsync(
            "server", "add", "--game", "steamcmd:740", "--executable", "run.sh", "--health", "log", "--health-pattern", "server is ready",
            "--stop-command", "quit"))["id"]!;
        await Eventually.TrueAsync(
            async () => (await _fleet.ServerAsync(id)) is var server && (string)server["state"]! == "installing"
                && (double?)server["progress"]?["percent"] is > 0 and < 100 && (long?)server["progress"]!["total"] == 87188267,
            "a part of the app is there");
        await _fleet.StateAsync(id, "stopped");
        Assert.Equal(2, steam.Calls.Count);
        Assert.Contains("attempt 2 of 10", _fleet.WorkerLog, StringComparison.Ordinal);
        await _fleet.RunAsync("server", "start", id);
        var pid = (int)(await _fleet.StateAsync(id, "ready"))["pid"]!;

        Publish(steam, 2);
        await _fleet.RunAsync("server", "update", id);

        var running = await _fleet.ServerAsync(id);
        Assert.Equal(("ready", pid, true), ((string)running["state"]!, (int)running["pid"]!, (bool)running["restart_needed"]!));
        Assert.EndsWith("+app_update 740 validate +quit", steam.Calls[^1], StringComparison.Ordinal);
        await _fleet.RunAsync("server", "restart", id);
        Assert.False((bool)(await _fleet.StateAsync(id, "ready"))["restart_needed"]!);
        Assert.Equal(
            ["version 1", "version 2"],
            (await _fleet.RunAsync("server", "logs", id)).Split('\n').Where(line => line.StartsWith("version", StringComparison.Ordinal)));

        // one of a server that is stopped, then one that fails: what is installed stays
        await _fleet.RunAsync("server", "stop", id);
        Publish(steam, 3);
        await _fleet.RunAsync("server", "update", id);
        var failed = await _fleet.TryAsync("server", "update", id);
        Assert.Equal(1, failed.Code);
        Assert.Contains("No subscription", failed.Output, StringComparison.Ordinal);
        Assert.Equal("stopped", (string)(await _fleet.ServerAsync(id))["state"]!);
        await _fleet.RunAsync("server", "start", id);
        await _fleet.StateAsync(id, "ready");
        Assert.Contains("version 3\n", await _fleet.RunAsync("server", "logs", id), StringComparison.Ordinal);
    }

    /// <summary>Puts a version of the game where SteamCMD gets it from.</summary>
    private static void Publish(SteamCmdProgram steam, int version)
    {
        var script = Path.Combine(steam.Content, "run.sh");
        File.WriteAllText(script, $"#!/bin/sh\necho version {version}\nexec ./game_server --ready line\n");
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.Copy(GameServerProgram.Path, Path.Combine(steam.Content, "game_server"), overwrite: true);
    }
}
