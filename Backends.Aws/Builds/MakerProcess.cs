using System.Diagnostics;
using System.Globalization;
using System.Net.NetworkInformation;
using System.Security.Cryptography;
using System.Text;

namespace FleetBridge.Backends.Aws.Builds;

/// <summary>A process of some machine, and whether it still runs.</summary>
/// <param name="Machine">The machine's name, for messages.</param>
/// <param name="MachineId">Tells machines of the same name apart.</param>
/// <param name="ProcessId">The process id on that machine.</param>
/// <param name="Started">When it started, as that machine counts: process ids are used again.</param>
internal sealed record MakerProcess(string Machine, string MachineId, int ProcessId, string Started)
{
    private const int LongestName = 60;

    /// <summary>This process.</summary>
    public static MakerProcess Current { get; } = new(
        new string([.. System.Environment.MachineName.Take(LongestName).Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '-')]),
        FindMachineId(),
        System.Environment.ProcessId,
        StartOf(System.Environment.ProcessId) ?? "");

    /// <summary>Whether its machine is this one.</summary>
    public bool IsOnThisMachine => Machine == Current.Machine && MachineId == Current.MachineId;

    /// <summary>Whether it has certainly ended. Of another machine's process that is never known.</summary>
    public bool IsGone => IsOnThisMachine && (!Exists(ProcessId) || StartOf(ProcessId) is { } started && started != Started);

    private static bool Exists(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>When a process started; null when that is not said, as of another user's.</summary>
    private static string? StartOf(int processId)
    {
        try
        {
            if (OperatingSystem.IsLinux())
            {
                // proc(5): behind the name in parentheses come the state (3) and, as the 22nd field, the start in ticks since the boot
                var stat = File.ReadAllText($"/proc/{processId}/stat");
                var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
                return fields[0] is "Z" or "X" ? "ended" : fields[19];
            }

            using var process = Process.GetProcessById(processId);
            return process.StartTime.ToUniversalTime().ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException
            or InvalidOperationException or NotSupportedException or System.ComponentModel.Win32Exception or IndexOutOfRangeException)
        {
            return null;
        }
    }

    /// <summary>
    /// Copied machines share names and ids, and containers of one machine do not see each other's processes: so this is made of all that
    /// may differ. Where it changes on the same machine, marks only count for longer.
    /// </summary>
    private static string FindMachineId()
    {
        var parts = new List<string> { System.Environment.MachineName };
        try
        {
            if (OperatingSystem.IsLinux())
            {
                // only hardware has a device: the adapters of containers and VPNs come and go
                parts.AddRange(NetworkInterface.GetAllNetworkInterfaces()
                    .Where(adapter => Directory.Exists($"/sys/class/net/{adapter.Name}/device"))
                    .Select(adapter => adapter.GetPhysicalAddress().ToString())
                    .Order(StringComparer.Ordinal));
                parts.Add(File.Exists("/etc/machine-id") ? File.ReadAllText("/etc/machine-id") : "");
                parts.Add(File.ResolveLinkTarget("/proc/self/ns/pid", returnFinalTarget: false)?.Name ?? "");
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NetworkInformationException)
        {
            // what there is has to do
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts))).AsSpan(0, 6));
    }
}
