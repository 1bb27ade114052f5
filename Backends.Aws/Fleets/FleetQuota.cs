using Amazon.GameLift;
using Amazon.GameLift.Model;
using FleetBridge.Backends.Aws.Provisioning;

namespace FleetBridge.Backends.Aws.Fleets;

/// <summary>Says which of the account's two quotas a new fleet would exceed.</summary>
internal static class FleetQuota
{
    private const string Quotas = "at console.aws.amazon.com/servicequotas (Amazon GameLift Servers).";

    /// <summary>Explains a rejection. GameLift's error code is the same for both quotas, so this reads the number of instances.</summary>
    /// <param name="context">The operation.</param>
    /// <param name="exception">The rejection.</param>
    /// <param name="instanceType">The instance type of the new fleet.</param>
    public static async Task<BackendException> ExplainAsync(AwsContext context, LimitExceededException exception, string instanceType)
    {
        var limit = await FindAsync(context, instanceType).ConfigureAwait(false);
        return limit is { CurrentInstances: { } current, InstanceLimit: { } allowed } && current >= allowed
            ? new BackendException(
                $"The account's quota for {instanceType} instances in {context.Region} is used up ({current} of {allowed}): "
                + exception.Message,
                $"Delete a fleet that uses {instanceType}, choose another type (--fleet-ec2-instance-type), or request a higher quota "
                + Quotas,
                exception)
            : new BackendException(
                $"The account's quota for fleets in {context.Region} is used up: {exception.Message}",
                $"Delete a fleet that is no longer needed, or request a higher quota {Quotas}",
                exception);
    }

    /// <summary>The quota of a type; null when GameLift does not say it, which is no reason to hide the rejection.</summary>
    private static async Task<EC2InstanceLimit?> FindAsync(AwsContext context, string instanceType)
    {
        try
        {
            var response = await context.Clients.GameLift.DescribeEC2InstanceLimitsAsync(
                new DescribeEC2InstanceLimitsRequest { EC2InstanceType = EC2InstanceType.FindValue(instanceType) },
                context.Cancellation).ConfigureAwait(false);
            return response.EC2InstanceLimits?.FirstOrDefault();
        }
        catch (AmazonGameLiftException)
        {
            return null;
        }
    }
}
