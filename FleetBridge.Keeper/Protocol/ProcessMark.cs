namespace FleetBridge.Keeper.Protocol;

/// <summary>Which process it is, also after its id was given to another one, and after the machine was restarted.</summary>
/// <param name="Id">The process id.</param>
/// <param name="Start">When it was started: ticks since the machine's start (field 22 of /proc/PID/stat, proc(5)), elsewhere ticks of UTC.</param>
/// <param name="BootId">The machine's start.</param>
internal readonly record struct ProcessMark(int Id, long Start, string BootId)
{
    /// <summary>The id of the machine's start; empty where the system has none.</summary>
    public static string CurrentBootId { get; } = ReadBootId();

    /// <summary>Marks a process that is known to be there.</summary>
    public static ProcessMark Of(int id) => new(id, StartOf(id) ?? 0, CurrentBootId);

    /// <summary>Whether it is this process that runs, and no zombie.</summary>
    public bool IsRunning() => BootId == CurrentBootId && StartOf(Id) == Start;

    /// <summary>When a process was started; null when there is none, or it is a zombie.</summary>
    public static long? StartOf(int id)
    {
        if (!OperatingSystem.IsLinux())
        {
            return StartElsewhere(id);
        }

        return ProcessStat.TryRead(id) is { IsEnded: false } stat ? stat.Start : null;
    }

    private static long? StartElsewhere(int id)
    {
        try
        {
            using var process = System.Diagnostics.Process.GetProcessById(id);
            return process.HasExited ? null : process.StartTime.ToUniversalTime().Ticks;
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException
            or System.ComponentModel.Win32Exception or NotSupportedException)
        {
            return null;
        }
    }

    private static string ReadBootId()
    {
        // elsewhere the time of a process's start is enough
        if (!OperatingSystem.IsLinux())
        {
            return "";
        }

        try
        {
            return File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
