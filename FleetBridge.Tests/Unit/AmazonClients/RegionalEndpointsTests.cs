using Amazon.Clients.Runtime;
using Amazon.GameLift;
using Amazon.IdentityManagement;
using Amazon.Runtime.Endpoints;

namespace FleetBridge.Tests.Unit.AmazonClients;

/// <summary>Host names, held against the "Service endpoints" pages of the AWS General Reference.</summary>
public sealed class RegionalEndpointsTests
{
    [Theory]
    [InlineData("us-west-2", false, false, "https://gamelift.us-west-2.amazonaws.com")]
    [InlineData("eu-central-1", false, false, "https://gamelift.eu-central-1.amazonaws.com")]
    [InlineData("cn-north-1", false, false, "https://gamelift.cn-north-1.amazonaws.com.cn")]
    [InlineData("us-gov-west-1", false, false, "https://gamelift.us-gov-west-1.amazonaws.com")]
    [InlineData("us-east-1", true, false, "https://gamelift-fips.us-east-1.amazonaws.com")]
    [InlineData("us-west-2", false, true, "https://gamelift.us-west-2.api.aws")]
    [InlineData("cn-north-1", false, true, "https://gamelift.cn-north-1.api.amazonwebservices.com.cn")]
    [InlineData("xx-nowhere-1", false, false, "https://gamelift.xx-nowhere-1.amazonaws.com")]
    public void Regional_service_has_a_host_in_its_region(string region, bool fips, bool dualStack, string expected)
    {
        var endpoint = Resolve(new AmazonGameLiftConfig(), region, fips, dualStack);
        Assert.Equal(expected, endpoint.URL);
        Assert.Equal(region, SigningRegion(endpoint));
    }

    [Theory]
    [InlineData("us-west-2", "https://iam.amazonaws.com", "us-east-1")]
    [InlineData("cn-northwest-1", "https://iam.cn-north-1.amazonaws.com.cn", "cn-north-1")]
    [InlineData("us-gov-east-1", "https://iam.us-gov.amazonaws.com", "us-gov-west-1")]
    [InlineData("us-west-2", "https://iam-fips.amazonaws.com", "us-east-1", true)]
    [InlineData("us-gov-west-1", "https://iam.us-gov.amazonaws.com", "us-gov-west-1", true)]
    [InlineData("cn-north-1", "https://iam-fips.cn-north-1.amazonaws.com.cn", "cn-north-1", true)]
    public void Global_service_has_one_host_a_partition(string region, string expected, string signingRegion, bool fips = false)
    {
        var endpoint = Resolve(new AmazonIdentityManagementServiceConfig(), region, fips);
        Assert.Equal(expected, endpoint.URL);
        Assert.Equal(signingRegion, SigningRegion(endpoint));
    }

    /// <summary>Facts from botocore 1.29: what it sends these requests to.</summary>
    [Theory]
    [InlineData("us-west-2", false, "https://iam.us-west-2.api.aws", "us-east-1")]
    [InlineData("us-west-2", true, "https://iam-fips.us-west-2.api.aws", "us-east-1")]
    [InlineData("cn-north-1", false, "https://iam.cn-north-1.api.amazonwebservices.com.cn", "cn-north-1")]
    [InlineData("us-gov-west-1", true, "https://iam-fips.us-gov-west-1.api.aws", "us-gov-west-1")]
    [InlineData("us-iso-east-1", false, "https://iam.us-iso-east-1.c2s.ic.gov", "us-iso-east-1")]
    public void Global_service_has_a_dual_stack_host_in_each_region(string region, bool fips, string expected, string signingRegion)
    {
        var endpoint = Resolve(new AmazonIdentityManagementServiceConfig(), region, fips, dualStack: true);
        Assert.Equal(expected, endpoint.URL);
        Assert.Equal(signingRegion, SigningRegion(endpoint));
    }

    [Fact]
    public void Isolated_partition_has_no_dual_stack_hosts()
    {
        var problem = Assert.Throws<global::Amazon.Runtime.AmazonClientException>(
            () => Resolve(new AmazonGameLiftConfig(), "us-iso-east-1", dualStack: true));
        Assert.Contains("use_dualstack_endpoint", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Configured_address_takes_the_place_of_the_host_but_not_of_the_region()
    {
        var config = new AmazonGameLiftConfig { ServiceURL = "http://127.0.0.1:4566" };
        config.AuthenticationRegion = "eu-west-1";
        var endpoint = config.DetermineServiceOperationEndpoint(new ServiceOperationEndpointParameters(null));
        Assert.Equal("http://127.0.0.1:4566/", endpoint.URL);
        Assert.Equal("eu-west-1", SigningRegion(endpoint));
    }

    private static Endpoint Resolve(ServiceConfig config, string region, bool fips = false, bool dualStack = false)
    {
        config.RegionEndpoint = global::Amazon.RegionEndpoint.GetBySystemName(region);
        (config.UseFIPSEndpoint, config.UseDualstackEndpoint) = (fips, dualStack);
        return config.EndpointProvider.ResolveEndpoint(RegionalEndpoints.Parameters(config, alternate: null));
    }

    private static object? SigningRegion(Endpoint endpoint) =>
        ((PropertyBag)((List<object>)endpoint.Attributes["authSchemes"])[0])["signingRegion"];
}
