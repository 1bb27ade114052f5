using System.Text.Json.Nodes;
using FleetBridge.Backends.Files;
using FleetBridge.Fleet.Local;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Backends.Local;

/// <summary>The packaged server on this machine, which the fleet starts where it is.</summary>
internal sealed partial class PackagedBuild : Resource
{
    /// <summary>What to do about any problem of a package.</summary>
    private const string Remedy = "Package the server in the editor (Platforms > your server target), then check the plugin's settings.";

    /// <inheritdoc/>
    public override string Path => "deployment/packaged_build";

    /// <inheritdoc/>
    public override IReadOnlyList<Operation> Operations { get; } =
        [Operation.Check(context => Task.FromResult(Check(context))), Operation.Browse(context => Task.FromResult(Browse(context)))];

    /// <summary>The executable that the fleet starts, or why there is none.</summary>
    public static (string? Executable, string? Problem) Find(Settings settings)
    {
        var (root, launchPath) = (RootOf(settings), settings.Find(LocalSettings.FleetLaunchPath));
        if (root is null or "" || launchPath is null or "")
        {
            return (null, root is null or ""
                ? $"The package folder is not set ({LocalSettings.ServerPackageRoot})."
                : $"The launch path is not set ({LocalSettings.FleetLaunchPath}).");
        }

        try
        {
            var (executable, problem) = LaunchPath.Resolve(root, launchPath);
            problem ??= ExecutableCheck.FindProblem(executable!);
            return problem is null ? (executable, null) : (null, problem);
        }
        catch (ArgumentException exception)
        {
            return (null, $"The package folder cannot be used: {exception.Message}");
        }
    }

    /// <summary>The package's folder: a relative one counts from the project's.</summary>
    private static string? RootOf(Settings settings) => settings.Find(LocalSettings.ServerPackageRoot) is { } root
        ? ProjectPath.Resolve(root, settings.Find(LocalSettings.ProjectRoot))
        : null;

    private static BackendResult Check(BackendContext context)
    {
        var (executable, problem) = Find(context.Settings);
        if (executable is null)
        {
            return BackendResult.Failure(problem!, Remedy, new JsonObject { [BackendResult.StateDetail] = BackendResult.AbsentState });
        }

        LogReady(context.Logger, executable);
        return BackendResult.Success(new JsonObject { [BackendResult.StateDetail] = "READY", ["Executable"] = executable });
    }

    private static BackendResult Browse(BackendContext context)
    {
        var root = ProjectPath.Resolve(context.Settings[LocalSettings.ServerPackageRoot], context.Settings.Find(LocalSettings.ProjectRoot));
        if (!Directory.Exists(root))
        {
            return BackendResult.Failure($"The package folder {root} does not exist.", "Package the server first.");
        }

        var details = new JsonObject { ["Package Root"] = root };
        return context.OpenForUser(new Uri(root))
            ? BackendResult.Success(details)
            : BackendResult.Failure("No file manager could be opened.", $"Open {root} yourself.", details);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The fleet will start {Executable}")]
    private static partial void LogReady(ILogger logger, string executable);
}
