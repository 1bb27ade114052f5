using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using FleetBridge.Core.Client;
using FleetBridge.Core.Lifetime;
using FleetBridge.Core.Logs;
using FleetBridge.Core.Ports;
using FleetBridge.Core.Processes;
using FleetBridge.Core.State;
using FleetBridge.Core.Text;
using FleetBridge.Fleet.Host;
using FleetBridge.Fleet.Store;
using FleetBridge.Options;

namespace FleetBridge.Commands;

/// <summary><c>fleetbridge host</c>: GameLift on this machine, until Ctrl-C.</summary>
internal static class HostCommand
{
    public const string Name = "host";

    /// <summary>The longest activation that GameLift allows.</summary>
    private const int LongestActivation = 600;

    public static Command Create()
    {
        var httpPort = PortOptions.Create("--http-port", variable: null, DefaultPorts.Host, "The plain port; 0 for any free one");
        var tlsPort = PortOptions.Create("--tls-port", variable: null, DefaultPorts.HostTls, "The port with TLS, which C++ and C# game servers need; 0 for any free one");
        var store = new Option<string?>("--store")
        {
            Description = "Keep fleets, sessions and players in this SQLite file instead of the one in your state folder.",
            HelpName = "file",
        };
        var strict = new Option<bool>("--strict")
        {
            Description = "Refuse game servers whose auth token this host has not issued.",
        };
        var activation = new Option<string?>("--activation-timeout")
        {
            Description = $"How long a game server may take to activate a game session, from 1 to {LongestActivation}; 300 by default.",
            HelpName = "seconds",
            CustomParser = CheckSeconds,
        };
        var endpoint = new Option<string?>("--sdk-endpoint")
        {
            Description = "The kind of WebSocket that RegisterCompute names to game servers: wss, or ws for Go, whose SDK verifies certificates.",
            HelpName = "wss|ws",
        };
        endpoint.AcceptOnlyFromAmong("wss", "ws");
        var address = new Option<string?>("--address")
        {
            Description = "Listen on this address (0.0.0.0 for all) instead of on this machine alone. Whoever reaches it can use the fleet.",
            HelpName = "address",
            CustomParser = CheckAddress,
        };
        var logFile = LogOptions.File();
        var logLevel = LogOptions.Level();
        var json = JsonOption.Create();
        var command = new ExampleCommand(
            Name,
            "GameLift on this machine until Ctrl-C: game servers connect to it, and game clients find the API that they know.",
            "fleetbridge host",
            "fleetbridge host --http-port 0 --tls-port 0 --json",
            "aws gamelift create-game-session --endpoint-url http://127.0.0.1:9080 --fleet-id fleet-local --maximum-player-session-count 8")
        {
            httpPort, tlsPort, store, strict, activation, endpoint, address, logFile, logLevel, json,
        };
        command.SetAction((parsed, cancellation) => RunAsync(
            new HostChoices(PortOptions.Read(parsed, httpPort), PortOptions.Read(parsed, tlsPort), parsed.GetValue(json)),
            new FleetHostOptions
            {
                Store = parsed.GetValue(store),
                IsStrict = parsed.GetValue(strict),
                ActivationTimeout = parsed.GetValue(activation) is { } seconds
                    ? TimeSpan.FromSeconds(int.Parse(seconds, CultureInfo.InvariantCulture))
                    : null,
                TellsPlainEndpoint = parsed.GetValue(endpoint) == "ws",
                Address = parsed.GetValue(address) is { } named ? IPAddress.Parse(named) : null,
            },
            new BridgeLogOptions
            {
                File = parsed.GetValue(logFile) ?? Path.Combine(StateFolder.Locate(), "logs", "host.log"),
                Level = LogOptions.Read(parsed, logLevel),
            },
            cancellation));
        return command;
    }

    private static string? CheckSeconds(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 1 and <= LongestActivation)
        {
            return text;
        }

        result.AddError($"--activation-timeout: '{text}' is not a number of seconds from 1 to {LongestActivation}.");
        return null;
    }

    private static string? CheckAddress(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (IPAddress.TryParse(text, out _))
        {
            return text;
        }

        result.AddError($"--address: '{text}' is not an IP address.");
        return null;
    }

    private static async Task<int> RunAsync(
        HostChoices choices, FleetHostOptions options, BridgeLogOptions logOptions, CancellationToken cancellation)
    {
        if (choices.HttpPort == choices.TlsPort && choices.HttpPort != 0)
        {
            throw new UserException(ExitCode.Usage, $"--http-port and --tls-port are both {choices.HttpPort}; they must differ.");
        }

        using var hangup = new HangupHandler(cancellation);

        // First of all: a second host must not touch anything of the first.
        using var ports = await BindAsync(choices, options).ConfigureAwait(false);
        var claim = StoreClaim.Take(options.StoreFile);
        options = options with { Signals = hangup.Token };
        var announcing = Task.CompletedTask;
        await using var log = BridgeLog.Open(
            logOptions,
            TimeProvider.System,
            file => announcing = Task.Run(() => Announce(ports, file, options, choices.Json), CancellationToken.None));
        await using var host = await FleetHost.StartAsync(options, ports, claim, log, TimeProvider.System).ConfigureAwait(false);
        await announcing.ConfigureAwait(false);
        try
        {
            await host.WaitForStopAsync().ConfigureAwait(false);
        }
        catch (FleetStoreException exception)
        {
            throw new UserException(ExitCode.Usage, exception.Message);
        }

        return (int)ExitCode.Success;
    }

    private static async Task<HostPorts> BindAsync(HostChoices choices, FleetHostOptions options)
    {
        try
        {
            return HostPorts.Bind(choices.HttpPort, choices.TlsPort, options.Address);
        }
        catch (PortTakenException taken)
        {
            const string Remedy = "Use it, stop it, or choose other ports with --http-port and --tls-port.";
            var owner = await PortOwner.AskAsync(taken.EndPoint, isTls: taken.EndPoint.Port == choices.TlsPort).ConfigureAwait(false);
            var holder = owner?.Description ?? ListeningProcess.Find(taken.EndPoint.Port)?.ToString();
            throw new UserException(ExitCode.PortTaken, $"{taken.Message} {(holder is null ? "" : $"It is {holder}. ")}{Remedy}");
        }
    }

    private static void Announce(HostPorts ports, string? logFile, FleetHostOptions options, bool json)
    {
        if (json)
        {
            Console.Out.WriteLine(new JsonObject
            {
                ["name"] = ProgramInfo.Name,
                ["version"] = ProgramInfo.Version,
                ["http_port"] = ports.Http.Port,
                ["tls_port"] = ports.Tls.Port,
                ["pid"] = Environment.ProcessId,
                ["log_file"] = logFile,
                ["store"] = options.StoreFile,
            }.ToJsonString());
            return;
        }

        var text = new StringBuilder();
        text.AppendLine($"{ProgramInfo.Name} {ProgramInfo.Version} hosts the fleet {FleetHost.DefaultFleet} on this machine.");
        text.AppendLine($"  GameLift API  http://127.0.0.1:{ports.Http.Port} (aws gamelift … --endpoint-url)");
        text.AppendLine($"  game servers  wss://127.0.0.1:{ports.Tls.Port}, ws://127.0.0.1:{ports.Http.Port}");
        text.AppendLine($"  store         {options.StoreFile}");
        text.AppendLine($"  log file      {logFile ?? "none: it cannot be written; choose another file with --log-file"}");
        text.Append("Press Ctrl-C to stop.");
        Console.Out.WriteLine(text);
    }

    /// <summary>The options that only the command needs.</summary>
    /// <param name="HttpPort">The plain port; 0 for a free one.</param>
    /// <param name="TlsPort">The port with TLS; 0 for a free one.</param>
    /// <param name="Json">Whether to announce the host as JSON.</param>
    private sealed record HostChoices(int HttpPort, int TlsPort, bool Json);
}
