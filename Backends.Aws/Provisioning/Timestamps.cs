using System.Globalization;

namespace FleetBridge.Backends.Aws.Provisioning;

/// <summary>Times as details and log messages show them.</summary>
internal static class Timestamps
{
    /// <summary>A time in UTC, ISO 8601 to the second.</summary>
    public static string? ToIso8601(this DateTime? time) =>
        time?.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
