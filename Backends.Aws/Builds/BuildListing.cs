using Amazon.GameLift.Model;
using FleetBridge.Backends.Aws.Provisioning;

namespace FleetBridge.Backends.Aws.Builds;

/// <summary>Builds by name: GameLift cannot filter its listing by name.</summary>
internal static class BuildListing
{
    /// <summary>The largest page that ListBuilds allows.</summary>
    private const int PageSize = 100;

    /// <summary>Every build of the region.</summary>
    public static IAsyncEnumerable<Build> AllBuildsAsync(this AwsContext context) => Pages.AllAsync(
        token => context.Clients.GameLift.ListBuildsAsync(
            new ListBuildsRequest { Limit = PageSize, NextToken = token }, context.Cancellation),
        page => page.Builds,
        page => page.NextToken,
        context.Cancellation);

    /// <summary>The builds of a name, newest first; names may repeat.</summary>
    public static async Task<List<Build>> BuildsNamedAsync(this AwsContext context, string name) =>
        await context.AllBuildsAsync()
            .Where(build => build.Name == name)
            .OrderByDescending(build => build.CreationTime)
            .ToListAsync(context.Cancellation).ConfigureAwait(false);
}
