using System.Text.Json;
using System.Text.Json.Nodes;
using FleetBridge.Core.Client.Wire;
using FleetBridge.Core.Processes;
using FleetBridge.Fleet.Servers;

namespace FleetBridge.Fleet.Local;

/// <summary>A launch as it is sent to a running host: written and read here.</summary>
internal static class LaunchRequest
{
    /// <summary>One host serves one machine.</summary>
    public const int MostProcesses = 1000;

    /// <summary>Writes a launch.</summary>
    /// <param name="follow">Whether the servers stop when the connection ends, and events come back.</param>
    public static JsonObject Write(ServerLaunch launch, bool follow) => new()
    {
        ["executable"] = launch.Executable,
        ["arguments"] = WireJson.ArrayOf(launch.Arguments),
        ["processes"] = launch.Processes,
        ["game_ports"] = launch.Ports.ToString(),
        ["follow"] = follow,
    };

    /// <summary>Reads a launch: an <c>executable</c>, or a <c>server_package_root</c> with a <c>fleet_launch_path</c>.</summary>
    /// <exception cref="UserException">It is not one.</exception>
    public static (ServerLaunch Launch, bool Follow) Read(JsonObject json)
    {
        var (root, path) = (WireJson.Text(json, "server_package_root"), WireJson.Text(json, "fleet_launch_path"));
        var executable = WireJson.Text(json, "executable")
            ?? (root is not null && path is not null ? Resolve(root, path) : throw Wrong("executable is missing, or server_package_root and fleet_launch_path"));
        if (!Path.IsPathFullyQualified(executable))
        {
            throw Wrong($"executable must be an absolute path, not {executable}");
        }

        var processes = json["processes"] is null ? 1 : json["processes"]!.GetValueKind() == JsonValueKind.Number ? WireJson.Number(json, "processes") : 0;
        if (processes is < 1 or > MostProcesses)
        {
            throw Wrong($"processes must be a whole number from 1 to {MostProcesses}");
        }

        var ports = WireJson.Text(json, "game_ports") is { } text
            ? GamePortRange.Parse(text) ?? throw Wrong($"game_ports must be a port or a range of ports, such as {GamePortRange.Default}, not {text}")
            : GamePortRange.Default;
        return (
            new ServerLaunch { Executable = executable, Arguments = WireJson.Texts(json, "arguments"), Processes = processes, Ports = ports },
            WireJson.Flag(json, "follow"));
    }

    /// <summary>The executable of a package.</summary>
    /// <exception cref="UserException">There can be none.</exception>
    public static string Resolve(string packageRoot, string launchPath)
    {
        var (executable, problem) = LaunchPath.Resolve(packageRoot, launchPath);
        return executable ?? throw new UserException(ExitCode.Usage, problem!);
    }

    private static UserException Wrong(string problem) => new(ExitCode.Usage, $"The request is wrong: {problem}.");
}
