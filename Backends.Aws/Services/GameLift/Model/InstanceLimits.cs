using Amazon.Runtime;

namespace Amazon.GameLift.Model;

/// <summary>How many instances of a type an account has, and may have.</summary>
internal sealed class EC2InstanceLimit
{
    public int? CurrentInstances { get; set; }

    public int? InstanceLimit { get; set; }
}

/// <summary>The request of <c>DescribeEC2InstanceLimits</c>.</summary>
internal sealed class DescribeEC2InstanceLimitsRequest : AmazonWebServiceRequest
{
    public EC2InstanceType? EC2InstanceType { get; set; }
}

/// <summary>The answer of <c>DescribeEC2InstanceLimits</c>.</summary>
internal sealed class DescribeEC2InstanceLimitsResponse : AmazonWebServiceResponse
{
    public List<EC2InstanceLimit>? EC2InstanceLimits { get; set; }
}
