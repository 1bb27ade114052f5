using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using FleetBridge.Backends;
using FleetBridge.Core.Client;
using FleetBridge.Core.Logs;
using FleetBridge.Core.Processes;
using FleetBridge.Core.Security;
using FleetBridge.Core.Telemetry;
using FleetBridge.Core.Text;
using FleetBridge.Options;
using FleetBridge.Output;
using FleetBridge.Protocol;
using FleetBridge.Serving;
using Serilog.Events;

namespace FleetBridge.Commands;

/// <summary><c>fleetbridge serve</c>: stand beside the editor until Ctrl-C.</summary>
internal static class ServeCommand
{
    public const string Name = "serve";

    public static Command Create()
    {
        var httpPort = PortOptions.Http("The port for requests; 0 for any free one");
        var webSocketPort = PortOptions.WebSocket("The port of the log; 0 for any free one");
        var backends = BackendOptions.Folders();
        var logFile = LogOptions.File();
        var logLevel = LogOptions.Level();
        var json = JsonOption.Create();
        var project = ProjectOption.Create();
        var parentPid = new Option<int?>("--parent-pid")
        {
            Description = "The editor's process: when it ends, however it does, the bridge ends too.",
            HelpName = "pid",
            CustomParser = ParseProcessId,
        };
        var stopWithInput = new Option<bool>("--stop-with-input")
        {
            Description = "End when the standard input ends: how a program that holds the other end stops the bridge.",
        };
        var tokenFile = TokenOptions.File(
            "A file with a token that every client has to send; it is made when there is none. The editor's plugin cannot send one.");
        var request = new Option<string?>("--request")
        {
            Description = "Once both ports accept, send this request through them, print the answer, and go on serving.",
        };
        var command = new ExampleCommand(
            Name,
            "Stand beside the editor: answer its requests and stream the log to it, until Ctrl-C.",
            "fleetbridge serve",
            "fleetbridge serve --http-port 8010 --websocket-port 8775 --backends ~/my-backends",
            "fleetbridge serve --project MyGame.uproject --request aws/1/deployment/packaged_build/check")
        {
            httpPort, webSocketPort, backends, logFile, logLevel, json, tokenFile, parentPid, stopWithInput, project, request,
        };
        command.SetAction((parsed, cancellation) => RunAsync(
            new BridgeServerOptions
            {
                HttpPort = parsed.GetValue(httpPort),
                WebSocketPort = parsed.GetValue(webSocketPort),
                BackendRoots = BackendOptions.RootsWith(parsed.GetValue(backends)),
            },
            new BridgeLogOptions { File = parsed.GetValue(logFile), Level = parsed.GetValue(logLevel) ?? LogEventLevel.Information },
            new ServeChoices(
                FirstRequest(parsed.GetValue(request), parsed.GetValue(project)),
                parsed.GetValue(parentPid) is { } pid ? new EditorProcess(pid) : null,
                parsed.GetValue(stopWithInput),
                parsed.GetValue(json),
                parsed.GetValue(tokenFile)),
            cancellation));
        return command;
    }

    private static int? ParseProcessId(ArgumentResult result)
    {
        if (int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id > 0)
        {
            return id;
        }

        result.AddError($"--parent-pid: '{result.Tokens[0].Value}' is no process id, a number above 0.");
        return null;
    }

    private static BackendRequest? FirstRequest(string? request, string? project)
    {
        if (request is null)
        {
            return project is null
                ? null
                : throw new UserException(ExitCode.Usage, "--project is for --request: the editor sends its settings by itself.");
        }

        return RequestCommand.Parse(request, ProjectOption.ReadSettings(project));
    }

    private static async Task<int> RunAsync(
        BridgeServerOptions options, BridgeLogOptions logOptions, ServeChoices choices, CancellationToken cancellation)
    {
        if (options.HttpPort == options.WebSocketPort && options.HttpPort != 0)
        {
            throw new UserException(ExitCode.Usage, $"--http-port and --websocket-port are both {options.HttpPort}: requests and the log need a port each.");
        }

        using var console = new HangupHandler(cancellation);

        // before all else: a second bridge must not touch anything of the first one's
        using var ports = BridgePorts.Bind(options);
        options = options with { Token = TokenOptions.Read(choices.TokenFile, create: true) };

        // The ports accept already, and what comes waits: whoever has started us waits for this line, and not for the server.
        var announcing = Task.CompletedTask;
        await using var log = BridgeLog.Open(
            logOptions,
            TimeProvider.System,
            file => announcing = Task.Run(() => Announce(ports, file, choices.Json), CancellationToken.None));
        await using var server = await BridgeServer.StartAsync(options, ports, log, TimeProvider.System).ConfigureAwait(false);
        await announcing.ConfigureAwait(false);
        await using var export = TelemetryExport.Begin(log.Loggers);
        await using var end = new ShutdownTriggers(
            choices.Editor, choices.StopWithInput ? Console.OpenStandardInput() : null, log.Loggers, console.Token);
        try
        {
            if (choices.First is { } first)
            {
                await SendAsync(first, server.HttpPort, options.Token, end.Token).ConfigureAwait(false);
            }

            await server.BackendsLoaded.WaitAsync(end.Token).ConfigureAwait(false);
            TellAboutBackends(server, options.BackendRoots);
            await Task.Delay(Timeout.Infinite, end.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (end.Token.IsCancellationRequested)
        {
            // that is how serving ends
        }

        await server.StopAsync().ConfigureAwait(false);
        return (int)ExitCode.Success;
    }

    private static async Task SendAsync(
        BackendRequest request, int port, AccessToken? token, CancellationToken cancellation)
    {
        try
        {
            using var bridge = new RemoteBridge(new Uri($"http://127.0.0.1:{port}"), token);
            await Responses.PrintAsync(await bridge.SendAsync(request, cancellation).ConfigureAwait(false), json: true)
                .ConfigureAwait(false);
        }
        catch (UserException exception)
        {
            Terminal.WriteError(exception.Message);
        }
    }

    /// <summary>Says what the log says too: whoever has mistyped a folder looks at the terminal first.</summary>
    private static void TellAboutBackends(BridgeServer server, IReadOnlyList<string> roots)
    {
        var statuses = server.Backends.Statuses;
        foreach (var root in roots.Where(root => !statuses.Any(status =>
            status.Path.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal))))
        {
            Terminal.WriteError($"There is no backend in {root}: a build belongs into <name>/<version>/ below it.");
        }

        foreach (var status in statuses.Where(status => status.Problem is not null))
        {
            Terminal.WriteError($"The backend {status.Name}/{status.Version} cannot be loaded: {status.Problem}");
        }
    }

    private static void Announce(BridgePorts ports, string? logFile, bool json)
    {
        if (json)
        {
            Console.Out.WriteLine(new JsonObject
            {
                ["name"] = ProgramInfo.Name,
                ["version"] = ProgramInfo.Version,
                ["http_port"] = ports.Http.Port,
                ["websocket_port"] = ports.WebSocket.Port,
                ["pid"] = Environment.ProcessId,
                ["log_file"] = logFile,
            }.ToJsonString());
            return;
        }

        var text = new StringBuilder();
        text.AppendLine($"{ProgramInfo.Name} {ProgramInfo.Version} serves.");
        text.AppendLine($"  requests  http://localhost:{ports.Http.Port}/<backend>/<version>/…");
        text.AppendLine($"  log       ws://localhost:{ports.WebSocket.Port}");
        text.AppendLine($"  log file  {logFile ?? "none: it cannot be written; name another one with --log-file"}");
        text.Append("Ctrl-C ends it.");
        Console.Out.WriteLine(text);
    }

    /// <summary>What is the command's own: the server knows nothing of it.</summary>
    /// <param name="First">A request to send once it answers.</param>
    /// <param name="Editor">The editor with which it ends.</param>
    /// <param name="StopWithInput">Whether it ends with its standard input.</param>
    /// <param name="Json">Whether to print JSON.</param>
    /// <param name="TokenFile">The file with the token; null when clients need none.</param>
    private sealed record ServeChoices(
        BackendRequest? First, EditorProcess? Editor, bool StopWithInput, bool Json, string? TokenFile);
}
