using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using FleetBridge.Options;
using FleetBridge.Output;

namespace FleetBridge.Commands;

/// <summary><c>fleetbridge logs</c>: follow the log of a running bridge, as the editor does.</summary>
internal static class LogsCommand
{
    private const int MostSeconds = 86_400;

    public static Command Create()
    {
        var json = JsonOption.Create();
        var port = PortOptions.WebSocket("The port of the log", lowest: 1);
        var wait = new Option<double>("--wait")
        {
            Description = "How many seconds to try to connect, at the start and after the connection was lost.",
            HelpName = "seconds",
            DefaultValueFactory = _ => 60,
            CustomParser = ParseSeconds,
        };
        var tokenFile = TokenOptions.File();
        var command = new ExampleCommand(
            "logs",
            "Follow the log of a running bridge until Ctrl-C. The log has one client at a time: while the editor is connected, "
            + "this command waits.",
            "fleetbridge logs",
            "fleetbridge logs --websocket-port 8775 --json")
        {
            port, wait, tokenFile, json,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var connection = new LogConnection(
                new Uri($"ws://localhost:{PortOptions.Read(parsed, port)}/"),
                TokenOptions.Read(parsed.GetValue(tokenFile)),
                TimeSpan.FromSeconds(parsed.GetValue(wait)),
                TimeProvider.System);
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            OutputReader.CancelWhenGone(ending);
            return (int)await new LogFollower(connection, parsed.GetValue(json), TimeProvider.System)
                .RunAsync(ending.Token).ConfigureAwait(false);
        });
        return command;
    }

    private static double ParseSeconds(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (double.TryParse(text, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0 and <= MostSeconds)
        {
            return seconds;
        }

        result.AddError($"'{text}' is not a number of seconds from 0 to {MostSeconds}.");
        return 0;
    }
}
