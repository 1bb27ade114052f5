namespace Amazon.Emulation.Wire;

/// <summary>Times as the JSON protocols write them: seconds since 1970, with milliseconds behind the point.</summary>
internal static class Epoch
{
    public static double ToEpoch(this DateTimeOffset time) => time.ToUnixTimeMilliseconds() / 1000.0;
}
