using System.Globalization;
using System.Text.RegularExpressions;

namespace FleetBridge.Fleet.Installers.SteamCmd;

/// <summary>What a line of SteamCMD's says about an install.</summary>
internal abstract partial record SteamCmdLine
{
    private SteamCmdLine()
    {
    }

    /// <summary>How far a phase is.</summary>
    public sealed record Progress(InstallProgress Value) : SteamCmdLine;

    /// <summary>The app is installed, or was.</summary>
    public sealed record Success : SteamCmdLine;

    /// <summary>The install ended in another state than installed.</summary>
    public sealed record BadState(uint State) : SteamCmdLine;

    /// <summary>The install failed for a reason that is told.</summary>
    public sealed record Failure(string Reason) : SteamCmdLine;

    /// <summary>The 32-bit loader or a library of SteamCMD is missing.</summary>
    public sealed record MissingLibrary(string Name) : SteamCmdLine;

    /// <summary>SteamCMD has no room for its own files.</summary>
    public sealed record NoRoom : SteamCmdLine;

    /// <summary>Reads a line.</summary>
    /// <param name="line">The line, without colours.</param>
    /// <returns>What it says; null when it says nothing of an install.</returns>
    public static SteamCmdLine? Parse(string line) =>
        ProgressLine.Match(line) is { Success: true } progress ? new Progress(ProgressOf(progress))
        : OwnUpdateLine.Match(line) is { Success: true } own ? new Progress(new InstallProgress(Number(own.Groups[1]), null, null, "updating SteamCMD"))
        : SuccessLine.IsMatch(line) ? new Success()
        : StateLine.Match(line) is { Success: true } state
            ? new BadState(uint.Parse(state.Groups[1].ValueSpan, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture))
        : FailureLine.Match(line) is { Success: true } failure ? new Failure(failure.Groups[1].Value)
        : LoginLine.Match(line) is { Success: true } login ? new Failure(login.Groups[1].Value)
        : LibraryLine.Match(line) is { Success: true } library ? new MissingLibrary(library.Groups[1].Value)
        : LoaderLine.IsMatch(line) ? new MissingLibrary("the loader of 32-bit programs (ld-linux.so.2)")
        : line.Contains("250MB of free disk space", StringComparison.OrdinalIgnoreCase) ? new NoRoom()
        : null;

    private static InstallProgress ProgressOf(Match line)
    {
        var (bytes, total) = (Bytes(line.Groups[3]), Bytes(line.Groups[4]));
        return new InstallProgress(
            Number(line.Groups[2]), total > 0 ? bytes : null, total > 0 ? total : null, line.Groups[1].Value);
    }

    /// <summary>A percent, with a point or with the comma of a locale.</summary>
    private static double Number(Group text) =>
        Math.Clamp(double.Parse(text.Value.Replace(',', '.'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture), 0, 100);

    private static long? Bytes(Group text) =>
        long.TryParse(text.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) ? bytes : null;

    [GeneratedRegex(@"^\s*Update state \(0x[0-9a-fA-F]{1,8}\) ([^,]{1,60}), progress: ([0-9]{1,9}(?:[.,][0-9]{1,9})?) \(([0-9]+) / ([0-9]+)\)")]
    private static partial Regex ProgressLine { get; }

    [GeneratedRegex(@"^\[ *([0-9]{1,3})%\] ")]
    private static partial Regex OwnUpdateLine { get; }

    [GeneratedRegex(@"^Success! App '[0-9]+' (?:fully installed|already up to date)")]
    private static partial Regex SuccessLine { get; }

    [GeneratedRegex(@"^Error! App '[0-9]+' state is 0x([0-9a-fA-F]{1,8}) after update job", RegexOptions.IgnoreCase)]
    private static partial Regex StateLine { get; }

    [GeneratedRegex(@"^ERROR! (?:Failed to install app '[0-9]+' \()?(.+?)\)?\.?$", RegexOptions.IgnoreCase)]
    private static partial Regex FailureLine { get; }

    [GeneratedRegex(@"FAILED (?:login )?(?:with result code |\()([^)]+)", RegexOptions.IgnoreCase)]
    private static partial Regex LoginLine { get; }

    [GeneratedRegex(@"error while loading shared libraries: ([^:]+):")]
    private static partial Regex LibraryLine { get; }

    [GeneratedRegex(@"steamcmd: (?:No such file or directory|cannot execute: required file not found)$|not found: .*ld-linux\.so\.2")]
    private static partial Regex LoaderLine { get; }
}
