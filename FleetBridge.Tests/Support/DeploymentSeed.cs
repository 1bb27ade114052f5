using System.Text.Json.Nodes;
using Amazon.Emulation;
using Amazon.Emulation.Cognito;
using Amazon.Emulation.GameLift;

namespace FleetBridge.Tests.Support;

/// <summary>Puts a deployment's parts into the emulator, named as the default settings name them, without making them call
/// by call.</summary>
internal static class DeploymentSeed
{
    private const string PrefixKey = "fleetbridge:prefix";
    private const string ResourceKey = "fleetbridge:resource";

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

    /// <summary>Gives everything that a deployment of a prefix would have made the tags of that deployment.</summary>
    public static void Tag(AwsEmulator aws, string prefix = "test1", string region = AwsEmulator.DefaultRegion)
    {
        lock (aws.State)
        {
            var place = aws.Region(region);
            foreach (var (resource, tags) in place.Builds.Select(build => ("uploaded_build", build.Tags))
                .Concat(place.Fleets.Select(fleet => ("fleet", fleet.Tags))))
            {
                (tags[PrefixKey], tags[ResourceKey]) = (prefix, resource);
            }

            place.UserPools.ForEach(pool => pool.Settings["UserPoolTags"] = Tags(prefix, "user_pool"));
            place.RestApis.ForEach(api => api.Json["tags"] = Tags(prefix, "rest_api"));
        }
    }

    /// <summary>The tags of a deployment's resource.</summary>
    public static JsonObject Tags(string prefix, string resource) => new() { [PrefixKey] = prefix, [ResourceKey] = resource };
}
