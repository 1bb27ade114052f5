using System.CommandLine;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using FleetBridge.Core.Client;
using FleetBridge.Core.Client.Wire;
using FleetBridge.Core.Lifetime;
using FleetBridge.Core.Logs;
using FleetBridge.Core.Ports;
using FleetBridge.Core.Processes;
using FleetBridge.Core.State;
using FleetBridge.Core.Text;
using FleetBridge.Fleet.Host;
using FleetBridge.Options;
using FleetBridge.Output;
using FleetBridge.Serving;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Commands;

/// <summary><c>fleetbridge gateway</c>: a gateway as a process of its own, for other machines.</summary>
internal static class GatewayCommand
{
    public const string Name = "gateway";

    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(15);

    public static Command Create()
    {
        var port = PortOptions.Create("--port", EnvironmentVariables.GatewayPort, DefaultPorts.Gateway, "The port; 0 for any free one");
        var backend = Address("--backend-url", "The bridge whose backends and log it offers; its own gateway is found by this address.", DefaultPorts.Requests);
        var host = Address("--host-url", "The host whose fleet it offers.", DefaultPorts.Host);
        var listen = new Option<string?>("--listen")
        {
            Description = "Listen on this address (0.0.0.0 for all) instead of on this machine alone; connections are encrypted then.",
            HelpName = "address",
            CustomParser = result =>
            {
                if (!IPAddress.TryParse(result.Tokens[0].Value, out _))
                {
                    result.AddError($"'{result.Tokens[0].Value}' is not an address, such as 0.0.0.0 or 192.168.1.10.");
                }

                return result.Tokens[0].Value;
            },
        };
        var certificate = new Option<string?>("--certificate")
        {
            Description = "The certificate with its key, PEM or PFX; without this option one is made, and its fingerprint shown.",
            HelpName = "file",
            CustomParser = result => Grammar.Named(result, "a file"),
        };
        var jwt = new JwtOption();
        var mesh = new MeshOption();
        var tokenFile = TokenOptions.File("The file with the token of the bridge, if it requires one.");
        var logFile = LogOptions.File();
        var logLevel = LogOptions.Level();
        var json = JsonOption.Create();
        var command = new ExampleCommand(
            Name,
            "Serve a gateway and its page until Ctrl-C, for people and programs on other machines.",
            "fleetbridge gateway --listen 0.0.0.0 --certificate studio.pem",
            "fleetbridge gateway --port 0 --backend-url http://127.0.0.1:8000 --host-url http://127.0.0.1:9080 --json")
        {
            port, backend, host, listen, certificate, tokenFile, logFile, logLevel, json,
        };
        jwt.AddTo(command);
        mesh.AddTo(command);
        command.SetAction((parsed, cancellation) => RunAsync(
            new GatewayChoices(
                PortOptions.Read(parsed, port),
                parsed.GetValue(backend)!,
                parsed.GetValue(host)!,
                parsed.GetValue(listen) is { } address ? IPAddress.Parse(address) : null,
                parsed.GetValue(certificate),
                parsed.GetValue(tokenFile),
                jwt.Read(parsed),
                mesh.Read(parsed),
                parsed.GetValue(json)),
            new BridgeLogOptions
            {
                File = parsed.GetValue(logFile) ?? Path.Combine(StateFolder.Locate(), "logs", "gateway.log"),
                Level = LogOptions.Read(parsed, logLevel),
            },
            cancellation));
        return command;
    }

    private static Option<Uri> Address(string name, string description, int usualPort)
    {
        var usual = $"http://127.0.0.1:{usualPort}";
        return new Option<Uri>(name)
        {
            Description = $"{description} [default: {usual}]",
            HelpName = "url",
            CustomParser = result => HttpAddress.Read(result, "a FleetBridge", usual)!,
            DefaultValueFactory = _ => new Uri(usual),
        };
    }

    private static async Task<int> RunAsync(GatewayChoices choices, BridgeLogOptions logOptions, CancellationToken cancellation)
    {
        var clock = TimeProvider.System;
        using var hangup = new HangupHandler(cancellation);
        DescriptorBudget.OfProcess.Demand();
        using var sockets = await BindAsync(choices).ConfigureAwait(false);
        var announcing = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var log = BridgeLog.Open(logOptions, clock, file => announcing.TrySetResult(file));
        UnwrittenOutput.LogTo(log.Loggers.CreateLogger(typeof(UnwrittenOutput).FullName!));
        var isPublic = choices.Listen is { } address && !IPAddress.IsLoopback(address);
        using var certificate = isPublic || choices.Certificate is not null
            ? GatewayCertificate.Open(choices.Certificate, StateFolder.Locate(), log.Loggers.CreateLogger<HostCertificate>(), clock)
            : null;
        await using var mesh = choices.Mesh is { } choice
            ? MeshMember.OfCaller(choice, null, log.Loggers.CreateLogger<MeshMember>(), clock) : null;
        if (mesh is not null)
        {
            await mesh.StartAsync(cancellation).ConfigureAwait(false);
        }

        var options = new StandaloneOptions(
            StateFolder.Locate(),
            choices.Backend,
            choices.Host,
            TokenOptions.Read(choices.TokenFile),
            isPublic,
            certificate is null ? null : GatewayCertificate.Tls(certificate),
            choices.Jwt,
            PageLink.NewToken(),
            mesh);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(hangup.Token);
        var gateway = StandaloneGateway.Create(sockets, options, log, clock, stopping.Token);
        using var host = Build(gateway, log, hangup.Token);
        await host.StartAsync(CancellationToken.None).ConfigureAwait(false);
        Announce(
            sockets.Port, PageLink.AddressOf(sockets.Port, options.PageLink, certificate is not null), await announcing.Task.ConfigureAwait(false),
            certificate is null ? null : GatewayCertificate.FingerprintOf(certificate), choices.Json);
        await host.WaitForShutdownAsync(CancellationToken.None).ConfigureAwait(false);
        await stopping.CancelAsync().ConfigureAwait(false);
        return (int)ExitCode.Success;
    }

    private static IHost Build(IHostedService gateway, BridgeLog log, CancellationToken signals)
    {
        // The working folder, the default content root, may have been deleted.
        var builder = Host.CreateEmptyApplicationBuilder(
            new HostApplicationBuilderSettings { ApplicationName = ProgramInfo.Name, ContentRootPath = AppContext.BaseDirectory });
        builder.Services.Replace(ServiceDescriptor.Singleton<ILoggerFactory>(new HostLoggers(log)));
        builder.Services.Replace(ServiceDescriptor.Singleton<IHostLifetime>(new SignalLifetime()));
        builder.Services.Configure<Microsoft.Extensions.Hosting.HostOptions>(options => options.ShutdownTimeout = StopLimit);
        builder.Services.AddSingleton(gateway);
        builder.Services.AddSingleton<IHostedService>(provider => new StopOnSignal(provider.GetRequiredService<IHostApplicationLifetime>(), signals));
        return builder.Build();
    }

    private static async Task<LoopbackSockets> BindAsync(GatewayChoices choices)
    {
        try
        {
            return LoopbackSockets.Bind(choices.Port, choices.Listen is { } address && !IPAddress.IsLoopback(address) ? address : null);
        }
        catch (PortTakenException taken)
        {
            var owner = await PortOwner.AskAsync(taken.EndPoint).ConfigureAwait(false);
            throw new UserException(
                ExitCode.PortTaken,
                $"{taken.Message} {(owner is null ? "" : $"It is {owner.Description}. ")}Use it, stop it, or choose another port with --port.");
        }
    }

    private static void Announce(int port, string page, string? logFile, string? fingerprint, bool json)
    {
        if (json)
        {
            var announcement = new JsonObject
            {
                ["name"] = ProgramInfo.Name,
                ["version"] = ProgramInfo.Version,
                ["process"] = HealthMessage.Gateway,
                ["gateway_port"] = port,
                ["page"] = page,
                ["pid"] = Environment.ProcessId,
                ["log_file"] = logFile,
            };
            if (fingerprint is not null)
            {
                announcement["fingerprint"] = fingerprint;
            }

            BackendConsole.StandardOutput.WriteLine(announcement.ToJsonString());
            return;
        }

        var text = new StringBuilder();
        text.AppendLine($"{ProgramInfo.Name} {ProgramInfo.Version}: the gateway is running on port {port}.");
        text.AppendLine($"  page         {page}");
        if (fingerprint is not null)
        {
            text.AppendLine($"  fingerprint  {fingerprint} (SHA-256 of the certificate)");
        }

        text.AppendLine($"  log file     {logFile ?? "none: it cannot be written; choose another file with --log-file"}");
        text.Append("Make tokens with 'fleetbridge token new'. Press Ctrl-C to stop.");
        BackendConsole.StandardOutput.WriteLine(text.ToString());
    }

    /// <summary>What was chosen.</summary>
    private sealed record GatewayChoices(
        int Port, Uri Backend, Uri Host, IPAddress? Listen, string? Certificate, string? TokenFile, JwtChoice? Jwt, MeshChoice? Mesh, bool Json);
}
