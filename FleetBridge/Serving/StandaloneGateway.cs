using FleetBridge.Core.Client;
using FleetBridge.Core.Client.Wire;
using FleetBridge.Core.Logs;
using FleetBridge.Core.Ports;
using FleetBridge.Core.Security;
using FleetBridge.Core.Text;
using FleetBridge.Gateway.Client;
using FleetBridge.Gateway.Fleet;
using FleetBridge.Gateway.Hosting;
using FleetBridge.Gateway.Mesh;
using FleetBridge.Gateway.Rights;
using FleetBridge.Gateway.Topics;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Serving;

/// <summary>What a gateway of its own serves.</summary>
/// <param name="StateFolder">Where tokens and sessions are.</param>
/// <param name="Backend">The bridge's port for requests.</param>
/// <param name="Host">The host's plain port.</param>
/// <param name="BackendToken">The bridge's token; null where it has none.</param>
/// <param name="IsPublic">Whether it listens for other machines.</param>
/// <param name="Tls">How it encrypts; null for plain connections.</param>
/// <param name="Jwt">Which JSON web tokens it accepts; null for none.</param>
/// <param name="PageLink">The token of the page's first link.</param>
/// <param name="Mesh">The gateway on the mesh; null where no broker was named.</param>
internal sealed record StandaloneOptions(
    string StateFolder, Uri Backend, Uri Host, AccessToken? BackendToken, bool IsPublic, TlsHandshakeCallbackOptions? Tls, JwtChoice? Jwt, string PageLink,
    MeshMember? Mesh);

/// <summary>A gateway of its own: its services are those of a bridge and a host elsewhere, and their topics are relayed.</summary>
internal static class StandaloneGateway
{
    private static readonly string[] Relayed = [LogTopic.TopicName, DeploymentTopic.TopicName];
    private static readonly TimeSpan FindPause = TimeSpan.FromSeconds(2);

    /// <summary>Creates it; it does not accept connections yet.</summary>
    public static HostedGateway Create(LoopbackSockets sockets, StandaloneOptions options, BridgeLog log, TimeProvider clock, CancellationToken stopping)
    {
        var epoch = GatewayServer.NewEpoch();
        var bridge = new RemoteBridge(options.Backend, options.BackendToken);
        var host = new FleetBridge.Gateway.Fleet.HostClient(options.Host);
        var fleet = FleetTopics.Of(host, epoch, clock);
        var own = new ProcessToken(new LocalTokens(options.StateFolder, clock), "gateway", Role.Viewer, clock);
        var source = ConnectAsync(options, own, log.Loggers.CreateLogger("FleetBridge.Serving.StandaloneGateway"), clock, stopping);
        RelayedTopic[] relayed = [.. Relayed.Select(name => new RelayedTopic(name, source))];
        var beyond = options.Mesh?.Topics(epoch) ?? [];
        return new HostedGateway(
            new GatewaySetup
            {
                Sockets = sockets,
                Epoch = epoch,
                Options = new GatewayOptions
                {
                    StateFolder = options.StateFolder,
                    Process = HealthMessage.Gateway,
                    Port = sockets.Port,
                    IsPublic = options.IsPublic,
                    IsTls = options.Tls is not null,
                    OwnToken = options.BackendToken,
                    Jwt = options.Jwt?.ToOptions(),
                },
                Services = [new BridgeService(new RemoteMeshBridge(bridge), doctor: null), new FleetService(host)],
                Topics = [.. relayed, .. fleet, .. beyond],
                Fleet = host,
                Beyond = options.Mesh?.Mesh,
                Machine = options.Mesh?.Machine,
                Health = _ => new HealthMessage
                {
                    Version = ProgramInfo.Version,
                    Process = HealthMessage.Gateway,
                    ProcessId = Environment.ProcessId,
                    HttpPort = sockets.Port,
                    GatewayPort = sockets.Port,
                    IsReady = true,
                },
                PageLink = options.PageLink,
                Tls = options.Tls,
                Owned = [.. relayed, .. fleet, .. beyond, host, bridge, own],
            },
            log,
            clock);
    }

    /// <summary>Finds the bridge's own gateway, however late it starts.</summary>
    private static async Task<GatewayClient> ConnectAsync(
        StandaloneOptions options, ProcessToken own, ILogger logger, TimeProvider clock, CancellationToken stopping)
    {
        while (true)
        {
            if (await GatewayFinder.FindAsync(options.Backend, stopping).ConfigureAwait(false) is { } address)
            {
                return await GatewayClient.ConnectAsync(
                    new GatewayClientOptions
                    {
                        Address = address,
                        Token = _ => ValueTask.FromResult(options.BackendToken?.Header.Parameter ?? own.Text),
                        RetriesFirst = true,
                        Log = text => Log(logger, text),
                        Clock = clock,
                    },
                    stopping).ConfigureAwait(false);
            }

            await Task.Delay(FindPause, clock, stopping).ConfigureAwait(false);
        }
    }

    private static void Log(ILogger logger, string text) => GatewayLog.Relay(logger, text);
}

/// <summary>What a gateway of its own logs.</summary>
internal static partial class GatewayLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "{Text}")]
    public static partial void Relay(ILogger logger, string text);
}
