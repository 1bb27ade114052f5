namespace FleetBridge.Gateway.Wire;

/// <summary>
/// The close codes of the gateway, in two classes: after 4000 to 4499 a consumer comes back by itself, after 4500 to 4999 it stays
/// away until somebody has changed something. Others are those of RFC 6455, section 7.4.1.
/// </summary>
internal static class CloseCode
{
    public const int Normal = 1000;
    public const int ProtocolError = 1002;
    public const int UnsupportedData = 1003;
    public const int TooLarge = 1009;

    /// <summary>The gateway stops.</summary>
    public const int Shutdown = 4001;

    /// <summary>The token has expired, and was not renewed.</summary>
    public const int Expired = 4005;

    /// <summary>The consumer reads too slowly.</summary>
    public const int Slow = 4008;

    /// <summary>The consumer did not respond to a ping, or did not end a message that it had begun.</summary>
    public const int NoPong = 4012;

    /// <summary>The consumer sent too much.</summary>
    public const int TooMany = 4013;

    /// <summary>The token is none of this gateway's, or none came in time.</summary>
    public const int BadToken = 4500;

    /// <summary>The token was revoked.</summary>
    public const int Revoked = 4503;

    /// <summary>The user, the address or the gateway has as many consumers as it may.</summary>
    public const int Limit = 4504;
}
