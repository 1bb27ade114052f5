using Amazon.GameLift;
using Amazon.GameLift.Model;
using FleetBridge.Backends.Aws.Provisioning;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Backends.Aws.Builds;

/// <summary>Waits until GameLift has processed a build.</summary>
internal static partial class BuildReadiness
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(3);

    /// <summary>GameLift takes minutes to validate a package of many gigabytes.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(30);

    /// <summary>The newest build of the settings' name, once it is READY.</summary>
    /// <exception cref="BackendException">There is none, it has failed, or it takes too long.</exception>
    public static async Task<Build> WaitAsync(AwsContext context)
    {
        var name = context.Settings[AwsSettings.ServerPackageName];
        var newest = (await context.BuildsNamedAsync(name).ConfigureAwait(false)).FirstOrDefault()
            ?? throw new BackendException($"There is no build named {name} in {context.Region}.", "Upload the packaged server first.");
        return await WaitAsync(context, name, newest.BuildId!).ConfigureAwait(false);
    }

    /// <summary>A build, once it is READY.</summary>
    /// <exception cref="BackendException">It has failed, or it takes too long.</exception>
    public static async Task<Build> WaitAsync(AwsContext context, string name, string buildId)
    {
        var logged = false;
        var (build, inTime) = await context.PollAsync(
            async () =>
            {
                var build = await DescribeAsync(context, name, buildId).ConfigureAwait(false);
                if (build.Status == BuildStatus.INITIALIZED && !logged)
                {
                    logged = true;
                    LogWaiting(context.Log, name, buildId);
                }

                return build;
            },
            build => build.Status != BuildStatus.INITIALIZED,
            Interval,
            Limit).ConfigureAwait(false);
        return build.Status == BuildStatus.READY
            ? build
            : throw new BackendException(
                inTime
                    ? $"GameLift could not use the build {name} ({buildId}): it is {build.Status!.Value}."
                    : $"The build {name} ({buildId}) is still {build.Status!.Value} after {Limit.TotalMinutes:0} minutes.",
                "Delete the build and upload it again.");
    }

    private static async Task<Build> DescribeAsync(AwsContext context, string name, string buildId)
    {
        try
        {
            var response = await context.Clients.GameLift.DescribeBuildAsync(
                new DescribeBuildRequest { BuildId = buildId }, context.Cancellation).ConfigureAwait(false);
            return response.Build!;
        }
        catch (NotFoundException exception)
        {
            throw new BackendException(
                $"The build {name} ({buildId}) was deleted in the meantime.", "Upload the packaged server again.", exception);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Waiting until GameLift has processed the build {Name} ({BuildId})")]
    private static partial void LogWaiting(ILogger logger, string name, string buildId);
}
