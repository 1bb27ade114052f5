using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using FleetBridge.Backends;
using FleetBridge.Core.Client;
using FleetBridge.Core.Hosting;
using FleetBridge.Core.Lifetime;
using FleetBridge.Core.Logs;
using FleetBridge.Core.Ports;
using FleetBridge.Core.Processes;
using FleetBridge.Core.Security;
using FleetBridge.Core.Text;
using FleetBridge.Options;
using FleetBridge.Output;
using FleetBridge.Protocol;
using FleetBridge.Serving;

namespace FleetBridge.Commands;

/// <summary><c>fleetbridge serve</c>: serve the editor until Ctrl-C.</summary>
internal static class ServeCommand
{
    public const string Name = "serve";

    /// <summary>The editor sends its first request right after the announcement.</summary>
    private static readonly TimeSpan FirstRequestLimit = TimeSpan.FromMilliseconds(500);

    public static Command Create()
    {
        var httpPort = PortOptions.Http("The port for requests; 0 for any free one");
        var webSocketPort = PortOptions.WebSocket("The port for the log; 0 for any free one");
        var gatewayPort = PortOptions.Gateway(
            "The port of the gateway and its page; 0 for any free one, off for none", DefaultPorts.Gateway, EnvironmentVariables.GatewayPort);
        var backends = BackendOptions.Folders();
        var logFile = LogOptions.File();
        var logLevel = LogOptions.Level();
        var json = JsonOption.Create();
        var project = ProjectOption.Create();
        var parentPid = new Option<EditorProcess?>("--parent-pid")
        {
            Description = "The process id of the editor: the bridge stops when that process has ended and no other editor uses the bridge.",
            HelpName = "pid",
            CustomParser = ParseEditor,
        };
        var stopWithInput = new Option<bool>("--stop-with-input")
        {
            Description = "Stop when standard input has ended and no other editor uses the bridge: the program that started it can stop it.",
        };
        var tokenFile = TokenOptions.File(
            "Require every client to send the token in this file; the file is created if it does not exist. The editor's plugin cannot send a token.");
        var allowOrigin = OriginOption.Create();
        var hostUrl = new Option<Uri?>("--host-url")
        {
            Description = "The host whose fleet the gateway and its page show; the one of this machine if none is named.",
            HelpName = "url",
            CustomParser = result => HttpAddress.Read(result, "a host", "http://127.0.0.1:9080"),
        };
        var jwt = new JwtOption();
        var mesh = new MeshOption();
        var request = new Option<string?>("--request")
        {
            Description = "Once both ports accept connections, send this request, print the response, and keep serving.",
        };
        var command = new ExampleCommand(
            Name,
            "Serve the Unreal editor until Ctrl-C: respond to its requests and stream the log to it.",
            "fleetbridge serve",
            "fleetbridge serve --http-port 8010 --websocket-port 8775 --backends ~/my-backends",
            "fleetbridge serve --project MyGame.uproject --request aws/1/deployment/packaged_build/check")
        {
            httpPort, webSocketPort, gatewayPort, hostUrl, backends, logFile, logLevel, json, tokenFile, allowOrigin, parentPid, stopWithInput,
            project, request,
        };
        jwt.AddTo(command);
        mesh.AddTo(command);
        command.SetAction((parsed, cancellation) => RunAsync(
            new ServeChoices(
                PortOptions.Read(parsed, httpPort),
                PortOptions.Read(parsed, webSocketPort),
                parsed.GetValue(gatewayPort),
                FirstRequest(parsed.GetValue(request), parsed.GetValue(project)),
                parsed.GetValue(json),
                parsed.GetValue(tokenFile)),
            new ServingOptions
            {
                Bridge = new BridgeCompositionOptions { BackendRoots = BackendOptions.RootsWith(parsed.GetValue(backends)) },
                LogOrigins = parsed.GetValue(allowOrigin) is { Length: > 0 } origins ? new LogOrigins(origins) : LogOrigins.EngineOnly,
                ProjectSettings = parsed.GetValue(project) is { } named ? ProjectOption.ReadSettings(named) : null,
                HostUrl = parsed.GetValue(hostUrl),
                Jwt = jwt.Read(parsed),
                Mesh = mesh.Read(parsed),
                Editor = parsed.GetValue(parentPid),
                Input = parsed.GetValue(stopWithInput) ? Console.OpenStandardInput() : null,
                FirstRequestLimit = parsed.GetValue(request) is null ? FirstRequestLimit : TimeSpan.Zero,
            },
            new BridgeLogOptions
            {
                File = parsed.GetValue(logFile),
                Level = LogOptions.Read(parsed, logLevel),
                History = parsed.GetValue(gatewayPort) is PortOptions.Off ? BridgeLog.ShortHistory : BridgeLog.LongHistory,
            },
            cancellation));
        return command;
    }

    private static EditorProcess? ParseEditor(ArgumentResult result)
    {
        if (int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id > 0)
        {
            return new EditorProcess(id);
        }

        result.AddError($"--parent-pid: '{result.Tokens[0].Value}' is not a process id (a number above 0).");
        return null;
    }

    private static BackendRequest? FirstRequest(string? request, string? project)
    {
        if (request is null)
        {
            return null;
        }

        return RequestCommand.Parse(request, ProjectOption.ReadSettings(project));
    }

    private static async Task<int> RunAsync(
        ServeChoices choices, ServingOptions options, BridgeLogOptions logOptions, CancellationToken cancellation)
    {
        if (choices.HttpPort == choices.WebSocketPort && choices.HttpPort != 0)
        {
            throw new UserException(ExitCode.Usage, $"--http-port and --websocket-port are both {choices.HttpPort}; they must differ.");
        }

        if (options.Mesh is { } mesh)
        {
            CheckMesh(mesh);
        }

        using var hangup = new HangupHandler(cancellation);

        DescriptorBudget.OfProcess.Demand();

        // Before anything else: a second bridge must not touch anything of the first.
        using var ports = BridgePorts.Bind(
            choices.HttpPort,
            choices.WebSocketPort,
            PortOptions.ReadGateway(choices.GatewayPort, DefaultPorts.Gateway),
            orAnyGateway: choices.GatewayPort is null);
        options = options with
        {
            Token = TokenOptions.Read(choices.TokenFile, create: true),
            Signals = hangup.Token,
            PageLink = ports.Gateway is null ? null : PageLink.NewToken(),
        };

        // The ports accept connections already: the program that started this one waits for the announcement, not for the server.
        var announcing = Task.CompletedTask;
        await using var log = BridgeLog.Open(
            logOptions,
            TimeProvider.System,
            file => announcing = Task.Run(() => Announce(ports, options.PageLink, file, choices.Json), CancellationToken.None));
        UnwrittenOutput.LogTo(log.Loggers.CreateLogger(typeof(UnwrittenOutput).FullName!));
        await using var serving = await ServingHost.StartAsync(options, ports, log, TimeProvider.System).ConfigureAwait(false);
        await announcing.ConfigureAwait(false);
        try
        {
            if (choices.First is { } first)
            {
                await SendAsync(first, ports.Http.Port, options.Token, serving.Stopping).ConfigureAwait(false);
            }

            await serving.BackendsLoaded.WaitAsync(serving.Stopping).ConfigureAwait(false);
            ReportBackends(serving.Backends.Statuses, options.Bridge.BackendRoots);
        }
        catch (OperationCanceledException) when (serving.Stopping.IsCancellationRequested)
        {
            // the bridge stops before it has loaded its backends
        }

        await serving.WaitForStopAsync().ConfigureAwait(false);
        return (int)ExitCode.Success;
    }

    /// <summary>Not inlined: nothing of the gateway is loaded where no broker is named.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void CheckMesh(MeshChoice choice) => MeshMember.Check(choice);

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

    /// <summary>Writes to the terminal what the log says too: a user who has mistyped a folder looks there first.</summary>
    private static void ReportBackends(IReadOnlyList<BackendStatus> statuses, IReadOnlyList<string> roots)
    {
        foreach (var root in roots.Where(root => !statuses.Any(status =>
            status.Path.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal))))
        {
            Terminal.WriteError($"There is no backend in {root}. Build one into {Path.Combine(root, "<name>", "<version>")}.");
        }

        foreach (var status in statuses)
        {
            if (status.Problem is null && BackendTrust.FindDoubt(new BackendFolder(status.Name, status.Version, status.Path)) is { } doubt)
            {
                Terminal.WriteError($"Warning: others could put their code into the backend {status.Name}/{status.Version}: {doubt}");
            }
        }

        foreach (var status in statuses.Where(status => status.Problem is not null))
        {
            Terminal.WriteError($"The backend {status.Name}/{status.Version} cannot be loaded: {status.Problem}");
        }
    }

    private static void Announce(BridgePorts ports, string? pageLink, string? logFile, bool json)
    {
        var page = ports.Gateway is { } gateway ? PageLink.AddressOf(gateway.Port, pageLink!) : null;
        if (json)
        {
            // without a serializer, which would be loaded and compiled first: the editor waits for this line
            var gatewayPart = page is null ? "" : $",\"gateway_port\":{ports.Gateway!.Port},\"page\":\"{page}\"";
            BackendConsole.StandardOutput.WriteLine(
                $"{{\"name\":\"{ProgramInfo.Name}\",\"version\":\"{ProgramInfo.Version}\",\"http_port\":{ports.Http.Port},"
                + $"\"websocket_port\":{ports.WebSocket.Port},\"pid\":{Environment.ProcessId},\"log_file\":{JsonText(logFile)}{gatewayPart}}}");
            return;
        }

        var text = new StringBuilder();
        text.AppendLine($"{ProgramInfo.Name} {ProgramInfo.Version} is running.");
        text.AppendLine($"  requests  http://localhost:{ports.Http.Port}/<backend>/<version>/…");
        text.AppendLine($"  log       ws://localhost:{ports.WebSocket.Port}");
        if (page is not null)
        {
            text.AppendLine($"  page      {page}");
        }

        text.AppendLine($"  log file  {(logFile is null ? null : VisibleText.Of(logFile)) ?? "none: it cannot be written; choose another file with --log-file"}");
        text.Append("Press Ctrl-C to stop.");
        BackendConsole.StandardOutput.WriteLine(text.ToString());
    }

    private static string JsonText(string? text)
    {
        foreach (var letter in text ?? "")
        {
            if (letter is < ' ' or > '~' or '"' or '\\')
            {
                return Escaped(text!);
            }
        }

        return text is null ? "null" : $"\"{text}\"";
    }

    /// <summary>Not inlined: nothing of JSON is loaded for a plain path.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static string Escaped(string text) => $"\"{JsonEncodedText.Encode(text)}\"";

    /// <summary>The options that only the command needs.</summary>
    /// <param name="HttpPort">The port for requests; 0 for a free one.</param>
    /// <param name="WebSocketPort">The port of the log; 0 for a free one.</param>
    /// <param name="GatewayPort">The port of the gateway as it was written; null for the usual one.</param>
    /// <param name="First">A request to send as soon as the bridge responds; null for none.</param>
    /// <param name="Json">Whether to announce the ports as JSON.</param>
    /// <param name="TokenFile">The file with the token; null if clients need none.</param>
    private sealed record ServeChoices(int HttpPort, int WebSocketPort, string? GatewayPort, BackendRequest? First, bool Json, string? TokenFile);
}
