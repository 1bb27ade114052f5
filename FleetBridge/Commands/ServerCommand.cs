using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json.Nodes;
using FleetBridge.Core.Client.Wire;
using FleetBridge.Core.Processes;
using FleetBridge.Core.Text;
using FleetBridge.Options;
using FleetBridge.Output;

namespace FleetBridge.Commands;

/// <summary><c>fleetbridge server</c>: the game servers of a host, one by one.</summary>
internal static class ServerCommand
{
    private const string Pending = "pending";
    private const string Delivered = "delivered";

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    public static Command Create()
    {
        var command = new Command("server", "Add, show, start, stop, update, command, read and delete the game servers of a host.");
        command.Subcommands.Add(ServerAddCommand.Create());
        command.Subcommands.Add(ServerShowCommand.Create());
        command.Subcommands.Add(CreateCommand("start", "Start a server.", "fleetbridge server start s-1a2b"));
        command.Subcommands.Add(CreateCommand("stop", "Stop a server: by its stop command, its signal, then a kill.", "fleetbridge server stop s-1a2b"));
        command.Subcommands.Add(CreateCommand("restart", "Stop a server and start it again.", "fleetbridge server restart s-1a2b"));
        command.Subcommands.Add(CreateCommand("kill", "End a server and all of its processes at once.", "fleetbridge server kill s-1a2b"));
        command.Subcommands.Add(CreateCommand(
            "update", "Install the newest version of a server's game. A running server keeps running; its next start uses the new version.", "fleetbridge server update s-1a2b"));
        command.Subcommands.Add(CreateSend());
        command.Subcommands.Add(CreateDelete());
        command.Subcommands.Add(ServerLogsCommand.Create());
        command.Subcommands.Add(ServerAttachCommand.Create());
        return command;
    }

    private static ExampleCommand CreateCommand(string type, string description, string example)
    {
        var common = new FleetOptions();
        var id = common.Id("server");
        var timing = new CommandTiming();
        var command = new ExampleCommand(type, description, example, $"{example} --json") { id };
        timing.AddTo(command);
        common.AddTo(command);
        command.SetAction((parsed, cancellation) => common.RunAsync(parsed, host => GiveAsync(
            host, parsed.GetValue(id)!, new JsonObject { ["type"] = type }, timing, parsed, common.IsJson(parsed), cancellation)));
        return command;
    }

    private static ExampleCommand CreateSend()
    {
        var common = new FleetOptions();
        var id = common.Id("server");
        var text = new Argument<string>("text") { Description = "The line." };
        var timing = new CommandTiming();
        var command = new ExampleCommand(
            "send", "Write a line to a server's standard input.", "fleetbridge server send s-1a2b \"say the server restarts soon\"")
        {
            id, text,
        };
        timing.AddTo(command);
        common.AddTo(command);
        command.SetAction((parsed, cancellation) => common.RunAsync(parsed, host => GiveAsync(
            host,
            parsed.GetValue(id)!,
            new JsonObject { ["type"] = "stdin", ["text"] = parsed.GetValue(text) },
            timing,
            parsed,
            common.IsJson(parsed),
            cancellation)));
        return command;
    }

    private static ExampleCommand CreateDelete()
    {
        var common = new FleetOptions();
        var id = common.Id("server");
        var command = new ExampleCommand(
            "delete", "Delete a server with everything it has on its worker; one that runs is stopped first.", "fleetbridge server delete s-1a2b")
        {
            id,
        };
        common.AddTo(command);
        command.SetAction((parsed, cancellation) => common.RunAsync(parsed, async host =>
        {
            var server = await host.CallAsync(HttpMethod.Delete, PathOf(parsed.GetValue(id)!), null, cancellation).ConfigureAwait(false);
            if (common.IsJson(parsed))
            {
                await Responses.PrintJsonAsync(server!).ConfigureAwait(false);
            }
            else
            {
                Terminal.WriteLine(Terminal.Out, VisibleText.Of($"{WireJson.Text(server, "id")} is being deleted by its worker {WireJson.Text(server, "worker_id")}."));
            }

            return 0;
        }));
        return command;
    }

    /// <summary>The path of a server.</summary>
    public static string PathOf(string id) => $"server/{Uri.EscapeDataString(id)}";

    /// <summary>Gives a command; a person waits for its outcome, a program gets the command at once unless it asks to wait.</summary>
    private static async Task<int> GiveAsync(
        FleetClient host, string id, JsonObject body, CommandTiming timing, ParseResult parsed, bool json, CancellationToken cancellation)
    {
        if (timing.Timeout(parsed) is { } timeout)
        {
            body["timeout_seconds"] = timeout;
        }

        var command = await host.CallAsync(HttpMethod.Post, $"{PathOf(id)}/command", body, cancellation).ConfigureAwait(false);
        if (timing.Waits(parsed, json))
        {
            command = await WaitAsync(host, id, command, cancellation).ConfigureAwait(false);
        }

        if (json)
        {
            await Responses.PrintJsonAsync(command!).ConfigureAwait(false);
        }
        else
        {
            var error = WireJson.Text(command, "error");
            Terminal.WriteLine(Terminal.Out, VisibleText.Of(
                $"{WireJson.Text(command, "type")} of {id}: {WireJson.Text(command, "status")}{(error is null ? "" : $". {error}")}"));
        }

        return WireJson.Text(command, "status") switch
        {
            "failed" => (int)ExitCode.ResultFalse,
            "expired" => (int)ExitCode.TimedOut,
            _ => 0,
        };
    }

    private static async Task<JsonNode?> WaitAsync(FleetClient host, string id, JsonNode? command, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(PollInterval, TimeProvider.System);
        var path = $"{PathOf(id)}/command/{Uri.EscapeDataString(WireJson.Text(command, "id") ?? "")}";
        while (WireJson.Text(command, "status") is Pending or Delivered && await timer.WaitForNextTickAsync(cancellation).ConfigureAwait(false))
        {
            command = await host.GetAsync(path, cancellation).ConfigureAwait(false);
        }

        return command;
    }

    /// <summary>How long a command may wait, and whether to wait for it.</summary>
    private sealed class CommandTiming
    {
        private readonly Option<double?> _timeout = new("--timeout")
        {
            Description = "How long the command may wait for its worker; 60 by default.",
            HelpName = "seconds",
            CustomParser = ReadSeconds,
        };

        private readonly Option<bool> _wait = new("--wait") { Description = "With --json too, wait for the command's outcome." };

        private readonly Option<bool> _noWait = new("--no-wait") { Description = "Do not wait for the command's outcome." };

        public void AddTo(Command command)
        {
            command.Options.Add(_timeout);
            command.Options.Add(_wait);
            command.Options.Add(_noWait);
        }

        public double? Timeout(ParseResult parsed) => parsed.GetValue(_timeout);

        public bool Waits(ParseResult parsed, bool json) => parsed.GetValue(_wait) || (!json && !parsed.GetValue(_noWait));

        private static double? ReadSeconds(ArgumentResult result)
        {
            var text = result.Tokens[0].Value;
            if (double.TryParse(text, CultureInfo.InvariantCulture, out var seconds) && seconds > 0)
            {
                return seconds;
            }

            result.AddError($"--timeout: '{text}' is not a number of seconds.");
            return null;
        }
    }
}
