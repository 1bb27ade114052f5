using System.Globalization;
using System.Text;
using FleetBridge.Fleet.Servers;

namespace FleetBridge.Fleet.Worker;

/// <content>Completes its configuration for a start.</content>
internal sealed partial class ServerSupervisor
{
    /// <summary>With the ports that it has, and what its SDK needs.</summary>
    internal static ServerConfiguration Complete(DesiredServer desired, IReadOnlyDictionary<string, int> ports, string processId)
    {
        var variables = new Dictionary<string, string>();
        if (desired.GameLift is { } gameLift)
        {
            variables["GAMELIFT_SDK_WEBSOCKET_URL"] = gameLift.Endpoint;
            variables["GAMELIFT_SDK_FLEET_ID"] = gameLift.FleetId;
            variables["GAMELIFT_SDK_HOST_ID"] = gameLift.ComputeName;
            variables["GAMELIFT_SDK_PROCESS_ID"] = processId;
            variables["GAMELIFT_SDK_AUTH_TOKEN"] = gameLift.AuthToken;
        }

        foreach (var (name, port) in ports)
        {
            var word = string.Concat(name.Select(letter => char.IsAsciiLetterOrDigit(letter) ? char.ToUpperInvariant(letter) : '_'));
            variables[$"FLEETBRIDGE_PORT_{word}"] = port.ToString(CultureInfo.InvariantCulture);
        }

        foreach (var (name, value) in desired.Configuration.Environment)
        {
            variables[name] = value;
        }

        return desired.Configuration with
        {
            Ports = ports,
            Environment = variables,
            Arguments = [.. desired.Configuration.Arguments.Select(argument => Fill(argument, ports, desired.GameLift, processId))],
        };
    }

    /// <summary><c>{port:NAME}</c>, <c>{port}</c> for the first one, <c>{process_id}</c>, and what its SDK needs as
    /// <c>{gamelift:…}</c>.</summary>
    private static string Fill(string argument, IReadOnlyDictionary<string, int> ports, GameLiftVariables? gameLift, string processId)
    {
        if (!argument.Contains('{', StringComparison.Ordinal))
        {
            return argument;
        }

        var text = new StringBuilder(argument).Replace("{process_id}", processId);
        if (gameLift is not null)
        {
            text.Replace("{gamelift:endpoint}", gameLift.Endpoint).Replace("{gamelift:fleet}", gameLift.FleetId)
                .Replace("{gamelift:compute}", gameLift.ComputeName).Replace("{gamelift:token}", gameLift.AuthToken);
        }

        foreach (var (name, port) in ports)
        {
            text.Replace($"{{port:{name}}}", port.ToString(CultureInfo.InvariantCulture));
        }

        return ports.Count == 0
            ? text.ToString()
            : text.Replace("{port}", ports.First().Value.ToString(CultureInfo.InvariantCulture)).ToString();
    }
}
