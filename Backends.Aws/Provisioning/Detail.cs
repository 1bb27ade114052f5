using System.Globalization;

namespace FleetBridge.Backends.Aws.Provisioning;

/// <summary>The form of what answers carry.</summary>
internal static class Detail
{
    /// <summary>A time in UTC, ISO 8601 to the second.</summary>
    /// <param name="time">The time.</param>
    public static string? Time(DateTime? time) =>
        time?.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
