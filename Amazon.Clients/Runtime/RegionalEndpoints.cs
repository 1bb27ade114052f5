using Amazon.Runtime;
using Amazon.Runtime.Endpoints;

namespace Amazon.Clients.Runtime;

/// <summary>
/// The host names of a service: <c>https://&lt;prefix&gt;.&lt;region&gt;.&lt;the partition's suffix&gt;</c>, as in the
/// "Service endpoints" pages of the AWS General Reference; a configured address takes their place.
/// </summary>
internal sealed class RegionalEndpoints(ServiceDescription service) : IEndpointProvider
{
    private const string Region = "Region";
    private const string Configured = "Endpoint";
    private const string Fips = "UseFIPS";
    private const string DualStack = "UseDualStack";

    /// <summary>What the host name of a request depends on.</summary>
    /// <param name="config">The client's configuration.</param>
    /// <param name="alternate">The region that one request names; null for the client's.</param>
    public static EndpointParameters Parameters(IClientConfig config, RegionEndpoint? alternate) => new()
    {
        [Region] = (alternate ?? config.RegionEndpoint)?.SystemName ?? config.AuthenticationRegion,
        [Configured] = config.ServiceURL,
        [Fips] = config.UseFIPSEndpoint,
        [DualStack] = config.UseDualstackEndpoint,
    };

    /// <inheritdoc/>
    public Endpoint ResolveEndpoint(EndpointParameters parameters)
    {
        var region = RegionEndpoint.GetBySystemName((string)parameters[Region]);
        var signingRegion = service.IsGlobal ? GlobalRegion(region.PartitionName) : region.SystemName;
        return new Endpoint(
            parameters[Configured] as string is { Length: > 0 } configured ? configured : Address(region, parameters),
            $$"""{"authSchemes":[{"name":"sigv4","signingName":"{{service.SigningName}}","signingRegion":"{{signingRegion}}"}]}""",
            "{}");
    }

    private string Address(RegionEndpoint region, EndpointParameters parameters)
    {
        var host = parameters[Fips] is true ? $"{service.EndpointPrefix}-fips" : service.EndpointPrefix;
        if (service.IsGlobal)
        {
            return region.PartitionName switch
            {
                "aws" => $"https://{host}.{region.PartitionDnsSuffix}",
                "aws-us-gov" => $"https://{host}.us-gov.{region.PartitionDnsSuffix}",
                _ => $"https://{host}.{GlobalRegion(region.PartitionName)}.{region.PartitionDnsSuffix}",
            };
        }

        var suffix = (parameters[DualStack] is true, region.PartitionName) switch
        {
            (false, _) => region.PartitionDnsSuffix,
            (true, "aws-cn") => "api.amazonwebservices.com.cn",
            (true, _) => "api.aws",
        };
        return $"https://{host}.{region.SystemName}.{suffix}";
    }

    private static string GlobalRegion(string partition) => partition switch
    {
        "aws-cn" => "cn-north-1",
        "aws-us-gov" => "us-gov-west-1",
        _ => "us-east-1",
    };
}
