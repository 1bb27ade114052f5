using FleetBridge.Backends.Aws.Services.Runtime;

namespace Amazon.Lambda;

/// <summary>Where and how <see cref="AmazonLambdaClient"/> asks.</summary>
internal sealed class AmazonLambdaConfig() : ServiceConfig(Service)
{
    /// <summary>The service.</summary>
    public static readonly ServiceDescription Service = new("Lambda", "lambda", "lambda", "2015-03-31");
}
