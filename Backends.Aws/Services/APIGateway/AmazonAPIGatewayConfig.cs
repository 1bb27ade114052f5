using FleetBridge.Backends.Aws.Services.Runtime;

namespace Amazon.APIGateway;

/// <summary>Where and how <see cref="AmazonAPIGatewayClient"/> asks.</summary>
internal sealed class AmazonAPIGatewayConfig() : ServiceConfig(Service)
{
    /// <summary>The service.</summary>
    public static readonly ServiceDescription Service = new("API Gateway", "apigateway", "apigateway", "2015-07-09");
}
