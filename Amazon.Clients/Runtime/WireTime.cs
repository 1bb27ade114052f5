using System.Globalization;

namespace Amazon.Clients.Runtime;

/// <summary>Times as text (Smithy's <c>date-time</c>): in queries, forms and XML.</summary>
internal static class WireTime
{
    /// <summary>The time as ISO 8601, in UTC.</summary>
    /// <param name="value">The time.</param>
    public static string Text(DateTime value) =>
        value.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    /// <summary>The time that a text of ISO 8601 says, in UTC.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="FormatException">It is no time.</exception>
    public static DateTime Parse(string text) =>
        DateTime.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal);
}
