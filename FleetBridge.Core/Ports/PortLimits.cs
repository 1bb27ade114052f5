using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace FleetBridge.Core.Ports;

/// <summary>
/// What one port accepts from its clients. They all run on this machine, so the limits are for programs that have gone wrong
/// and for a web page that opens connections only to use them up; the editor is far below each.
/// </summary>
internal sealed record PortLimits
{
    /// <summary>The engine's paths may be long, and their escapes three times as long.</summary>
    public const int MostRequestLineBytes = 256 * 1024;

    /// <summary>The engine sends seven headers, a browser about twenty.</summary>
    public const int MostHeaders = 64;

    /// <summary>Of all headers together: room for a token and for the cookies that a browser has for localhost.</summary>
    public const int MostHeaderBytes = 32 * 1024;

    /// <summary>No request to the bridge has a body.</summary>
    public const int MostBodyBytes = 64 * 1024;

    /// <summary>The memory that a client can fill by sending faster than the server reads.</summary>
    private const int MostBufferedBytes = MostRequestLineBytes + MostHeaderBytes;

    /// <summary>The port for requests.</summary>
    public static readonly PortLimits Requests = new() { MostConnections = 512, MostUpgraded = 0 };

    /// <summary>The port of the log: one client reads it, while its predecessor may still be leaving and others are refused.</summary>
    public static readonly PortLimits Log = new() { MostConnections = 128, MostUpgraded = 4, AllowsSlowReaders = true, ShareOfKept = 0.75 };

    /// <summary>The port of the gateway: consumers, and the requests of browsers beside them.</summary>
    public static readonly PortLimits Gateway = new() { MostConnections = 12_000, MostUpgraded = 12_000, AllowsSlowReaders = true, ShareOfKept = 0.75 };

    /// <summary>The connections that each of the port's addresses may have at a time; one more is closed without a response
    /// and logged.</summary>
    public required long MostConnections { get; init; }

    /// <summary>The largest body.</summary>
    public long MostBody { get; init; } = MostBodyBytes;

    /// <summary>How many of them may be WebSockets.</summary>
    public required long MostUpgraded { get; init; }

    /// <summary>How much of the descriptors that are kept back for files this port's clients leave alone; less than all, and clients of
    /// the other port cannot keep these out.</summary>
    public double ShareOfKept { get; init; } = 1;

    /// <summary>
    /// How long a connection may be idle between two requests, or before its first. The engine keeps a connection for its next
    /// request, which fails if the server closes the connection at that moment. libcurl from 7.65 on uses no connection that
    /// has been idle for 118 s (CURLOPT_MAXAGE_CONN), older versions use any: so this is far above that, and above the pause
    /// between two buttons.
    /// </summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a request's line and headers may take.</summary>
    public TimeSpan Headers { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How slowly a body may come.</summary>
    public MinDataRate BodyRate { get; init; } = new(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));

    /// <summary>
    /// Whether a client may stop reading for any time: an editor at a breakpoint may read nothing for an hour, and then
    /// continues. Responses to requests are smaller than the system's buffers, so there it makes no difference.
    /// </summary>
    public bool AllowsSlowReaders { get; init; }

    /// <summary>Applies these limits to a server.</summary>
    /// <param name="limits">The limits of its options.</param>
    public void ApplyTo(KestrelServerLimits limits)
    {
        limits.MaxRequestLineSize = MostRequestLineBytes;
        limits.MaxRequestHeaderCount = MostHeaders;
        limits.MaxRequestHeadersTotalSize = MostHeaderBytes;
        limits.MaxRequestBodySize = MostBody;
        limits.MaxRequestBufferSize = MostBufferedBytes;
        limits.MaxConcurrentConnections = MostConnections;
        limits.MaxConcurrentUpgradedConnections = MostUpgraded;
        limits.KeepAliveTimeout = KeepAlive;
        limits.RequestHeadersTimeout = Headers;
        limits.MinRequestBodyDataRate = BodyRate;
        if (AllowsSlowReaders)
        {
            limits.MinResponseDataRate = null;
        }
    }
}
