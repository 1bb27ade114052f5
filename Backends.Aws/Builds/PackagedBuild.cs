using System.Text.Json.Nodes;
using FleetBridge.Backends.Aws.Packages;
using FleetBridge.Backends.Files;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Backends.Aws.Builds;

/// <summary>The packaged server on this machine, which will be uploaded. Its operations do not call AWS.</summary>
internal sealed partial class PackagedBuild : Resource
{
    /// <summary>What to do about any problem of a package.</summary>
    public const string Remedy =
        "Package the server in the editor (Platforms > your server target), then check the plugin's settings.";

    /// <inheritdoc/>
    public override string Path => "deployment/packaged_build";

    /// <inheritdoc/>
    public override IReadOnlyList<Operation> Operations { get; } =
        [Operation.Check(context => Task.FromResult(Check(context))), Operation.Browse(context => Task.FromResult(Browse(context)))];

    private static BackendResult Check(BackendContext context)
    {
        LogChecking(context.Logger, PackageInspection.RootOf(context.Settings) ?? "(no folder is set)");
        var report = PackageInspection.Run(context.Settings);
        foreach (var warning in report.Warnings)
        {
            LogWarning(context.Logger, warning);
        }

        var details = new JsonObject
        {
            ["Package Root"] = report.Root,
            ["Executable"] = report.Executable,
            ["Problems"] = new JsonArray([.. report.Problems.Select(problem => JsonValue.Create(problem))]),
            ["Warnings"] = new JsonArray([.. report.Warnings.Select(warning => JsonValue.Create(warning))]),
        };
        if (report.Problems.Count > 0)
        {
            return BackendResult.Failure(
                string.Join(" ", report.Problems),
                Remedy,
                details);
        }

        LogReady(context.Logger, report.Root!, context.Settings[AwsSettings.FleetLaunchPath]);
        return BackendResult.Success(details);
    }

    private static BackendResult Browse(BackendContext context)
    {
        var root = ProjectPath.Resolve(context.Settings[AwsSettings.ServerPackageRoot], context.Settings.Find(AwsSettings.ProjectRoot));
        if (!Directory.Exists(root))
        {
            return BackendResult.Failure($"The package folder {root} does not exist.", "Package the server first.");
        }

        LogFolder(context.Logger, root);
        var details = new JsonObject { ["Package Root"] = root };
        return context.OpenForUser(new Uri(root))
            ? BackendResult.Success(details)
            : BackendResult.Failure("No file manager could be opened.", $"Open {root} yourself.", details);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Checking the packaged server in {Root}")]
    private static partial void LogChecking(ILogger logger, string root);

    [LoggerMessage(Level = LogLevel.Information, Message = "The packaged server in {Root} is complete; GameLift will start {LaunchPath}")]
    private static partial void LogReady(ILogger logger, string root, string launchPath);

    [LoggerMessage(Level = LogLevel.Information, Message = "The packaged server is in {Root}")]
    private static partial void LogFolder(ILogger logger, string root);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Warning}")]
    private static partial void LogWarning(ILogger logger, string warning);
}
