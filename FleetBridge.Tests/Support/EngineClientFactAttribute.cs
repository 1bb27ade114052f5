using System.ComponentModel;
using System.Diagnostics;

namespace FleetBridge.Tests.Support;

/// <summary>A test that needs the engine's own libraries, libcurl and libwebsockets, and a C compiler to build a client on them.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class EngineClientFactAttribute : FactAttribute
{
    private static readonly Lazy<string?> Missing = new(FindMissing);

    public EngineClientFactAttribute() => Skip = Missing.Value;

    private static string? FindMissing()
    {
        if (new UnixFactAttribute().Skip is { } reason)
        {
            return reason;
        }

        return !Runs("gcc", "--version") ? "There is no gcc on this machine's PATH."
            : !Runs("pkg-config", "--exists", "libcurl", "libwebsockets")
                ? "This machine has no libcurl or libwebsockets to build on (Debian: libcurl4-openssl-dev, libwebsockets-dev, pkg-config)."
            : null;
    }

    private static bool Runs(string program, params string[] args)
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo(program, args) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
