using Amazon.GameLift;
using Amazon.GameLift.Model;
using FleetBridge.Backends.Aws.Provisioning;

namespace FleetBridge.Backends.Aws.Fleets;

/// <summary>Which of the account's two limits a new fleet would exceed.</summary>
internal static class FleetQuota
{
    private const string Quotas = "at console.aws.amazon.com/servicequotas (Amazon GameLift Servers).";

    /// <summary>Explains a refusal. GameLift's code is the same for both limits, so it is asked how many instances there are.
    /// </summary>
    /// <param name="context">The operation.</param>
    /// <param name="exception">The refusal.</param>
    /// <param name="instanceType">The instance type that was asked for.</param>
    public static async Task<BackendException> ExplainAsync(AwsContext context, LimitExceededException exception, string instanceType)
    {
        var limit = await FindAsync(context, instanceType).ConfigureAwait(false);
        return limit is { CurrentInstances: { } current, InstanceLimit: { } allowed } && current >= allowed
            ? new BackendException(
                $"The account may have no more instances of the type {instanceType} in {context.Region}, it has {current} of {allowed}: "
                + exception.Message,
                $"Delete a fleet that uses {instanceType}, choose another type (--fleet-ec2-instance-type), or ask for a higher quota "
                + Quotas,
                exception)
            : new BackendException(
                $"The account may have no more fleets in {context.Region}: {exception.Message}",
                $"Delete a fleet that is not needed any more, or ask for a higher quota {Quotas}",
                exception);
    }

    /// <summary>The limit of a type; null when GameLift does not tell it, which is no reason to hide the refusal.</summary>
    private static async Task<EC2InstanceLimit?> FindAsync(AwsContext context, string instanceType)
    {
        try
        {
            var answer = await context.Clients.GameLift.DescribeEC2InstanceLimitsAsync(
                new DescribeEC2InstanceLimitsRequest { EC2InstanceType = EC2InstanceType.FindValue(instanceType) },
                context.Cancellation).ConfigureAwait(false);
            return answer.EC2InstanceLimits?.FirstOrDefault();
        }
        catch (AmazonGameLiftException)
        {
            return null;
        }
    }
}
