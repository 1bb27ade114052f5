using FleetBridge.Backends.Aws.Services.Runtime;

namespace Amazon.CognitoIdentityProvider;

/// <summary>Where and how <see cref="AmazonCognitoIdentityProviderClient"/> asks.</summary>
internal sealed class AmazonCognitoIdentityProviderConfig() : ServiceConfig(Service)
{
    /// <summary>The service.</summary>
    public static readonly ServiceDescription Service = new("Cognito Identity Provider", "cognito-idp", "cognito-idp", "2016-04-18");
}
