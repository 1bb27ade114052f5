using System.Text.RegularExpressions;

namespace FleetBridge.Backends.Aws.Packages;

/// <summary>Libraries that GameLift's machines have without the package: those of Amazon Linux's base system, and those of Windows Server.</summary>
internal static partial class SystemLibraries
{
    private static readonly HashSet<string> Windows = new(
        (
            "advapi32 avrt bcrypt bcryptprimitives cabinet cfgmgr32 clbcatq combase comctl32 comdlg32 credui crypt32 cryptbase cryptnet cryptui d2d1 "
            + "d3d10 d3d10_1 d3d11 d3d12 d3d9 d3dcompiler_47 dbgcore dbghelp dciman32 dhcpcsvc dnsapi dsound dwmapi dwrite dxcore dxgi dxva2 esent "
            + "evr faultrep fltlib fwpuclnt gdi32 gdi32full gdiplus glu32 hid httpapi imagehlp imm32 iphlpapi kernel32 kernelbase ktmw32 mf mfplat "
            + "mfreadwrite mfuuid mpr msacm32 msasn1 mscoree msi msimg32 msvcp_win msvcrt mswsock ncrypt netapi32 ntdll ntdsapi odbc32 ole32 oleacc "
            + "oleaut32 opengl32 pdh powrprof profapi propsys psapi rasapi32 rpcrt4 rstrtmgr samlib secur32 sensapi setupapi shcore shell32 shfolder "
            + "shlwapi sspicli taskschd tbs tdh ucrtbase urlmon user32 userenv usp10 uxtheme vdmdbg version virtdisk wer wevtapi win32u winhttp "
            + "windowscodecs wininet winmm winspool.drv winsta wintrust wlanapi wldap32 ws2_32 wsock32 wtsapi32 xaudio2_8 xaudio2_9 xinput1_4 "
            + "xinput9_1_0 xmllite").Split(' '),
        StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether Amazon Linux has a library.</summary>
    public static bool IsOfLinux(string name) => Linux().IsMatch(name);

    /// <summary>Whether Windows has a library.</summary>
    public static bool IsOfWindows(string name) => Windows.Contains(name)
        || (name.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) && Windows.Contains(name[..^4]))
        || ApiSet().IsMatch(name);

    /// <summary>Whether a library comes with the Visual C++ runtime, which is installed apart.</summary>
    public static bool IsOfVisualCpp(string name) => VisualCpp().IsMatch(name);

    [GeneratedRegex(@"^(ld-linux.*|lib(c|m|dl|rt|pthread|util|resolv|nsl|anl|crypt|gcc_s|stdc\+\+|z|bz2|lzma|zstd|ssl|crypto|uuid|expat|selinux|cap))\.so(\.[0-9.]+)?$")]
    private static partial Regex Linux();

    [GeneratedRegex(@"^(api|ext)-ms-", RegexOptions.IgnoreCase)]
    private static partial Regex ApiSet();

    [GeneratedRegex(@"^(vcruntime|msvcp|msvcr|concrt|vcomp|vccorlib|mfc)[0-9]+(_[0-9a-z_]+)?\.dll$", RegexOptions.IgnoreCase)]
    private static partial Regex VisualCpp();
}
