using System.Text.RegularExpressions;

namespace FleetBridge.Gateway.Client;

/// <summary>Which gateway a client uses, and as whom.</summary>
public sealed partial record GatewayClientOptions
{
    /// <summary>The gateway's address, such as <c>http://localhost:8770</c> or <c>https://builds:8770</c>; the path is <c>/gateway</c>.</summary>
    public required Uri Address { get; init; }

    /// <summary>Gives the bearer token, before each connection: it may be another one each time.</summary>
    public required Func<CancellationToken, ValueTask<string>> Token { get; init; }

    /// <summary>The SHA-256 fingerprint of the gateway's certificate in hexadecimal, where no authority has signed it; null for one that
    /// the system trusts.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>The pause before the first attempt to connect again; it doubles up to <see cref="LongestPause"/>, with jitter.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The longest pause between two attempts.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long one attempt may take.</summary>
    public TimeSpan ConnectLimit { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether the first connection, too, is tried again and again. By default its failure is an exception.</summary>
    public bool RetriesFirst { get; init; }

    /// <summary>Is told about each connection and each loss, for a log; null for nobody.</summary>
    public Action<string>? Log { get; init; }

    /// <summary>The clock of every wait.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    internal Uri WebSocketAddress => new UriBuilder(Address)
    {
        Scheme = Address.Scheme is "https" or "wss" ? "wss" : "ws",
        Path = "/gateway",
        Query = "",
    }.Uri;

    internal string? PlainFingerprint => Fingerprint is null ? null : NoHex().Replace(Fingerprint, "").ToUpperInvariant();

    [GeneratedRegex("[^0-9A-Fa-f]")]
    private static partial Regex NoHex();
}
