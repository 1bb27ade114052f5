using System.Diagnostics;
using System.Globalization;

namespace FleetBridge.Benchmarks.Programs;

/// <summary>What the system says about another process's memory.</summary>
internal static class ProcessMemory
{
    /// <summary>A line of <c>/proc/&lt;pid&gt;/status</c>, in MiB.</summary>
    /// <param name="process">The process; it runs.</param>
    /// <param name="line"><c>VmRSS</c> or <c>VmHWM</c>.</param>
    public static double Read(Process process, string line)
    {
        if (!OperatingSystem.IsLinux())
        {
            process.Refresh();
            return (line == "VmHWM" ? process.PeakWorkingSet64 : process.WorkingSet64) / 1024.0 / 1024.0;
        }

        var text = File.ReadLines($"/proc/{process.Id}/status").First(text => text.StartsWith(line + ":", StringComparison.Ordinal));
        return double.Parse(text[(line.Length + 1)..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) / 1024;
    }
}
