using System.Net.WebSockets;

namespace FleetBridge.Fleet.Link;

/// <summary>The way of a client to its server.</summary>
internal interface ILinkConnector
{
    /// <summary>Where it leads, for the log.</summary>
    string Target { get; }

    /// <summary>Connects once.</summary>
    /// <param name="position">How far this side has come.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <returns>The WebSocket, and how far the other side has come.</returns>
    /// <exception cref="LinkConnectException">It did not succeed.</exception>
    Task<(WebSocket Socket, LinkWelcome Welcome)> ConnectAsync(LinkPosition position, CancellationToken cancellation);
}
