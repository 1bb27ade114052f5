using FleetBridge.Backends.Aws.Services.Runtime;

namespace Amazon.IdentityManagement;

/// <summary>Where and how <see cref="AmazonIdentityManagementServiceClient"/> asks.</summary>
internal sealed class AmazonIdentityManagementServiceConfig() : ServiceConfig(Service)
{
    /// <summary>The service.</summary>
    public static readonly ServiceDescription Service = new("IAM", "iam", "iam", "2010-05-08") { IsGlobal = true };
}
