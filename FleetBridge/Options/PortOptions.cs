using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using FleetBridge.Core.Client;

namespace FleetBridge.Options;

/// <summary>The options that choose the two ports.</summary>
internal static class PortOptions
{
    /// <summary>The port for requests; 0 is any free one.</summary>
    /// <param name="description">What the help says, without the full stop.</param>
    public static Option<int> Http(string description) =>
        Create("--http-port", EnvironmentVariables.HttpPort, DefaultPorts.Requests, description, lowest: 0);

    /// <summary>The port of the log.</summary>
    /// <param name="description">What the help says, without the full stop.</param>
    /// <param name="lowest">0 where any free port will do, 1 where the port must be named.</param>
    public static Option<int> WebSocket(string description, int lowest = 0) =>
        Create("--websocket-port", EnvironmentVariables.WebSocketPort, DefaultPorts.Log, description, lowest);

    private static Option<int> Create(string name, string variable, int usual, string description, int lowest) => new(name)
    {
        Description = $"{description}. [{variable}]",
        CustomParser = result => Parse(result, result.Tokens[0].Value, lowest),
        DefaultValueFactory = result => EnvironmentVariables.Find(variable) is { } port ? Parse(result, port, lowest) : usual,
    };

    private static int Parse(ArgumentResult result, string text, int lowest)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && port >= lowest && port <= ushort.MaxValue)
        {
            return port;
        }

        result.AddError($"'{text}' is not a port (a number from {lowest} to {ushort.MaxValue}).");
        return 0;
    }
}
