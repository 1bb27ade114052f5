using System.Runtime.InteropServices;

namespace FleetBridge.Core.State;

/// <summary>The user who runs this process.</summary>
internal static partial class CurrentUser
{
    /// <summary>The administrator's id on Unix.</summary>
    public const uint Root = 0;

    /// <summary>The user's id; that of <see cref="Root"/> on Windows, where files have none.</summary>
    public static uint Id { get; } = OperatingSystem.IsWindows() ? Root : EffectiveUserId();

    [LibraryImport("libc", EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial uint EffectiveUserId();
}
