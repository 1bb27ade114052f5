using System.Net;
using FleetBridge.Core.Client.Wire;
using FleetBridge.Core.Logs;
using FleetBridge.Core.Ports;
using FleetBridge.Core.State;
using FleetBridge.Fleet.Host;
using FleetBridge.Gateway.Fleet;
using FleetBridge.Gateway.Hosting;
using FleetBridge.Gateway.Mesh;
using FleetBridge.Gateway.Topics;
using FleetService = FleetBridge.Gateway.Fleet.FleetService;

namespace FleetBridge.Serving;

/// <summary>The gateway of a host: its fleet, its log, and what is on the mesh. Backends are a bridge's, so it has no service <c>bridge</c>.</summary>
internal static class HostGateway
{
    /// <summary>Creates it; it does not accept connections yet.</summary>
    /// <param name="sockets">Its port.</param>
    /// <param name="host">The host in this process.</param>
    /// <param name="address">The address that the host listens on; null for this machine alone.</param>
    /// <param name="jwt">Which JSON web tokens it accepts; null for none.</param>
    /// <param name="mesh">The host on the mesh; null where no broker was named.</param>
    /// <param name="link">The token of the page's first link.</param>
    /// <param name="log">The host's log.</param>
    /// <param name="clock">The clock of every wait.</param>
    public static HostedGateway Create(
        LoopbackSockets sockets, FleetHost host, IPAddress? address, JwtChoice? jwt, MeshMember? mesh, string link, BridgeLog log, TimeProvider clock)
    {
        var epoch = GatewayServer.NewEpoch();
        var logTopic = new LogTopic(log.Everything, epoch);
        var client = new FleetBridge.Gateway.Fleet.HostClient(HostAddressFile.AddressOf(host.HttpPort, address));
        var fleet = FleetTopics.Of(client, epoch, clock);
        var beyond = mesh?.Topics(epoch) ?? [];
        return new HostedGateway(
            new GatewaySetup
            {
                Sockets = sockets,
                Epoch = epoch,
                Options = new GatewayOptions
                {
                    StateFolder = StateFolder.Locate(),
                    Process = HealthMessage.Host,
                    Port = sockets.Port,
                    Jwt = jwt?.ToOptions(),
                },
                Services = [new FleetService(client), new LogService(log.Everything, epoch)],
                Topics = [logTopic, .. fleet, .. beyond],
                Fleet = client,
                Beyond = mesh?.Mesh,
                Machine = mesh?.Machine,
                Health = _ => host.Health(),
                PageLink = link,
                Owned = [logTopic, .. fleet, .. beyond, client],
            },
            log,
            clock);
    }
}
