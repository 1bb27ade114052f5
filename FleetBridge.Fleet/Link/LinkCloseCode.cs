namespace FleetBridge.Fleet.Link;

/// <summary>
/// The close codes of a link, in two classes: after 4400 to 4499 (and 1008) the client stays away, after every other it comes back. The
/// numbers of the first class are HTTP's with 4000 added, since the same refusals can come at the upgrade.
/// </summary>
internal static class LinkCloseCode
{
    /// <summary>The side that closes ends its work.</summary>
    public const int Normal = 1000;

    /// <summary>The frame cannot be read.</summary>
    public const int Protocol = 1002;

    /// <summary>The client does something that it must not do.</summary>
    public const int Policy = 1008;

    /// <summary>A frame is too large.</summary>
    public const int TooLarge = 1009;

    /// <summary>The server stops, and another one is expected in its place.</summary>
    public const int ServiceRestart = 1012;

    /// <summary>The client's credentials are not valid, or not any more.</summary>
    public const int Unauthorized = 4401;

    /// <summary>The client must not connect.</summary>
    public const int Forbidden = 4403;

    /// <summary>Another client has taken this one's place, or it was removed.</summary>
    public const int Gone = 4410;

    /// <summary>A newer connection of the same session continues it.</summary>
    public const int Continued = 4500;

    /// <summary>Whether a client has to stay away.</summary>
    /// <param name="code">The close code; null for a connection that was lost.</param>
    public static bool IsFinal(int? code) => code is Policy or (>= 4400 and <= 4499);
}
