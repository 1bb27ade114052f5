using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace FleetBridge.Protocol;

/// <summary>
/// What one port takes from its clients before it lets go of them. All of them run on this machine, so the limits are there
/// for what has gone wrong, and for a web page that opens connections only to tie them up; the editor is far from each.
/// </summary>
internal sealed record PortLimits
{
    /// <summary>The engine's paths may be long, and their escapes three times as long.</summary>
    public const int MostRequestLineBytes = 256 * 1024;

    /// <summary>The engine sends seven headers, a browser about twenty.</summary>
    public const int MostHeaders = 64;

    /// <summary>Of all headers together: room for a token and for the cookies that a browser has for localhost.</summary>
    public const int MostHeaderBytes = 32 * 1024;

    /// <summary>No request of ours has a body.</summary>
    public const int MostBodyBytes = 64 * 1024;

    /// <summary>What a client that sends faster than we read can put into our memory.</summary>
    private const int MostBufferedBytes = MostRequestLineBytes + MostHeaderBytes;

    /// <summary>The port of the requests.</summary>
    public static readonly PortLimits Requests = new() { MostConnections = 512, MostUpgraded = 0 };

    /// <summary>The port of the log: one client reads it, beside one that is just leaving and those that are refused.</summary>
    public static readonly PortLimits Log = new() { MostConnections = 128, MostUpgraded = 4, SlowReadersStay = true };

    /// <summary>How many connections each of the port's addresses has at a time; one more is closed without an answer, and
    /// the log says so.</summary>
    public required long MostConnections { get; init; }

    /// <summary>How many of them may be WebSockets.</summary>
    public required long MostUpgraded { get; init; }

    /// <summary>
    /// For how long a connection may lie idle between two requests, or before its first. The engine keeps one for its next
    /// request, and a request that is sent at the very moment at which we close it fails. libcurl from 7.65 on uses none that
    /// has been idle for 118 s (CURLOPT_MAXAGE_CONN), older ones any: so this is far above that, and above the pause between
    /// two buttons.
    /// </summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a request's line and headers may take.</summary>
    public TimeSpan Headers { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How slowly a body may come.</summary>
    public MinDataRate BodyRate { get; init; } = new(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));

    /// <summary>
    /// Whether a client may stop to read for as long as it likes: an editor that stands at a breakpoint does not read the log
    /// for an hour, and reads on. Answers to requests are smaller than the system's buffers, so there it makes no difference.
    /// </summary>
    public bool SlowReadersStay { get; init; }

    /// <summary>Sets them.</summary>
    /// <param name="limits">The server's own.</param>
    public void ApplyTo(KestrelServerLimits limits)
    {
        limits.MaxRequestLineSize = MostRequestLineBytes;
        limits.MaxRequestHeaderCount = MostHeaders;
        limits.MaxRequestHeadersTotalSize = MostHeaderBytes;
        limits.MaxRequestBodySize = MostBodyBytes;
        limits.MaxRequestBufferSize = MostBufferedBytes;
        limits.MaxConcurrentConnections = MostConnections;
        limits.MaxConcurrentUpgradedConnections = MostUpgraded;
        limits.KeepAliveTimeout = KeepAlive;
        limits.RequestHeadersTimeout = Headers;
        limits.MinRequestBodyDataRate = BodyRate;
        if (SlowReadersStay)
        {
            limits.MinResponseDataRate = null;
        }
    }
}
