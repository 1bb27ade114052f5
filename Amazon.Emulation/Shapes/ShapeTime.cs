namespace Amazon.Emulation.Shapes;

/// <summary>Times as seconds since 1970, with the milliseconds as a fraction: the form of both protocols.</summary>
internal static class ShapeTime
{
    /// <summary>A time of so many seconds.</summary>
    /// <param name="seconds">The seconds since 1970.</param>
    /// <exception cref="FormatException">There is no such time.</exception>
    public static DateTimeOffset FromSeconds(double seconds)
    {
        if (double.IsNaN(seconds))
        {
            throw new FormatException("A time is no number.");
        }

        try
        {
            return DateTimeOffset.UnixEpoch.AddSeconds(seconds);
        }
        catch (ArgumentException exception)
        {
            throw new FormatException($"{seconds} seconds since 1970 are no time.", exception);
        }
    }

    /// <summary>The seconds of a time.</summary>
    /// <param name="time">The time.</param>
    public static double ToSeconds(DateTimeOffset time) => time.ToUnixTimeMilliseconds() / 1000.0;
}
