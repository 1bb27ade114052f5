using System.Text.Json.Nodes;
using FleetBridge.Core.Client;
using FleetBridge.Core.Client.Wire;
using FleetBridge.Core.Logs;
using FleetBridge.Core.Ports;
using FleetBridge.Fleet.Host;
using FleetBridge.Gateway.Fleet;
using FleetBridge.Gateway.Hosting;
using FleetBridge.Gateway.Mesh;
using FleetBridge.Gateway.Topics;
using FleetBridge.Protocol;
using FleetService = FleetBridge.Gateway.Fleet.FleetService;

namespace FleetBridge.Serving;

/// <summary>The gateway of a bridge: its services are the bridge's own, in this process.</summary>
internal static class BridgeGateway
{
    private const string ProjectSource = "project";
    private const string EditorSource = "editor";

    /// <summary>Creates it; it does not accept connections yet.</summary>
    public static HostedGateway Create(
        LoopbackSockets sockets, BridgeComposition bridge, HealthEndpoint health, ServingOptions options, MeshMember? mesh, BridgeLog log, TimeProvider clock)
    {
        var epoch = GatewayServer.NewEpoch();
        var logTopic = new LogTopic(log.Everything, epoch);
        var host = new FleetBridge.Gateway.Fleet.HostClient(() => options.HostUrl ?? FindHost());
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
                    Jwt = options.Jwt?.ToOptions(),
                },
                Services =
                [
                    new BridgeService(new InProcessBridge(bridge), new GatewayDoctor(bridge, mesh, clock).RunAsync)
                    {
                        ProjectSettings = () => SettingsOf(options, bridge),
                    },
                    new FleetService(host),
                    new LogService(log.Everything, epoch),
                ],
                Topics = [logTopic, DeploymentTopic.Of(bridge.Requests.Events, epoch, clock), .. fleet, .. beyond],
                Fleet = host,
                Beyond = mesh?.Mesh,
                Machine = mesh?.Machine,
                Health = health.Health,
                Frames = bridge.Requests.Frames,
                PageLink = options.PageLink,
                Limits = options.GatewayLimits,
                Owned = [logTopic, .. fleet, .. beyond, host],
            },
            log,
            clock);
    }

    /// <summary>This user's host of this machine; where none says where it is, its usual port.</summary>
    private static Uri FindHost() => HostAddressFile.Find(new FleetHostOptions().Folder) ?? new Uri($"http://127.0.0.1:{DefaultPorts.Host}");

    /// <summary>
    /// The settings that a request from elsewhere carries: those of the project that the bridge was started with, and over them those of
    /// the editor's last request. <c>sources</c> says of each which of the two it is.
    /// </summary>
    public static JsonObject SettingsOf(ServingOptions options, BridgeComposition bridge)
    {
        var (settings, sources) = (new JsonObject(), new JsonObject());
        foreach (var (name, value) in options.ProjectSettings ?? new Dictionary<string, string>())
        {
            (settings[name], sources[name]) = (value, ProjectSource);
        }

        var last = bridge.Editor.Last;
        foreach (var (name, value) in last?.Settings ?? [])
        {
            (settings[name], sources[name]) = (value, EditorSource);
        }

        return new JsonObject
        {
            ["source"] = last is not null ? EditorSource : options.ProjectSettings is not null ? ProjectSource : null,
            ["backend"] = last?.Backend,
            ["settings"] = settings,
            ["sources"] = sources,
        };
    }
}
