using System.ComponentModel;
using System.Diagnostics;
using FleetBridge.Backends.Processes;

namespace FleetBridge.Core.Processes;

/// <summary>Shows things to the user outside this program.</summary>
internal static class DesktopShell
{
    private const string MacOpener = "/usr/bin/open";

    /// <summary>The programs that desktops have for it.</summary>
    private static readonly string[] Openers = ["xdg-open", "gnome-open", "kfmclient"];

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
            if (StartFor(target.IsFile ? target.LocalPath : target.AbsoluteUri) is not { } start)
            {
                return false;
            }

            using var process = Process.Start(start);
            return true;
        }
        catch (Exception exception) when (exception is Win32Exception or PlatformNotSupportedException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>
    /// Windows' own shell, and a program of the desktop elsewhere. The framework's way to the latter would take a file of the target's
    /// name, or a program in the current folder, first.
    /// </summary>
    private static ProcessStartInfo? StartFor(string target)
    {
        if (OperatingSystem.IsWindows())
        {
            return new ProcessStartInfo(target) { UseShellExecute = true, WorkingDirectory = ProgramPath.WorkingFolder };
        }

        var opener = OperatingSystem.IsMacOS() ? MacOpener : Openers.Select(ProgramPath.Find).FirstOrDefault(found => found is not null);
        return opener is null ? null : ProgramPath.StartOf(opener, target);
    }
}
