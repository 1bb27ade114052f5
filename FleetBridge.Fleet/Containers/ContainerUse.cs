using System.Globalization;
using FleetBridge.Fleet.Running;

namespace FleetBridge.Fleet.Containers;

/// <summary>What a container uses, from the control group of its first process: asking the engine takes a second per container.</summary>
internal static class ContainerUse
{
    private const string Groups = "/sys/fs/cgroup";
    private const double NanosecondsPerTick = 100;
    private const double MicrosecondsPerTick = 0.1;

    /// <summary>Measures it.</summary>
    /// <param name="pid">The first process, as this machine numbers it.</param>
    /// <returns>Null where the system does not tell: the engine runs elsewhere, or is no Linux.</returns>
    public static ServerUse? Measure(int pid)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        try
        {
            // "4:memory:/docker/…" in version 1, "0::/system.slice/…" in version 2; cgroups(7)
            var groups = File.ReadAllLines($"/proc/{pid}/cgroup").Select(line => line.Split(':', 3)).Where(parts => parts.Length == 3).ToList();
            return PathOf(groups, "memory") is { } memory && PathOf(groups, "cpuacct") is { } processor
                ? new ServerUse(
                    Ticks(Number(Path.Combine(Groups, "cpuacct", processor, "cpuacct.usage")) / NanosecondsPerTick),
                    (long)Number(Path.Combine(Groups, "memory", memory, "memory.usage_in_bytes")))
                : groups.FirstOrDefault(parts => parts[1].Length == 0)?[2].TrimStart('/') is { } unified
                ? new ServerUse(
                    Ticks(UsageIn(Path.Combine(Groups, unified, "cpu.stat")) / MicrosecondsPerTick),
                    (long)Number(Path.Combine(Groups, unified, "memory.current")))
                : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or FormatException)
        {
            return null;
        }
    }

    private static string? PathOf(List<string[]> groups, string controller) =>
        groups.FirstOrDefault(parts => parts[1].Split(',').Contains(controller))?[2].TrimStart('/');

    private static double Number(string file) => double.Parse(File.ReadAllText(file).Trim(), CultureInfo.InvariantCulture);

    private static double UsageIn(string file) => double.Parse(
        File.ReadLines(file).Select(line => line.Split(' ')).First(words => words[0] == "usage_usec")[1], CultureInfo.InvariantCulture);

    private static TimeSpan Ticks(double ticks) => TimeSpan.FromTicks((long)ticks);
}
