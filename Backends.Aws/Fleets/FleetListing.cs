using Amazon.GameLift.Model;
using FleetBridge.Backends.Aws.Provisioning;

namespace FleetBridge.Backends.Aws.Fleets;

/// <summary>Fleets by name: GameLift cannot filter its listing by name.</summary>
internal static class FleetListing
{
    /// <summary>The largest page that DescribeFleetAttributes allows.</summary>
    private const int PageSize = 100;

    /// <summary>The fleets of a name, newest first; names may repeat.</summary>
    public static async Task<List<FleetAttributes>> FleetsNamedAsync(this AwsContext context, string name)
    {
        var all = Pages.AllAsync(
            token => context.Clients.GameLift.DescribeFleetAttributesAsync(
                new DescribeFleetAttributesRequest { Limit = PageSize, NextToken = token }, context.Cancellation),
            page => page.FleetAttributes,
            page => page.NextToken,
            context.Cancellation);
        return await all
            .Where(fleet => fleet.Name == name)
            .OrderByDescending(fleet => fleet.CreationTime)
            .ToListAsync(context.Cancellation).ConfigureAwait(false);
    }
}
