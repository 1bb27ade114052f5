namespace FleetBridge.Keeper;

/// <summary>Waits between two looks at what the system tells nobody about.</summary>
internal static class Pause
{
    private static readonly ManualResetEventSlim Never = new();

    /// <summary>Waits.</summary>
    /// <param name="time">For how long.</param>
    public static void For(TimeSpan time) => Never.Wait(time);

    /// <summary>Waits.</summary>
    /// <param name="milliseconds">For how long.</param>
    public static void For(int milliseconds) => Never.Wait(milliseconds);
}
