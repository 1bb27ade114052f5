using System.Globalization;

namespace FleetBridge.Keeper.Unix;

/// <summary>How many processes the kernel has killed in this control group, or on this machine, because memory ran out.</summary>
internal static class OutOfMemoryKills
{
    private const string Word = "oom_kill ";

    /// <summary>The files that count it, the narrowest first: cgroups(7), version 2 and 1, and proc(5).</summary>
    private static readonly string? Source = FindSource();

    /// <summary>The count so far.</summary>
    public static long Count()
    {
        try
        {
            foreach (var line in Source is null ? [] : File.ReadLines(Source))
            {
                if (line.StartsWith(Word, StringComparison.Ordinal)
                    && long.TryParse(line.AsSpan(Word.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var count))
                {
                    return count;
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // the group is gone
        }

        return 0;
    }

    private static string? FindSource()
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        try
        {
            foreach (var line in File.ReadLines("/proc/self/cgroup"))
            {
                var parts = line.Split(':', 3);
                var file = parts switch
                {
                    [_, "", { } path] => $"/sys/fs/cgroup{path}/memory.events",
                    [_, "memory", { } path] => $"/sys/fs/cgroup/memory{path}/memory.oom_control",
                    _ => null,
                };
                if (file is not null && File.Exists(file) && File.ReadAllText(file).Contains(Word, StringComparison.Ordinal))
                {
                    return file;
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // no control groups
        }

        return File.Exists("/proc/vmstat") ? "/proc/vmstat" : null;
    }
}
