using System.Net;
using FleetBridge.Fleet.Joining;
using FleetBridge.Fleet.Workers.Routes;
using Microsoft.AspNetCore.Http;

namespace FleetBridge.Fleet.Host;

/// <summary>Who reaches what of a host.</summary>
/// <param name="address">The address at which everything is served to others; null for none.</param>
/// <param name="listen">The address at which workers and game servers of other machines connect, over TLS; null for none.</param>
internal sealed class HostReach(IPAddress? address, IPAddress? listen)
{
    /// <summary>Whether a request may name this machine as it likes: other machines know it by other names.</summary>
    public bool AllowsAnyName(HttpRequest request) => address is not null || (listen is not null && request.IsHttps);

    /// <summary>Why a request that is neither a worker's nor a game server's is not let in; null when it may pass.</summary>
    public string? FindObjection(HttpContext context) => address is null && listen is not null
        && !FleetRoutes.Takes(context.Request) && !WorkerAdmission.IsLocal(context.Connection.RemoteIpAddress)
            ? "From other machines, this host responds to workers and game servers alone."
            : null;
}
