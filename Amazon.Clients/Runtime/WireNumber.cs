using System.Globalization;

namespace Amazon.Clients.Runtime;

/// <summary>Numbers as text: in paths, queries, headers, forms and XML.</summary>
internal static class WireNumber
{
    /// <summary>The names that AWS's protocols have for numbers without digits.</summary>
    /// <param name="value">A number that is not finite.</param>
    public static string NotFinite(double value) => double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";

    /// <summary>A number's text, the same in every culture.</summary>
    /// <param name="value">The number.</param>
    public static string Text(IFormattable value) => value is double or float && !double.IsFinite(Convert.ToDouble(value, CultureInfo.InvariantCulture))
        ? NotFinite(Convert.ToDouble(value, CultureInfo.InvariantCulture))
        : value.ToString(null, CultureInfo.InvariantCulture);
}
