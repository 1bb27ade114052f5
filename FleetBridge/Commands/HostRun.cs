using System.Runtime.CompilerServices;
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
using FleetBridge.Protocol;
using FleetBridge.Serving;

namespace FleetBridge.Commands;

/// <summary>A host in this process, from its ports to its end.</summary>
internal static class HostRun
{
    /// <summary>Runs a host until it is asked to stop.</summary>
    /// <param name="choices">What it serves.</param>
    /// <param name="announce">Says that it is there, as soon as its ports and its log file are known.</param>
    /// <param name="begin">Begins what the command does beside it, once it has started; what it returns ends after the host.</param>
    /// <param name="cancellation">Ctrl-C and SIGTERM.</param>
    /// <param name="mesh">The broker whose mesh it is part of; null for none.</param>
    /// <exception cref="UserException">A port is taken, or the store cannot be used.</exception>
    public static async Task<int> RunAsync(
        HostChoices choices, Action<HostStart> announce, Func<RunningHost, Task<Task>> begin, CancellationToken cancellation, MeshChoice? mesh = null)
    {
        if (choices.HttpPort == choices.TlsPort && choices.HttpPort != 0)
        {
            throw new UserException(ExitCode.Usage, $"--http-port and --tls-port are both {choices.HttpPort}; they must differ.");
        }

        using var hangup = new HangupHandler(cancellation);

        // First of all: a second host must not touch anything of the first.
        using var ports = await BindAsync(choices).ConfigureAwait(false);
        using var gateway = await BindGatewayAsync(choices).ConfigureAwait(false);
        var link = gateway is null ? null : PageLink.NewToken();
        var claim = StoreClaim.Take(choices.Host.StoreFile);
        var announcing = Task.CompletedTask;
        await using var log = BridgeLog.Open(
            choices.Log, TimeProvider.System, file => announcing = Task.Run(
                () => announce(new HostStart(ports, file, gateway?.Port ?? 0, link is null ? null : PageLink.AddressOf(gateway!.Port, link))),
                CancellationToken.None));
        await using var member = mesh is null ? null : Join(mesh, ports.Http.Port, log);
        await using var host = await FleetHost.StartAsync(
            choices.Host with { Signals = hangup.Token, GatewayPort = gateway?.Port ?? 0 },
            ports,
            claim,
            log,
            TimeProvider.System,
            gateway is null
                ? null
                : started => new GatewayPort(
                    gateway, () => HostGateway.Create(gateway, started, choices.Host.Address, choices.Jwt, member, link!, log, TimeProvider.System), log))
            .ConfigureAwait(false);
        await announcing.ConfigureAwait(false);
        var address = HostAddressFile.AddressOf(host.HttpPort, choices.Host.Address);
        var isFound = HostAddressFile.TryWrite(choices.Host.Folder, address);
        try
        {
            var stopped = host.WaitForStopAsync();
            var beside = await begin(new RunningHost(host, log, member, hangup.Token)).ConfigureAwait(false);
            await stopped.ConfigureAwait(false);
            await beside.ConfigureAwait(false);
        }
        catch (FleetStoreException exception)
        {
            throw new UserException(ExitCode.Usage, exception.Message);
        }
        finally
        {
            if (isFound)
            {
                HostAddressFile.Remove(choices.Host.Folder, address);
            }
        }

        return (int)ExitCode.Success;
    }

    /// <summary>Not inlined: nothing of the mesh is loaded where no broker is named.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static MeshMember Join(MeshChoice mesh, int port, BridgeLog log) =>
        MeshMember.OfHost(mesh, port, StateFolder.Locate(), log, TimeProvider.System);

    /// <summary>The line by which programs know a host.</summary>
    public static string AnnounceJson(HostStart start, FleetHostOptions options)
    {
        var announcement = new JsonObject
        {
            ["name"] = ProgramInfo.Name,
            ["version"] = ProgramInfo.Version,
            ["http_port"] = start.Ports.Http.Port,
            ["tls_port"] = start.Ports.Tls.Port,
            ["pid"] = Environment.ProcessId,
            ["log_file"] = start.LogFile,
            ["store"] = options.ShownStore,
        };
        if (start.Page is not null)
        {
            announcement["gateway_port"] = start.GatewayPort;
            announcement["page"] = start.Page;
        }

        return announcement.ToJsonString();
    }

    private static async Task<LoopbackSockets?> BindGatewayAsync(HostChoices choices)
    {
        if (PortOptions.ReadGateway(choices.GatewayPort, DefaultPorts.HostGateway) is not { } port)
        {
            return null;
        }

        try
        {
            return BridgePorts.BindGateway(port, orAny: choices.GatewayPort is null);
        }
        catch (PortTakenException taken)
        {
            var owner = await PortOwner.AskAsync(taken.EndPoint).ConfigureAwait(false);
            throw new UserException(
                ExitCode.PortTaken,
                $"{taken.Message} {(owner is null ? "" : $"It is {owner.Description}. ")}Choose another port with --gateway-port, or off for none.");
        }
    }

    private static async Task<HostPorts> BindAsync(HostChoices choices)
    {
        try
        {
            return HostPorts.Bind(choices.HttpPort, choices.TlsPort, choices.Host.Address, choices.Host.Listen);
        }
        catch (PortTakenException taken)
        {
            const string Remedy = "Use it, stop it, or choose other ports with --http-port and --tls-port.";
            var owner = await PortOwner.AskAsync(taken.EndPoint, isTls: taken.EndPoint.Port == choices.TlsPort).ConfigureAwait(false);
            var holder = owner is { Version: not null } ? owner.Description : ListeningProcess.Find(taken.EndPoint.Port)?.ToString() ?? owner?.Description;
            throw new UserException(ExitCode.PortTaken, $"{taken.Message} {(holder is null ? "" : $"It is {holder}. ")}{Remedy}");
        }
    }
}

/// <summary>What a host announces.</summary>
/// <param name="Ports">Its ports.</param>
/// <param name="LogFile">Its log file; null if it cannot be written.</param>
/// <param name="GatewayPort">The port of its gateway; 0 for none.</param>
/// <param name="Page">The link of its page, which is valid once; null for none.</param>
internal sealed record HostStart(HostPorts Ports, string? LogFile, int GatewayPort, string? Page);

/// <summary>A host that has started in this process.</summary>
/// <param name="Host">The host.</param>
/// <param name="Log">Its log.</param>
/// <param name="Mesh">The host on the mesh, which has not begun to connect; null where no broker was named.</param>
/// <param name="Stopping">Cancelled by Ctrl-C.</param>
internal sealed record RunningHost(FleetHost Host, BridgeLog Log, MeshMember? Mesh, CancellationToken Stopping);
