namespace FleetBridge.Core.Security;

/// <summary>What the end of a text has begun, so that the next one has the secret.</summary>
internal enum OpenSecret
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A secret's name: its value follows.</summary>
    Name,

    /// <summary>A private key (RFC 7468): its lines follow.</summary>
    PrivateKey,
}
