using System.Text.Json.Nodes;
using FleetBridge.Options;
using FleetBridge.Output;

namespace FleetBridge.Commands;

/// <summary><c>fleetbridge server show</c>: one server, and how it ended lately.</summary>
internal static class ServerShowCommand
{
    public static ExampleCommand Create()
    {
        var common = new FleetOptions();
        var id = common.Id("server");
        var command = new ExampleCommand(
            "show", "Show a server with its recent ends: when, exit code or signal, and why.", "fleetbridge server show s-1a2b",
            "fleetbridge server show s-1a2b --json")
        {
            id,
        };
        common.AddTo(command);
        command.SetAction((parsed, cancellation) => common.RunAsync(parsed, async host =>
        {
            var server = await host.GetAsync(ServerCommand.PathOf(parsed.GetValue(id)!), cancellation).ConfigureAwait(false);
            if (common.IsJson(parsed))
            {
                await Responses.PrintJsonAsync(server!).ConfigureAwait(false);
            }
            else
            {
                Print(server);
            }

            return 0;
        }));
        return command;
    }

    private static void Print(JsonNode? server)
    {
        Terminal.Out.Write(FleetTables.Servers([server?.DeepClone()]));
        if ((server as JsonObject)?["recent_ends"] is JsonArray { Count: > 0 } ends)
        {
            Terminal.Out.Write(FleetTables.Ends(ends));
        }
        else
        {
            Terminal.WriteLine(Terminal.Out, "No end of it is known.");
        }
    }
}
