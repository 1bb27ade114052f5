using Amazon.GameLift;
using Amazon.GameLift.Model;
using FleetBridge.Backends.Aws.Provisioning;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Backends.Aws.Builds;

/// <summary>Waits until GameLift has taken in a build.</summary>
internal static partial class BuildReadiness
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(3);

    /// <summary>Checking a package of many gigabytes takes GameLift minutes.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(30);

    /// <summary>The newest build of the settings' name, once it is READY.</summary>
    /// <param name="context">The operation.</param>
    /// <exception cref="BackendException">There is none, it has failed, or it takes too long.</exception>
    public static async Task<Build> WaitForAsync(AwsContext context)
    {
        var name = context.Settings[AwsSettings.ServerPackageName];
        var newest = (await context.BuildsNamedAsync(name).ConfigureAwait(false)).FirstOrDefault()
            ?? throw new BackendException($"There is no build named {name} in {context.Region}.", "Upload the packaged server first.");
        return await WaitForAsync(context, name, newest.BuildId!).ConfigureAwait(false);
    }

    /// <summary>A build, once it is READY.</summary>
    /// <param name="context">The operation.</param>
    /// <param name="name">Its name.</param>
    /// <param name="buildId">Its id.</param>
    /// <exception cref="BackendException">It has failed, or it takes too long.</exception>
    public static async Task<Build> WaitForAsync(AwsContext context, string name, string buildId)
    {
        var told = false;
        var (build, inTime) = await context.UntilAsync(
            async () =>
            {
                var build = await DescribeAsync(context, name, buildId).ConfigureAwait(false);
                if (build.Status == BuildStatus.INITIALIZED && !told)
                {
                    told = true;
                    LogWaiting(context.Log, name, buildId);
                }

                return build;
            },
            build => build.Status != BuildStatus.INITIALIZED,
            Pause,
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
            var answer = await context.Clients.GameLift.DescribeBuildAsync(
                new DescribeBuildRequest { BuildId = buildId }, context.Cancellation).ConfigureAwait(false);
            return answer.Build!;
        }
        catch (NotFoundException exception)
        {
            throw new BackendException(
                $"The build {name} ({buildId}) was deleted meanwhile.", "Upload the packaged server again.", exception);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Waiting until GameLift has taken in the build {Name} ({BuildId})")]
    private static partial void LogWaiting(ILogger logger, string name, string buildId);
}
