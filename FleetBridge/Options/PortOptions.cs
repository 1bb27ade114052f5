using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using FleetBridge.Core.Client;

namespace FleetBridge.Options;

/// <summary>
/// The options that choose the two ports. Their values are texts: the framework's generic code for numbers would be compiled at
/// every start, and <c>serve</c> is waited for.
/// </summary>
internal static class PortOptions
{
    /// <summary>The port for requests; 0 is any free one.</summary>
    /// <param name="description">What the help says, without the full stop.</param>
    public static Option<string> Http(string description) =>
        Create("--http-port", EnvironmentVariables.HttpPort, DefaultPorts.Requests, description, lowest: 0);

    /// <summary>The port of the log.</summary>
    /// <param name="description">What the help says, without the full stop.</param>
    /// <param name="lowest">0 where any free port will do, 1 where the port must be named.</param>
    public static Option<string> WebSocket(string description, int lowest = 0) =>
        Create("--websocket-port", EnvironmentVariables.WebSocketPort, DefaultPorts.Log, description, lowest);

    /// <summary>What stands for no port.</summary>
    public const string Off = "off";

    /// <summary>The port of the gateway; 0 is any free one, <see cref="Off"/> none.</summary>
    /// <param name="description">What the help says, without the full stop.</param>
    /// <param name="usual">The port if none is named.</param>
    /// <param name="variable">The environment variable that sets it; null for none.</param>
    public static Option<string?> Gateway(string description, int usual, string? variable) => new("--gateway-port")
    {
        Description = $"{description}.{(variable is null ? "" : $" [{variable}]")} [default: {usual}]",
        HelpName = "port",
        CustomParser = result => CheckGateway(result, result.Tokens[0].Value),
        DefaultValueFactory = result => variable is not null && EnvironmentVariables.Find(variable) is { } port
            ? CheckGateway(result, port, $"{variable}: ")
            : null,
    };

    /// <summary>The port of a gateway that was chosen; null for none.</summary>
    /// <param name="written">What was written; null for nothing.</param>
    /// <param name="usual">The port if none is named.</param>
    public static int? ReadGateway(string? written, int usual) =>
        written is Off ? null : written is null ? usual : int.Parse(written, CultureInfo.InvariantCulture);

    private static string? CheckGateway(ArgumentResult result, string text, string origin = "") =>
        text == Off ? text : Check(result, text, lowest: 0, origin);

    /// <summary>The port that was chosen.</summary>
    public static int Read(ParseResult parsed, Option<string> option) => int.Parse(parsed.GetValue(option)!, CultureInfo.InvariantCulture);

    /// <summary>A port.</summary>
    /// <param name="name">The option.</param>
    /// <param name="variable">The environment variable that sets it; null for none.</param>
    /// <param name="usual">The port without either.</param>
    /// <param name="description">What the help says, without the full stop.</param>
    /// <param name="lowest">0 where any free port will do, 1 where the port must be named.</param>
    public static Option<string> Create(string name, string? variable, int usual, string description, int lowest = 0) => new(name)
    {
        Description = variable is null ? $"{description}." : $"{description}. [{variable}]",
        CustomParser = result => Check(result, result.Tokens[0].Value, lowest),
        DefaultValueFactory = result => variable is not null && EnvironmentVariables.Find(variable) is { } port
            ? Check(result, port, lowest, $"{variable}: ")
            : usual.ToString(CultureInfo.InvariantCulture),
    };

    private static string Check(ArgumentResult result, string text, int lowest, string origin = "")
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && port >= lowest && port <= ushort.MaxValue)
        {
            return text;
        }

        result.AddError($"{origin}'{text}' is not a port (a number from {lowest} to {ushort.MaxValue}).");
        return "0";
    }
}
