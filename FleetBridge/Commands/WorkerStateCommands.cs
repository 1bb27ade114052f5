using System.CommandLine;
using System.Text.Json.Nodes;
using FleetBridge.Core.Client.Wire;
using FleetBridge.Core.Text;
using FleetBridge.Options;
using FleetBridge.Output;

namespace FleetBridge.Commands;

/// <summary><c>fleetbridge worker freeze</c>, <c>thaw</c> and <c>shutdown</c>: a host's workers, from any terminal of its machine.</summary>
internal static class WorkerStateCommands
{
    /// <summary>Adds them to the command <c>worker</c>.</summary>
    public static void AddTo(Command worker)
    {
        worker.Subcommands.Add(Create("freeze", "frozen", "Let a worker keep its servers and take no new ones."));
        worker.Subcommands.Add(Create("thaw", "alive", "Let a frozen worker take new servers again."));
        worker.Subcommands.Add(Create("shutdown", "shutdown", "Stop a worker's servers, and then the worker."));
    }

    private static ExampleCommand Create(string name, string status, string description)
    {
        var common = new FleetOptions();
        var id = common.Id("worker");
        var command = new ExampleCommand(name, description, $"fleetbridge worker {name} w-1a2b") { id };
        common.AddTo(command);
        command.SetAction((parsed, cancellation) => common.RunAsync(parsed, async host =>
        {
            var worker = await host.CallAsync(
                HttpMethod.Put, $"worker/{Uri.EscapeDataString(parsed.GetValue(id)!)}", new JsonObject { ["status"] = status }, cancellation)
                .ConfigureAwait(false);
            if (common.IsJson(parsed))
            {
                await Responses.PrintJsonAsync(worker!).ConfigureAwait(false);
            }
            else
            {
                Terminal.WriteLine(Terminal.Out, VisibleText.Of(
                    $"{WireJson.Text(worker, "id")} ({WireJson.Text(worker, "name")}) is {WireJson.Text(worker, "status")}"
                    + (status == "shutdown" ? ", and was asked to shut down." : ".")));
            }

            return 0;
        }));
        return command;
    }
}
