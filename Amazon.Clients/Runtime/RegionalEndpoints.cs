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
    private const string IsolatedPartitions = "aws-iso";

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

    /// <summary>The region in a signature.</summary>
    /// <param name="service">The service.</param>
    /// <param name="region">The client's region.</param>
    public static string SigningRegion(ServiceDescription service, RegionEndpoint region) =>
        service.IsGlobal ? GlobalRegion(region.PartitionName) : region.SystemName;

    /// <inheritdoc/>
    public Endpoint ResolveEndpoint(EndpointParameters parameters)
    {
        var region = RegionEndpoint.GetBySystemName((string)parameters[Region]);
        var signingRegion = SigningRegion(service, region);
        return new Endpoint(
            parameters[Configured] as string is { Length: > 0 } configured ? configured : Address(region, parameters),
            $$"""{"authSchemes":[{"name":"sigv4","signingName":"{{service.SigningName}}","signingRegion":"{{signingRegion}}"}]}""",
            "{}");
    }

    private string Address(RegionEndpoint region, EndpointParameters parameters)
    {
        var (fips, dualStack) = (parameters[Fips] is true, parameters[DualStack] is true);
        if (dualStack && region.PartitionName.StartsWith(IsolatedPartitions, StringComparison.Ordinal) && !service.IsGlobal)
        {
            throw new AmazonClientException(
                $"There are no dual-stack addresses in {region.SystemName}: switch use_dualstack_endpoint off for it.");
        }

        var host = fips ? $"{service.EndpointPrefix}-fips" : service.EndpointPrefix;

        // a global service has dual-stack hosts in each region, as botocore builds them
        if (service.IsGlobal && !dualStack)
        {
            return region.PartitionName switch
            {
                "aws" => $"https://{host}.{region.PartitionDnsSuffix}",

                // its only host is one of FIPS
                "aws-us-gov" => $"https://{service.EndpointPrefix}.us-gov.{region.PartitionDnsSuffix}",
                _ => $"https://{host}.{GlobalRegion(region.PartitionName)}.{region.PartitionDnsSuffix}",
            };
        }

        var suffix = (dualStack, region.PartitionName) switch
        {
            (false, _) => region.PartitionDnsSuffix,
            (true, var partition) when partition.StartsWith(IsolatedPartitions, StringComparison.Ordinal) => region.PartitionDnsSuffix,
            (true, "aws-cn") => "api.amazonwebservices.com.cn",
            (true, _) => "api.aws",
        };
        return $"https://{host}.{region.SystemName}.{suffix}";
    }

    private static string GlobalRegion(string partition) => partition switch
    {
        "aws-cn" => "cn-north-1",
        "aws-us-gov" => "us-gov-west-1",
        "aws-iso" => "us-iso-east-1",
        "aws-iso-b" => "us-isob-east-1",
        _ => "us-east-1",
    };
}
