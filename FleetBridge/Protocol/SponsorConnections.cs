using FleetBridge.Core.Logs;
using FleetBridge.Core.Processes;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace FleetBridge.Protocol;

/// <summary>Which editor a connection comes from: the editor's requests themselves do not say it.</summary>
internal sealed class SponsorConnections(Sponsors sponsors)
{
    private static readonly object Key = new();

    /// <summary>Finds the editor behind a request, once for each connection.</summary>
    /// <param name="context">The request.</param>
    /// <returns>Its process id; 0 for another client; <see cref="RequestOrigin.Unknown"/> where the system does not say.</returns>
    public int Find(HttpContext context)
    {
        if (!ConnectionOwner.IsKnown)
        {
            return RequestOrigin.Unknown;
        }

        var items = context.Features.Get<IConnectionItemsFeature>()?.Items;
        if (items?.TryGetValue(Key, out var known) is true && known is int editor)
        {
            return editor;
        }

        var (client, server) = (context.Connection.RemotePort, context.Connection.LocalPort);
        var found = Find(client, server);
        if (items is not null && found != 0)
        {
            items[Key] = found;
        }

        return found;
    }

    /// <summary>Finds the editor behind a connection.</summary>
    /// <param name="clientPort">The port of its end.</param>
    /// <param name="serverPort">The port of our end.</param>
    /// <returns>Its process id; 0 for another client, and where the system does not say.</returns>
    public int Find(int clientPort, int serverPort) => ConnectionOwner.Find(clientPort, serverPort, sponsors.Ids);
}
