using System.CommandLine;
using System.Text.Json.Nodes;
using FleetBridge.Core.Processes;
using FleetBridge.Core.Text;
using FleetBridge.Options;
using FleetBridge.Output;
using Spectre.Console;

namespace FleetBridge.Commands;

/// <summary><c>fleetbridge servers</c> and <c>workers</c>: the lists.</summary>
internal static class ServersCommand
{
    private static readonly TimeSpan WatchInterval = TimeSpan.FromSeconds(1);

    /// <summary><c>servers</c>.</summary>
    public static Command CreateServers()
    {
        var common = new FleetOptions();
        var worker = common.Worker("List the servers of this worker only.");
        var watch = Watch();
        var command = new ExampleCommand(
            "servers", "List the game servers of a host, with their states.", "fleetbridge servers", "fleetbridge servers --watch",
            "fleetbridge servers --json")
        {
            worker, watch,
        };
        common.AddTo(command);
        command.SetAction((parsed, cancellation) => common.RunAsync(parsed, host => ShowAsync(
            host,
            parsed.GetValue(worker) is { } id ? $"server?worker_id={Uri.EscapeDataString(id)}" : "server",
            common.IsJson(parsed),
            parsed.GetValue(watch),
            FleetTables.Servers,
            cancellation)));
        return command;
    }

    /// <summary><c>workers</c>.</summary>
    public static Command CreateWorkers()
    {
        var common = new FleetOptions();
        var watch = Watch();
        var command = new ExampleCommand(
            "workers", "List the workers of a host.", "fleetbridge workers", "fleetbridge workers --json")
        {
            watch,
        };
        common.AddTo(command);
        command.SetAction((parsed, cancellation) => common.RunAsync(parsed, host => ShowAsync(
            host, "worker", common.IsJson(parsed), parsed.GetValue(watch), FleetTables.Workers, cancellation)));
        return command;
    }

    private static Option<bool> Watch() => new("--watch", "-w") { Description = "Keep the list up to date until Ctrl-C." };

    private static async Task<int> ShowAsync(
        FleetClient host, string path, bool json, bool watch, Func<JsonArray, Table> draw, CancellationToken cancellation)
    {
        var items = await host.ListAsync(path, cancellation).ConfigureAwait(false);
        if (json)
        {
            await Responses.PrintJsonAsync(new JsonObject { ["items"] = items }).ConfigureAwait(false);
        }
        else if (watch && Terminal.Out.Profile.Capabilities.Interactive)
        {
            await WatchAsync(host, path, items, draw, cancellation).ConfigureAwait(false);
        }
        else if (items.Count == 0)
        {
            Terminal.WriteLine(Terminal.Out, "There are none.");
        }
        else
        {
            Terminal.Out.Write(draw(items));
        }

        return 0;
    }

    private static Task WatchAsync(
        FleetClient host, string path, JsonArray items, Func<JsonArray, Table> draw, CancellationToken cancellation) =>
        Terminal.Out.Live(draw(items)).StartAsync(async live =>
        {
            using var timer = new PeriodicTimer(WatchInterval, TimeProvider.System);
            try
            {
                while (await timer.WaitForNextTickAsync(cancellation).ConfigureAwait(false))
                {
                    try
                    {
                        items = await host.ListAsync(path, cancellation).ConfigureAwait(false);
                        live.UpdateTarget(draw(items));
                    }
                    catch (UserException exception) when (exception.Code == ExitCode.Unreachable)
                    {
                        // a host may be started again: what was seen last stays, and says so
                        var away = draw(items);
                        away.Caption = new TableTitle(Markup.Escape(VisibleText.Of(exception.Message)));
                        live.UpdateTarget(away);
                    }
                }
            }
            catch (OperationCanceledException)
            {
                // Ctrl-C is how one leaves
            }
        });
}
