using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace FleetBridge.Core.Processes;

/// <summary>A process of this machine that is not mistaken for a younger one with the same id.</summary>
/// <param name="Id">Its process id.</param>
/// <param name="Started">When it was started (UTC), in seconds since 1970.</param>
internal readonly record struct ProcessIdentity(int Id, long Started)
{
    /// <summary>Clocks of process starts are as coarse as this, in seconds.</summary>
    private const long Resolution = 2;

    /// <summary>This process.</summary>
    public static ProcessIdentity Own { get; } = OfCurrent();

    /// <summary>A process of which there is a handle; null when it has ended already.</summary>
    public static ProcessIdentity? Of(Process process)
    {
        try
        {
            return new ProcessIdentity(process.Id, SecondsOf(process));
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Whether it is running. One that may not be looked at counts as running.</summary>
    public bool IsRunning()
    {
        if (IsZombie(Id))
        {
            return false;
        }

        try
        {
            using var process = Process.GetProcessById(Id);
            return !process.HasExited && Math.Abs(SecondsOf(process) - Started) <= Resolution;
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            // there is none, or it ended during the check
            return false;
        }
        catch (Exception exception) when (exception is Win32Exception or NotSupportedException)
        {
            return true;
        }
    }

    /// <summary>A killed process that its own parent has not asked for yet still has its id.</summary>
    /// <param name="id">The process id.</param>
    public static bool IsZombie(int id)
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        try
        {
            // "1234 (name, with anything in it) S …"; proc(5)
            var stat = File.ReadAllText($"/proc/{id}/stat");
            return stat.AsSpan(stat.LastIndexOf(')') + 1).TrimStart() is ['Z' or 'X', ..];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>On Linux without the framework's class, which would be loaded for it at each start.</summary>
    private static ProcessIdentity OfCurrent()
    {
        if (OperatingSystem.IsLinux() && StartOnLinux() is { } started)
        {
            return new ProcessIdentity(Environment.ProcessId, started);
        }

        using var own = Process.GetCurrentProcess();
        return new ProcessIdentity(own.Id, SecondsOf(own));
    }

    /// <summary>Field 22 of its stat, in ticks of 10 ms since the machine's start, which was as long ago as the first number of uptime says
    /// in seconds (proc(5)).</summary>
    private static long? StartOnLinux()
    {
        try
        {
            var stat = File.ReadAllText("/proc/self/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            var uptime = double.Parse(File.ReadAllText("/proc/uptime").Split(' ')[0], CultureInfo.InvariantCulture);
            var age = uptime - (long.Parse(fields[19], CultureInfo.InvariantCulture) / 100.0);
            return TimeProvider.System.GetUtcNow().AddSeconds(-age).ToUnixTimeSeconds();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or FormatException)
        {
            return null;
        }
    }

    private static long SecondsOf(Process process) => new DateTimeOffset(process.StartTime.ToUniversalTime()).ToUnixTimeSeconds();
}
