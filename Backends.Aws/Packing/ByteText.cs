using System.Globalization;

namespace FleetBridge.Backends.Aws.Packing;

/// <summary>Sizes and counts for people.</summary>
internal static class ByteText
{
    private static readonly string[] Units = ["bytes", "kB", "MB", "GB", "TB"];

    /// <summary>A size, in powers of 1,000 as S3's console shows it.</summary>
    public static string Of(double bytes)
    {
        var unit = 0;
        for (; bytes >= 1000 && unit < Units.Length - 1; unit++)
        {
            bytes /= 1000;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{bytes.ToString(unit == 0 ? "0" : "0.0", CultureInfo.InvariantCulture)} {Units[unit]}");
    }

    /// <summary>A number with its noun.</summary>
    public static string Count(long count, string noun) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:N0} {noun}{(count == 1 ? "" : "s")}");
}
