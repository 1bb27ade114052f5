using System.ComponentModel;
using System.Diagnostics;

namespace FleetBridge.Core.Processes;

/// <summary>Shows things to the user outside this program.</summary>
internal static class DesktopShell
{
    /// <summary>Opens a page or a folder in the program that the user's desktop has for it.</summary>
    /// <param name="target">An http(s) address, or the file address of a folder; anything else is refused.</param>
    /// <returns>Whether a program took it.</returns>
    public static bool TryOpen(Uri target)
    {
        var allowed = target.Scheme == Uri.UriSchemeHttps || target.Scheme == Uri.UriSchemeHttp
            || (target.IsFile && Directory.Exists(target.LocalPath));
        if (!allowed)
        {
            return false;
        }

        try
        {
            // On Linux this finds xdg-open and its like, on macOS open.
            using var process = Process.Start(new ProcessStartInfo(target.IsFile ? target.LocalPath : target.AbsoluteUri)
            {
                UseShellExecute = true,
            });
            return true;
        }
        catch (Exception exception) when (exception is Win32Exception or PlatformNotSupportedException or InvalidOperationException)
        {
            return false;
        }
    }
}
