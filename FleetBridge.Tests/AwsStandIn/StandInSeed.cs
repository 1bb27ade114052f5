namespace FleetBridge.Tests.AwsStandIn;

/// <summary>Puts things into the stand-in that were there before anyone called.</summary>
internal sealed class StandInSeed(StandInAws aws)
{
    /// <summary>Builds of others, READY.</summary>
    public void Builds(int count, string name = "someone-else", string region = "us-west-2")
    {
        for (var i = 0; i < count; i++)
        {
            Build($"{name}-{i}", "READY", region);
        }
    }

    /// <summary>A build.</summary>
    public GameLiftBuild Build(string name, string status = "READY", string region = "us-west-2", string os = "WINDOWS_2022", long size = 1000)
    {
        lock (aws.State)
        {
            var build = aws.Builds.Add(aws.Region(region), name, "1", os, "5.4.0");
            (build.Status, build.SizeOnDisk) = (status, size);
            return build;
        }
    }

    /// <summary>A fleet; ACTIVE, or in any state on the way there.</summary>
    public GameLiftFleet Fleet(string name, GameLiftBuild build, string status = "ACTIVE", string region = "us-west-2")
    {
        lock (aws.State)
        {
            var fleet = aws.Fleets.Add(aws.Region(region), build, new()
            {
                ["Name"] = name,
                ["EC2InstanceType"] = "c5.large",
                ["ServerLaunchPath"] = @"C:\game\Server.exe",
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

    /// <summary>A role that Lambda and everyone else can take on.</summary>
    public IamRole Role(string name)
    {
        lock (aws.State)
        {
            var role = new IamRole
            {
                Name = name,
                Id = "AROASEEDEDSEEDEDSEEDED",
                TrustPolicy = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":"*"}]}""",
                Created = aws.Clock.GetUtcNow(),
            };
            aws.Roles.Add(role);
            return role;
        }
    }
}
