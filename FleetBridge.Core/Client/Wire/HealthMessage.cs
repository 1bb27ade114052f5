using System.Globalization;
using System.Text.Json.Nodes;
using FleetBridge.Core.Hosting;
using FleetBridge.Core.Processes;
using FleetBridge.Core.Text;

namespace FleetBridge.Core.Client.Wire;

/// <summary>The response to <c>GET /healthz</c>: which process of FleetBridge serves a port.</summary>
internal sealed record HealthMessage
{
    public const string Segment = "healthz";
    public const string Path = $"/{Segment}";

    /// <summary>No bridge sends as much, with hundreds of backends.</summary>
    public const int MostBytes = 1024 * 1024;

    /// <summary>The process that serves the editor.</summary>
    public const string Serve = "serve";

    /// <summary>The process that has the fleet of this machine.</summary>
    public const string Host = "host";

    /// <summary>A gateway alone.</summary>
    public const string Gateway = "gateway";

    private const string NameName = "name";
    private const string VersionName = "version";
    private const string ProcessName = "process";
    private const string ProcessIdName = "pid";
    private const string HttpPortName = "http_port";
    private const string WebSocketPortName = "websocket_port";
    private const string GatewayPortName = "gateway_port";
    private const string TlsPortName = "tls_port";
    private const string StoreName = "store";
    private const string StoppingName = "stopping";
    private const string ReadyName = "ready";
    private const string BackendsName = "backends";
    private const string SponsorsName = "sponsors";
    private const string SinceName = "since";

    public required string Version { get; init; }

    /// <summary><see cref="Serve"/>, <see cref="Host"/> or <see cref="Gateway"/>; versions before there were hosts do not say it.</summary>
    public string Process { get; init; } = Serve;

    public required int ProcessId { get; init; }

    public required int HttpPort { get; init; }

    /// <summary>The port of the log; 0 where there is none.</summary>
    public int WebSocketPort { get; init; }

    /// <summary>The port of the gateway; 0 where there is none.</summary>
    public int GatewayPort { get; init; }

    /// <summary>A host's port with TLS; 0 where there is none.</summary>
    public int TlsPort { get; init; }

    /// <summary>A host's store; null where there is none.</summary>
    public string? Store { get; init; }

    /// <summary>Whether it accepts no more requests and waits for those that clean up.</summary>
    public bool IsStopping { get; init; }

    /// <summary>Whether it has tried to load every backend, or has opened its store.</summary>
    public bool IsReady { get; init; }

    /// <summary>The installed backends; null for a client that may not know them.</summary>
    public IReadOnlyList<BackendStatus>? Backends { get; init; }

    /// <summary>The editors that use the bridge; null for a client that may not know them.</summary>
    public IReadOnlyList<Sponsor>? Sponsors { get; init; }

    /// <summary>Reads it.</summary>
    /// <param name="utf8">Whatever was received.</param>
    /// <returns>The message; null when it is not from a FleetBridge.</returns>
    public static HealthMessage? Read(ReadOnlySpan<byte> utf8)
    {
        var json = WireJson.Read(utf8);
        return WireJson.Text(json, NameName) != ProgramInfo.Name
            ? null
            : new HealthMessage
            {
                Version = WireJson.Text(json, VersionName) ?? "",
                Process = WireJson.Text(json, ProcessName) ?? Serve,
                ProcessId = WireJson.Number(json, ProcessIdName),
                HttpPort = WireJson.Number(json, HttpPortName),
                WebSocketPort = WireJson.Number(json, WebSocketPortName),
                GatewayPort = WireJson.Number(json, GatewayPortName),
                TlsPort = WireJson.Number(json, TlsPortName),
                Store = WireJson.Text(json, StoreName),
                IsStopping = WireJson.Flag(json, StoppingName),
                IsReady = WireJson.Flag(json, ReadyName),
                Backends = WireJson.Items(json, BackendsName) is { } backends ? BackendStatusMessage.Read(backends) : null,
            };
    }

    /// <summary>Writes it.</summary>
    /// <returns>The JSON.</returns>
    public byte[] Write()
    {
        var message = new JsonObject
        {
            [NameName] = ProgramInfo.Name,
            [VersionName] = Version,
            [ProcessName] = Process,
            [ProcessIdName] = ProcessId,
            [HttpPortName] = HttpPort,
        };
        if (WebSocketPort > 0)
        {
            message[WebSocketPortName] = WebSocketPort;
        }

        if (GatewayPort > 0)
        {
            message[GatewayPortName] = GatewayPort;
        }

        if (TlsPort > 0)
        {
            message[TlsPortName] = TlsPort;
        }

        message[StoppingName] = IsStopping;
        message[ReadyName] = IsReady;
        if (Store is not null)
        {
            message[StoreName] = Store;
        }

        if (Backends is not null)
        {
            message[BackendsName] = BackendStatusMessage.Write(Backends);
        }

        if (Sponsors is not null)
        {
            message[SponsorsName] = new JsonArray([.. Sponsors.Select(Write)]);
        }

        return WireJson.Write(json => WireJson.WriteMembers(json, message));
    }

    private static JsonNode Write(Sponsor sponsor) => new JsonObject
    {
        [ProcessIdName] = sponsor.Process.Id,
        [SinceName] = sponsor.Since.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
    };
}
