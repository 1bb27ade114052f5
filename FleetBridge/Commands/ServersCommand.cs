using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json.Nodes;
using FleetBridge.Core.Processes;
using FleetBridge.Core.State;
using FleetBridge.Core.Text;
using FleetBridge.Options;
using FleetBridge.Output;
using Spectre.Console;

namespace FleetBridge.Commands;

/// <summary><c>fleetbridge servers</c> and <c>workers</c>: the lists.</summary>
internal static class ServersCommand
{
    private static readonly TimeSpan WatchInterval = TimeSpan.FromSeconds(1);

    /// <summary>A host that is silent for so long is shown as away.</summary>
    private static readonly TimeSpan WatchLimit = TimeSpan.FromSeconds(3);

    /// <summary><c>servers</c>.</summary>
    public static Command CreateServers()
    {
        var common = new FleetOptions();
        var worker = common.Worker("List the servers of this worker only.");
        var watch = Watch();
        var all = new Option<bool>("--all") { Description = "List the servers of every host of the mesh; a host that does not respond is named." };
        var access = new MeshAccess();
        var command = new ExampleCommand(
            "servers", "List the game servers of a host, or of all hosts of the mesh, with their states.", "fleetbridge servers",
            "fleetbridge servers --watch", "fleetbridge servers --url https://builds:8770 --token-file builds.token --json",
            "fleetbridge servers --all --mesh amqps://ann@broker.example/studio --mesh-key studio.key")
        {
            worker, watch, all,
        };
        common.AddTo(command);
        access.AddTo(command, isRequired: false);
        command.Validators.Add(result => CheckAll(result, all, [worker, watch, common.Url]));
        command.SetAction((parsed, cancellation) => parsed.GetValue(all)
            ? ShowAllAsync(parsed, access, common.IsJson(parsed), cancellation)
            : access.IsNamed(parsed) ? throw new UserException(ExitCode.Usage, "--mesh is for the servers of all hosts: add --all.")
            : common.RunAsync(parsed, host => ShowAsync(
            host,
            parsed.GetValue(worker) is { } id ? $"server?worker_id={Uri.EscapeDataString(id)}" : "server",
            common.IsJson(parsed),
            parsed.GetValue(watch),
            items => FleetTables.Servers(items),
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

    private static void CheckAll(CommandResult result, Option<bool> all, IReadOnlyList<Option> others)
    {
        if (result.GetValue(all) && others.FirstOrDefault(option => result.GetResult(option) is { Implicit: false }) is { } other)
        {
            result.AddError($"--all lists every host of the mesh; {other.Name} is for one host.");
        }
    }

    /// <summary>Apart: RabbitMQ's assembly is loaded with the first method that uses it.</summary>
    private static Task<int> ShowAllAsync(ParseResult parsed, MeshAccess access, bool json, CancellationToken cancellation) =>
        !access.IsNamed(parsed)
            ? throw new UserException(ExitCode.Usage, "--all needs --mesh, the broker where the hosts are: amqps://user@broker/vhost.")
            : access.RunAsync(
                parsed,
                lists: true,
                (mesh, broker) => AllServers.PrintAsync(
                    mesh, RememberedHosts.Read(StateFolder.Locate(), broker, TimeProvider.System), json, cancellation),
                cancellation);

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

    private static async Task<JsonArray> ListAsync(FleetClient host, string path, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(WatchLimit, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            return await host.ListAsync(path, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new UserException(ExitCode.Unreachable, $"The host does not respond within {WatchLimit.TotalSeconds:0} seconds.");
        }
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
                        items = await ListAsync(host, path, cancellation).ConfigureAwait(false);
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
