using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace FleetBridge.Keeper.Windows;

/// <summary>Holds a server and everything that it starts; it ends with this process, however that ends.</summary>
[SupportedOSPlatform("windows")]
internal sealed partial class JobObject : IDisposable
{
    private const int ExtendedLimits = 9; // JobObjectExtendedLimitInformation
    private const int BasicAccounting = 1; // JobObjectBasicAccountingInformation
    private const uint KillOnClose = 0x2000; // JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE

    private readonly nint _handle;

    /// <summary>Makes an empty one.</summary>
    /// <exception cref="Win32Exception">The system has none.</exception>
    public JobObject()
    {
        _handle = CreateJobObjectW(0, 0);
        var limits = new Extended { LimitFlags = KillOnClose };
        if (_handle == 0 || !SetInformationJobObject(_handle, ExtendedLimits, ref limits, Marshal.SizeOf<Extended>()))
        {
            throw new Win32Exception();
        }
    }

    /// <summary>How many processes are in it.</summary>
    public int Count => QueryInformationJobObject(_handle, BasicAccounting, out var accounting, Marshal.SizeOf<Accounting>(), 0)
        ? (int)accounting.ActiveProcesses
        : 0;

    /// <summary>Puts a process in.</summary>
    /// <exception cref="Win32Exception">It cannot be.</exception>
    public void Add(nint process)
    {
        if (!AssignProcessToJobObject(_handle, process))
        {
            throw new Win32Exception();
        }
    }

    /// <summary>Ends all of its processes.</summary>
    public void Kill() => TerminateJobObject(_handle, 1);

    public void Dispose() => CloseHandle(_handle);

    [LibraryImport("kernel32", SetLastError = true)]
    private static partial nint CreateJobObjectW(nint security, nint name);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool SetInformationJobObject(nint job, int kind, ref Extended limits, int length);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool QueryInformationJobObject(nint job, int kind, out Accounting accounting, int length, nint returned);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool AssignProcessToJobObject(nint job, nint process);

    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool TerminateJobObject(nint job, uint code);

    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool CloseHandle(nint handle);

    /// <summary>JOBOBJECT_EXTENDED_LIMIT_INFORMATION.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Extended
    {
        public long ProcessTime;
        public long JobTime;
        public uint LimitFlags;
        public nuint LeastWorkingSet;
        public nuint MostWorkingSet;
        public uint Processes;
        public nuint Affinity;
        public uint Priority;
        public uint Scheduling;
        public ulong Reads;
        public ulong Writes;
        public ulong Others;
        public ulong ReadBytes;
        public ulong WrittenBytes;
        public ulong OtherBytes;
        public nuint ProcessMemory;
        public nuint JobMemory;
        public nuint PeakProcessMemory;
        public nuint PeakJobMemory;
    }

    /// <summary>JOBOBJECT_BASIC_ACCOUNTING_INFORMATION.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Accounting
    {
        public long UserTime;
        public long KernelTime;
        public long PeriodUserTime;
        public long PeriodKernelTime;
        public uint PageFaults;
        public uint Processes;
        public uint ActiveProcesses;
        public uint TerminatedProcesses;
    }
}
