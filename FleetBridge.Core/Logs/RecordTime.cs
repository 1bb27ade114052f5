namespace FleetBridge.Core.Logs;

/// <summary>A record's time, as file and editor have it: <c>2022-11-05 10:22:33,123</c>.</summary>
internal static class RecordTime
{
    public const int Length = 23;

    /// <summary>Writes it in ASCII: at some hundred thousand records a second, the framework's own formatting is a large part of each.</summary>
    /// <param name="to">Room for <see cref="Length"/> bytes.</param>
    public static void Write(Span<byte> to, DateTime time)
    {
        "0000-00-00 00:00:00,000"u8.CopyTo(to);
        WriteNumber(to[..4], time.Year);
        WriteNumber(to[5..7], time.Month);
        WriteNumber(to[8..10], time.Day);
        WriteNumber(to[11..13], time.Hour);
        WriteNumber(to[14..16], time.Minute);
        WriteNumber(to[17..19], time.Second);
        WriteNumber(to[20..23], time.Millisecond);
    }

    private static void WriteNumber(Span<byte> digits, int number)
    {
        for (var i = digits.Length - 1; i >= 0; i--)
        {
            (number, var digit) = Math.DivRem(number, 10);
            digits[i] = (byte)('0' + digit);
        }
    }
}
