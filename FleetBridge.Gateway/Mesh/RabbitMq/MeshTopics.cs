namespace FleetBridge.Gateway.Mesh.RabbitMq;

/// <summary>The topics of ours on the mesh. An event is <c>{"machine": …, "event": …}</c>; <c>event</c> is that of the machine's own topic.</summary>
internal static class MeshTopics
{
    public const string Deployments = "fleetbridge.deployments";
    public const string Servers = "fleetbridge.servers";
    public const string Sessions = "fleetbridge.sessions";
    public const string Log = "fleetbridge.log";

    /// <summary>Whoever listens to what is published only on demand says so here, again and again.</summary>
    public const string Want = "fleetbridge.want";

    public static readonly TimeSpan WantInterval = TimeSpan.FromSeconds(20);

    /// <summary>How long one wish is good for.</summary>
    public static readonly TimeSpan WantLifetime = TimeSpan.FromSeconds(60);

    public static readonly IReadOnlyList<string> All = [Deployments, Servers, Sessions, Log];

    /// <summary>Whether it is published only while somebody listens.</summary>
    public static bool IsOnDemand(string topic) => topic is Servers or Sessions or Log;
}
