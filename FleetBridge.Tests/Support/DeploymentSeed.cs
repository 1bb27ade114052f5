using System.Text.Json.Nodes;
using Amazon.Emulation;
using Amazon.Emulation.Cognito;
using Amazon.Emulation.GameLift;

namespace FleetBridge.Tests.Support;

/// <summary>Puts a deployment's parts into the emulator, named as the default settings name them, without making them call
/// by call.</summary>
internal static class DeploymentSeed
{
    /// <summary>A user pool with its app client and without users.</summary>
    public static CognitoUserPool Pool(AwsEmulator aws, string clientId = "clientclientclientclient00")
    {
        var pool = aws.Seed.UserPools(1, "test1-user-pool")[0];
        pool.Clients.Add(new CognitoClient(clientId, new JsonObject { ["ClientName"] = "test1-user-pool-login-client" }));
        return pool;
    }

    /// <summary>A fleet of a build of its own.</summary>
    public static GameLiftFleet Fleet(AwsEmulator aws, string status = "ACTIVE") =>
        aws.Seed.Fleet("test1-fleet", aws.Seed.Build("test1-build"), status);
}
