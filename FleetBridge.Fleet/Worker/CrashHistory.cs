namespace FleetBridge.Fleet.Worker;

/// <summary>The crashes of a server: an end that nobody asked for, whatever its exit code.</summary>
internal sealed record CrashHistory
{
    /// <summary>That many within <see cref="Window"/>, and the server has failed.</summary>
    public const int MostCrashes = 5;

    /// <summary>The time that counts; a server that runs as long without an end has recovered.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    /// <summary>No limit is above it.</summary>
    private const int MostRemembered = 1_000;

    private const double FirstPause = 1;
    private const double LongestPause = 60;
    private const double Jitter = 0.2;

    /// <summary>No crash so far.</summary>
    public static CrashHistory None { get; } = new();

    /// <summary>When it has crashed, within the window.</summary>
    public IReadOnlyList<DateTimeOffset> Recent { get; init; } = [];

    /// <summary>How many crashes there were since it last ran as long as the window.</summary>
    public int InRow { get; init; }

    /// <summary>Counts a crash.</summary>
    /// <param name="now">When it was.</param>
    /// <param name="ran">How long it had run.</param>
    /// <param name="random">A random number from 0 to below 1.</param>
    /// <param name="limit">How many within <see cref="Window"/> are too many; 0 for no limit.</param>
    /// <returns>What to remember, and how long to wait before the next start; null when there is none.</returns>
    public (CrashHistory History, TimeSpan? Pause) Count(DateTimeOffset now, TimeSpan ran, double random, int limit = MostCrashes)
    {
        List<DateTimeOffset> recent = [.. Recent.Where(crash => now - crash < Window).TakeLast(MostRemembered), now];
        var inRow = (ran >= Window ? 0 : InRow) + 1;
        var history = new CrashHistory { Recent = recent, InRow = inRow };
        if (limit > 0 && recent.Count >= limit)
        {
            return (history, null);
        }

        var pause = Math.Min(LongestPause, FirstPause * Math.Pow(2, Math.Min(inRow - 1, 10)));
        return (history, TimeSpan.FromSeconds(pause * (1 + (Jitter * ((2 * random) - 1)))));
    }
}
