using Amazon.Emulation.ApiGateway;
using Amazon.Emulation.Cognito;
using Amazon.Emulation.GameLift;
using Amazon.Emulation.Iam;

namespace Amazon.Emulation;

/// <summary>Puts things into the emulator that were there before anyone called.</summary>
internal sealed class EmulatorSeed(AwsEmulator aws)
{
    /// <summary>Builds of others, READY.</summary>
    public void Builds(int count, string name = "someone-else", string region = AwsEmulator.DefaultRegion)
    {
        for (var i = 0; i < count; i++)
        {
            Build($"{name}-{i}", "READY", region);
        }
    }

    /// <summary>A build.</summary>
    public GameLiftBuild Build(string name, string status = "READY", string region = AwsEmulator.DefaultRegion, string os = "WINDOWS_2022", long size = 1000)
    {
        lock (aws.State)
        {
            var build = aws.Builds.Add(aws.Region(region), name, "1", os, "5.4.0");
            (build.Status, build.SizeOnDisk) = (status, size);
            return build;
        }
    }

    /// <summary>A fleet; ACTIVE, or in any state on the way there.</summary>
    public GameLiftFleet Fleet(string name, GameLiftBuild build, string status = "ACTIVE", string region = AwsEmulator.DefaultRegion)
    {
        lock (aws.State)
        {
            var fleet = aws.Fleets.Add(aws.Region(region), build, new()
            {
                Name = name,
                EC2InstanceType = "c5.large",
                ServerLaunchPath = @"C:\game\Server.exe",
            });
            while (fleet.Status != status)
            {
                var before = fleet.Status;
                fleet.Advance();
                if (fleet.Status == before)
                {
                    throw new ArgumentException($"A fleet does not come from {before} to {status} by itself.", nameof(status));
                }
            }

            return fleet;
        }
    }

    /// <summary>User pools of others; or several of one name, as Cognito allows.</summary>
    public IReadOnlyList<CognitoUserPool> UserPools(int count, string name = "someone-else", string region = AwsEmulator.DefaultRegion)
    {
        lock (aws.State)
        {
            return [.. Enumerable.Range(0, count).Select(_ => aws.UserPools.Add(aws.Region(region), name, []))];
        }
    }

    /// <summary>APIs of others; or several of one name, as API Gateway allows.</summary>
    public IReadOnlyList<RestApi> RestApis(int count, string name = "someone-else", string region = AwsEmulator.DefaultRegion)
    {
        lock (aws.State)
        {
            return [.. Enumerable.Range(0, count).Select(_ => aws.RestApis.Add(aws.Region(region), name, []))];
        }
    }

    /// <summary>A role that Lambda and everyone else can take on.</summary>
    public IamRole Role(string name)
    {
        lock (aws.State)
        {
            var role = new IamRole
            {
                Name = name,
                Id = "AROASEEDEDSEEDEDSEEDED",
                TrustPolicy = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"*","Service":"lambda.amazonaws.com"}}]}""",
                Created = aws.Clock.GetUtcNow(),
            };
            aws.Roles.Add(role);
            return role;
        }
    }
}
