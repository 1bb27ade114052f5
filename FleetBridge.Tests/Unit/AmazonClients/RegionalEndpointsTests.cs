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
    public void Global_service_has_one_host_a_partition(string region, string expected, string signingRegion)
    {
        var endpoint = Resolve(new AmazonIdentityManagementServiceConfig(), region);
        Assert.Equal(expected, endpoint.URL);
        Assert.Equal(signingRegion, SigningRegion(endpoint));
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
