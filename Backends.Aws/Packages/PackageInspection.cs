using FleetBridge.Backends.Files;

namespace FleetBridge.Backends.Aws.Packages;

/// <summary>The result of a package inspection.</summary>
/// <param name="Root">The package's folder, absolute; null when it is not set.</param>
/// <param name="Executable">The server's executable on this machine; null when it is unknown.</param>
/// <param name="Problems">What would make GameLift fail, each with its path.</param>
/// <param name="Warnings">What is probably unintended, each with its path.</param>
internal sealed record PackageReport(string? Root, string? Executable, IReadOnlyList<string> Problems, IReadOnlyList<string> Warnings);

/// <summary>Checks whether GameLift can run a package folder, and reports all problems at once.</summary>
internal static class PackageInspection
{
    /// <summary>The package's folder, absolute: a message about a relative one would not say where the folder was expected.</summary>
    /// <param name="settings">The settings; a relative folder counts from the project's.</param>
    /// <returns>The folder; null when it is not set.</returns>
    public static string? RootOf(Settings settings) =>
        settings.Find(AwsSettings.ServerPackageRoot) is { } root ? ProjectPath.Resolve(root, settings.Find(AwsSettings.ProjectRoot)) : null;

    /// <summary>Inspects the package that the settings name.</summary>
    public static PackageReport Run(Settings settings)
    {
        var problems = new List<string>();
        var warnings = new List<string>();
        string? executable = null;
        var root = RootOf(settings);
        var rootExists = CheckRoot(root, problems);
        if (LaunchPath.Read(settings.Find(AwsSettings.FleetLaunchPath), problems) is { } launch)
        {
            var target = new FleetTarget(settings[AwsSettings.ServerPackageOs], settings[AwsSettings.FleetInstanceType]);
            var program = rootExists ? CheckFiles(root!, launch, target, problems, warnings) : null;
            executable = program?.Path;
            if (launch.System != target.System)
            {
                var misfit = program?.System == launch.System
                    ? $"The server's executable {executable} is a {launch.System} program"
                    : $"The launch path {launch.Text} is a path of {launch.System}";
                problems.Add($"{misfit}, but {AwsSettings.ServerPackageOs} is {target.OperatingSystem}: GameLift would reject the fleet. Set "
                    + $"{AwsSettings.ServerPackageOs} to the system for which the server was packaged, such as {launch.ExampleSystem}.");
            }

            if (executable is not null && settings.Find(AwsSettings.ProjectRoot) is { } project)
            {
                CompareWithProject(executable, ProjectPath.Resolve(project, null), launch.InGame, warnings);
            }
        }

        return new PackageReport(root, executable, problems, warnings);
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

    private static ServerProgram? CheckFiles(string root, LaunchPath launch, FleetTarget target, List<string> problems, List<string> warnings)
    {
        var program = CheckExecutable(root, launch, target, problems, warnings);
        var install = InstallScript.Check(root, launch.IsLinux, problems, warnings);
        var files = PackageFiles.In(root);
        if (program is not null)
        {
            LinkedLibraries.Check(program, root, files.Names, install, warnings);
        }

        if (files.SizeWarning(root) is { } size)
        {
            warnings.Add(size);
        }

        return program;
    }

    private static ServerProgram? CheckExecutable(string root, LaunchPath launch, FleetTarget target, List<string> problems, List<string> warnings)
    {
        var executable = Path.Combine(root, launch.InGame.Replace('/', Path.DirectorySeparatorChar));
        var found = GameFile.Find(root, launch.InGame);
        if (found is null && !File.Exists(executable))
        {
            problems.Add($"The server's executable {executable} does not exist.{ServerCandidates.Suggest(launch, ServerCandidates.Find(root, launch))}");
            return null;
        }

        if (launch.IsLinux && found is not null && found.Name != launch.InGame)
        {
            problems.Add($"The server's executable {executable} does not exist under this name: the package has {found.Name}, and Linux "
                + $"distinguishes upper and lower case. Set {AwsSettings.FleetLaunchPath} to {launch.Game}{found.Name}.");
        }

        try
        {
            var program = ServerProgram.Read(found?.Path ?? executable);
            ProgramCheck.Run(program, launch, root, target, problems, warnings);
            return program;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            problems.Add($"The server's executable {executable} cannot be read: {exception.Message}");
            return null;
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
}
