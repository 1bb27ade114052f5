using System.Text.RegularExpressions;
using FleetBridge.Backends.Files;

namespace FleetBridge.Backends.Aws.Builds;

/// <summary>The result of a package inspection.</summary>
/// <param name="Executable">The server's executable on this machine; null when it is unknown.</param>
/// <param name="Problems">What would make GameLift fail, each with its path.</param>
/// <param name="Warnings">What is probably unintended, each with its path.</param>
internal sealed record PackageReport(string? Executable, IReadOnlyList<string> Problems, IReadOnlyList<string> Warnings);

/// <summary>Checks whether GameLift can run a package folder, and reports all problems at once.</summary>
internal static partial class PackageInspection
{
    private const string WindowsGame = "c:/game/";
    private const string LinuxGame = "/local/game/";
    private const string WindowsInstall = "install.bat";
    private const string LinuxInstall = "install.sh";

    /// <summary>Inspects a package.</summary>
    /// <param name="root">The package's folder.</param>
    /// <param name="launchPath">The executable on GameLift's instances.</param>
    /// <param name="projectRoot">The Unreal project's folder; null to skip the comparison with it.</param>
    /// <param name="operatingSystem">The operating system with which the build will be registered.</param>
    public static PackageReport Run(string? root, string? launchPath, string? projectRoot, string operatingSystem)
    {
        var problems = new List<string>();
        var warnings = new List<string>();
        string? executable = null;
        var rootExists = CheckRoot(root, problems);
        if (SplitLaunchPath(launchPath, problems) is { } launch)
        {
            if (launch.Linux == operatingSystem.StartsWith("WINDOWS", StringComparison.Ordinal))
            {
                warnings.Add($"The launch path {launchPath} is a {(launch.Linux ? "Linux" : "Windows")} path, but "
                    + $"{AwsSettings.ServerPackageOs} is {operatingSystem}; GameLift will reject the fleet.");
            }

            if (rootExists)
            {
                executable = CheckExecutable(root!, launch.InGame, problems);
                CheckInstall(root!, launch.Linux, problems);
            }

            if (executable is not null && projectRoot is not null)
            {
                CompareWithProject(executable, projectRoot, launch.InGame, warnings);
            }
        }

        return new PackageReport(executable, problems, warnings);
    }

    private static bool CheckRoot(string? root, List<string> problems)
    {
        if (root is null)
        {
            problems.Add($"The package folder is not set ({AwsSettings.ServerPackageRoot}).");
            return false;
        }

        if (!Directory.Exists(root))
        {
            problems.Add(File.Exists(root)
                ? $"The package folder {root} is a file, not a folder."
                : $"The package folder {root} does not exist.");
            return false;
        }

        return true;
    }

    private static (bool Linux, string InGame)? SplitLaunchPath(string? launchPath, List<string> problems)
    {
        if (launchPath is null)
        {
            problems.Add($"The launch path is not set ({AwsSettings.FleetLaunchPath}).");
            return null;
        }

        if (!AllowedInLaunchPath().IsMatch(launchPath))
        {
            problems.Add($"The launch path {launchPath} contains a character that GameLift does not accept. Allowed are ASCII "
                + "letters and digits, spaces and _ : . + - /.");
        }

        var linux = launchPath.StartsWith(LinuxGame, StringComparison.Ordinal);
        var windows = launchPath.StartsWith(WindowsGame, StringComparison.Ordinal)
            || launchPath.StartsWith("C:/game/", StringComparison.Ordinal);
        if (!linux && !windows)
        {
            problems.Add($"The launch path {launchPath} must begin with C:/game/ (Windows) or {LinuxGame} (Linux), with forward "
                + "slashes: that is where GameLift unpacks the build.");
            return null;
        }

        if (launchPath.Contains('\\', StringComparison.Ordinal))
        {
            problems.Add($"The launch path {launchPath} contains a backslash; use forward slashes.");
            return null;
        }

        var inGame = launchPath[(linux ? LinuxGame : WindowsGame).Length..];
        if (inGame.Split('/').Any(segment => segment is "" or "." or ".."))
        {
            problems.Add($"The launch path {launchPath} contains an empty or a dot segment after {(linux ? LinuxGame : "C:/game/")}.");
            return null;
        }

        return (linux, inGame);
    }

    private static string? CheckExecutable(string root, string inGame, List<string> problems)
    {
        var executable = Path.Combine(root, inGame.Replace('/', Path.DirectorySeparatorChar));
        if (File.Exists(executable))
        {
            return executable;
        }

        problems.Add($"The server's executable {executable} does not exist.");
        return null;
    }

    private static void CheckInstall(string root, bool linux, List<string> problems)
    {
        var script = Path.Combine(root, linux ? LinuxInstall : WindowsInstall);
        if (!File.Exists(script))
        {
            problems.Add($"The install script {script} does not exist; GameLift runs it once on each new instance to install "
                + "what the server needs.");
            return;
        }

        if (!linux)
        {
            return;
        }

        try
        {
            if (UserFile.ReadAllText(script).Contains('\r', StringComparison.Ordinal))
            {
                problems.Add($"The install script {script} has Windows line endings, and Linux cannot run it. Save it with LF line endings.");
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            problems.Add($"The install script {script} cannot be read: {exception.Message}");
        }
    }

    /// <summary>An executable older than the one that was last built was probably packaged before that build.</summary>
    private static void CompareWithProject(string executable, string projectRoot, string inGame, List<string> warnings)
    {
        if (!Directory.Exists(projectRoot))
        {
            warnings.Add($"The project folder {projectRoot} does not exist, so the age of the package was not checked.");
            return;
        }

        // C:/game/MyGame/Binaries/… was packaged from <project>/Binaries/…
        var inProject = inGame[(inGame.IndexOf('/', StringComparison.Ordinal) + 1)..];
        var built = Path.Combine(projectRoot, inProject.Replace('/', Path.DirectorySeparatorChar));
        if (File.Exists(built) && File.GetLastWriteTimeUtc(executable) < File.GetLastWriteTimeUtc(built))
        {
            warnings.Add($"The packaged {executable} is older than the project's {built}: the server was built again after it "
                + "was packaged.");
        }
    }

    // LaunchPathStringModel of GameLift's service model of 2015-10-01
    [GeneratedRegex(@"^[A-Za-z0-9_:.+/\\\- ]+\z")]
    private static partial Regex AllowedInLaunchPath();
}
