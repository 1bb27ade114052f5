using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using Backends;
using FleetBridge.Logs;
using FleetBridge.Protocol;
using Serilog.Events;

namespace FleetBridge.Cli;

/// <summary><c>fleetbridge serve</c>: stand beside the editor until Ctrl-C.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var httpPort = SharedOptions.Port(
            "--http-port", "FLEETBRIDGE_HTTP_PORT", BridgeServerOptions.DefaultHttpPort, "The port for requests; 0 for any free one");
        var webSocketPort = SharedOptions.Port(
            "--websocket-port", "FLEETBRIDGE_WEBSOCKET_PORT", BridgeServerOptions.DefaultWebSocketPort, "The port of the log; 0 for any free one");
        var backends = SharedOptions.Backends();
        var logFile = SharedOptions.LogFile();
        var logLevel = SharedOptions.LogLevel();
        var json = SharedOptions.Json();
        var project = SharedOptions.Project();
        var request = new Option<string?>("--request")
        {
            Description = "Once both ports accept, send this request through them, print the answer, and go on serving.",
        };
        var command = new ExampleCommand(
            "serve",
            "Stand beside the editor: answer its requests and stream the log to it, until Ctrl-C.",
            "fleetbridge serve",
            "fleetbridge serve --http-port 8010 --websocket-port 8775 --backends ~/my-backends",
            "fleetbridge serve --project MyGame.uproject --request aws/1/deployment/packaged_build/check")
        {
            httpPort, webSocketPort, backends, logFile, logLevel, json, project, request,
        };
        command.SetAction((parsed, cancellation) => RunAsync(
            new BridgeServerOptions
            {
                HttpPort = parsed.GetValue(httpPort),
                WebSocketPort = parsed.GetValue(webSocketPort),
                BackendRoots = SharedOptions.RootsWith(parsed.GetValue(backends)),
            },
            new BridgeLogOptions { File = parsed.GetValue(logFile), Level = parsed.GetValue(logLevel) ?? LogEventLevel.Information },
            FirstRequest(parsed.GetValue(request), parsed.GetValue(project)),
            parsed.GetValue(json),
            cancellation));
        return command;
    }

    private static BackendRequest? FirstRequest(string? request, string? project)
    {
        if (request is null)
        {
            return project is null
                ? null
                : throw new CliException(ExitCode.Usage, "--project is for --request: the editor sends its settings by itself.");
        }

        return RequestCommand.Parse(request, SharedOptions.ReadProject(project));
    }

    private static async Task<int> RunAsync(
        BridgeServerOptions options, BridgeLogOptions logOptions, BackendRequest? first, bool json, CancellationToken cancellation)
    {
        await using var log = BridgeLog.Open(logOptions, TimeProvider.System);
        await using var server = await BridgeServer.StartAsync(options, log, TimeProvider.System).ConfigureAwait(false);
        Announce(server, log, json);
        try
        {
            if (first is not null)
            {
                await SendAsync(first, server.HttpPort, cancellation).ConfigureAwait(false);
            }

            await server.BackendsLoaded.WaitAsync(cancellation).ConfigureAwait(false);
            TellAboutBackends(server, options.BackendRoots);
            await Task.Delay(Timeout.Infinite, cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Ctrl-C or SIGTERM: that is how serving ends
        }

        await server.StopAsync().ConfigureAwait(false);
        return (int)ExitCode.Success;
    }

    private static async Task SendAsync(BackendRequest request, int port, CancellationToken cancellation)
    {
        try
        {
            using var bridge = new RemoteBridge(new Uri($"http://127.0.0.1:{port}"));
            await Replies.PrintAsync(await bridge.SendAsync(request, cancellation).ConfigureAwait(false), json: true)
                .ConfigureAwait(false);
        }
        catch (CliException exception)
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

    private static void Announce(BridgeServer server, BridgeLog log, bool json)
    {
        if (json)
        {
            Console.Out.WriteLine(new JsonObject
            {
                ["name"] = ProgramInfo.Name,
                ["version"] = ProgramInfo.Version,
                ["http_port"] = server.HttpPort,
                ["websocket_port"] = server.WebSocketPort,
                ["pid"] = Environment.ProcessId,
                ["log_file"] = log.FilePath,
            }.ToJsonString());
            return;
        }

        var text = new StringBuilder();
        text.AppendLine($"{ProgramInfo.Name} {ProgramInfo.Version} serves.");
        text.AppendLine($"  requests  http://localhost:{server.HttpPort}/<backend>/<version>/…");
        text.AppendLine($"  log       ws://localhost:{server.WebSocketPort}");
        text.AppendLine($"  log file  {log.FilePath ?? "none: it cannot be written; name another one with --log-file"}");
        text.Append("Ctrl-C ends it.");
        Console.Out.WriteLine(text);
    }
}
