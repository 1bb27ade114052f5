using System.Globalization;

namespace FleetBridge.Fleet.Link;

/// <summary>
/// The handshake, in the headers of the WebSocket's upgrade, so that it takes no round trip of its own. The client says which session it
/// has and how far it has come, the server says the same and whether the session continues.
/// </summary>
internal static class LinkHeaders
{
    /// <summary>The version of the protocol (RFC 6455, section 1.9).</summary>
    public const string Protocol = "fleetbridge.link.1";

    /// <summary>The session's id.</summary>
    public const string Epoch = "FleetBridge-Link-Epoch";

    /// <summary>The number of the last message that the sender of the header has handled.</summary>
    public const string Received = "FleetBridge-Link-Received";

    /// <summary>Whether the session continues: true or false.</summary>
    public const string Resumed = "FleetBridge-Link-Resumed";

    private const int LongestEpoch = 64;

    /// <summary>Reads a position.</summary>
    /// <param name="epoch">The header's value, if it is there.</param>
    /// <param name="received">The header's value, if it is there.</param>
    /// <returns>The position; null if it is none.</returns>
    public static LinkPosition? Read(string? epoch, string? received) => epoch switch
    {
        null or "" => new LinkPosition(null, 0),
        { Length: <= LongestEpoch } when long.TryParse(received, NumberStyles.None, CultureInfo.InvariantCulture, out var number) =>
            new LinkPosition(epoch, number),
        _ => null,
    };

    /// <summary>A number as a header's value.</summary>
    public static string Write(long received) => received.ToString(CultureInfo.InvariantCulture);
}
