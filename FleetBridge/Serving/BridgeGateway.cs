using System.Text.Json.Nodes;
using FleetBridge.Core.Client;
using FleetBridge.Core.Client.Wire;
using FleetBridge.Core.Logs;
using FleetBridge.Core.Ports;
using FleetBridge.Gateway.Fleet;
using FleetBridge.Gateway.Hosting;
using FleetBridge.Gateway.Mesh;
using FleetBridge.Gateway.Rights;
using FleetBridge.Gateway.Topics;
using FleetBridge.Protocol;

namespace FleetBridge.Serving;

/// <summary>The gateway of a bridge: its services are the bridge's own, in this process.</summary>
internal static class BridgeGateway
{
    /// <summary>Creates it; it does not accept connections yet.</summary>
    public static HostedGateway Create(
        LoopbackSockets sockets, BridgeComposition bridge, HealthEndpoint health, ServingOptions options, MeshMember? mesh, BridgeLog log, TimeProvider clock)
    {
        var epoch = GatewayServer.NewEpoch();
        var logTopic = new LogTopic(log.Everything, epoch);
        var host = new FleetBridge.Gateway.Fleet.HostClient(options.HostUrl ?? new Uri($"http://127.0.0.1:{DefaultPorts.Host}"));
        var fleet = FleetTopics.Of(host, epoch, clock);
        var beyond = mesh?.Topics(epoch) ?? [];
        return new HostedGateway(
            new GatewaySetup
            {
                Sockets = sockets,
                Epoch = epoch,
                Options = new GatewayOptions
                {
                    StateFolder = options.Bridge.StateFolder,
                    Process = HealthMessage.Serve,
                    Port = sockets.Port,
                    OwnToken = options.Token,
                    Jwt = options.Jwt is { } jwt ? new JwtOptions(jwt.Keys, jwt.Issuer, jwt.Audience) : null,
                },
                Services =
                [
                    new BridgeService(new InProcessBridge(bridge), new GatewayDoctor(bridge, mesh, clock).RunAsync) { ProjectSettings = () => ProjectOf(options) },
                    new FleetService(host),
                    new LogService(log.Everything, epoch),
                ],
                Topics = [logTopic, DeploymentTopic.Of(bridge.Requests.Events, epoch, clock), .. fleet, .. beyond],
                Beyond = mesh?.Mesh,
                Health = health.Health,
                Frames = bridge.Requests.Frames,
                PageLink = options.PageLink,
                Limits = options.GatewayLimits,
                Owned = [logTopic, .. fleet, .. beyond, host],
            },
            log,
            clock);
    }

    /// <summary>The settings that the bridge was started with.</summary>
    public static JsonObject ProjectOf(ServingOptions options)
    {
        var settings = new JsonObject();
        foreach (var (name, value) in options.ProjectSettings ?? new Dictionary<string, string>())
        {
            settings[name] = value;
        }

        return new JsonObject { ["source"] = options.ProjectSettings is null ? null : "project", ["settings"] = settings };
    }
}
