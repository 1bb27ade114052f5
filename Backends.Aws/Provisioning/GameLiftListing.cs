using Amazon.GameLift.Model;

namespace FleetBridge.Backends.Aws.Provisioning;

/// <summary>Builds and fleets by name: GameLift lists them without a filter for it.</summary>
internal static class GameLiftListing
{
    /// <summary>How many a page may have, by the service's documentation.</summary>
    private const int PageSize = 100;

    /// <summary>Every build of the region.</summary>
    /// <param name="context">The operation.</param>
    public static IAsyncEnumerable<Build> AllBuildsAsync(this AwsContext context) => Pages.AllAsync(
        token => context.Clients.GameLift.ListBuildsAsync(
            new ListBuildsRequest { Limit = PageSize, NextToken = token }, context.Cancellation),
        page => page.Builds,
        page => page.NextToken,
        context.Cancellation);

    /// <summary>The builds of a name, newest first.</summary>
    /// <param name="context">The operation.</param>
    /// <param name="name">The name.</param>
    public static async Task<List<Build>> BuildsNamedAsync(this AwsContext context, string name)
    {
        var builds = new List<Build>();
        await foreach (var build in context.AllBuildsAsync().ConfigureAwait(false))
        {
            if (build.Name == name)
            {
                builds.Add(build);
            }
        }

        return [.. builds.OrderByDescending(build => build.CreationTime)];
    }

    /// <summary>The fleets of a name, newest first.</summary>
    /// <param name="context">The operation.</param>
    /// <param name="name">The name.</param>
    public static async Task<List<FleetAttributes>> FleetsNamedAsync(this AwsContext context, string name)
    {
        var fleets = new List<FleetAttributes>();
        var all = Pages.AllAsync(
            token => context.Clients.GameLift.DescribeFleetAttributesAsync(
                new DescribeFleetAttributesRequest { Limit = PageSize, NextToken = token }, context.Cancellation),
            page => page.FleetAttributes,
            page => page.NextToken,
            context.Cancellation);
        await foreach (var fleet in all.ConfigureAwait(false))
        {
            if (fleet.Name == name)
            {
                fleets.Add(fleet);
            }
        }

        return [.. fleets.OrderByDescending(fleet => fleet.CreationTime)];
    }
}
