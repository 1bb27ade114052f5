namespace FleetBridge.Core.Client;

/// <summary>The response of <c>GET /healthz</c>.</summary>
internal static class HealthMessage
{
    public const string Segment = "healthz";
    public const string Path = $"/{Segment}";
}
