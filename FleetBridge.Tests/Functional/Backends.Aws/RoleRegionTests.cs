using Amazon.Emulation;
using Amazon.Emulation.Iam;
using FleetBridge.Backends;
using FleetBridge.Backends.Aws;
using FleetBridge.Backends.Aws.Functions;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Backends.Aws;

/// <summary>Roles belong to all regions of an account, and deployments to one.</summary>
public sealed class RoleRegionTests(ITestOutputHelper output)
{
    private static readonly (string, string) OtherRegion = ("region_name", "eu-west-1");
    private static readonly (string, string)[] OneName = [("lambda_login_role_name", "shared"), ("lambda_start_session_role_name", "shared2")];

    [Fact]
    public async Task Delete_in_one_region_leaves_the_roles_of_another()
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        await CreateInBothAsync(deployment);
        Assert.Equal(4, deployment.Aws.Roles.Count);
        await deployment.SucceedAsync("lambdas", "delete");
        Assert.Equal(
            ["test1-lambda-login-role-eu-west-1", "test1-lambda-start-session-role-eu-west-1"],
            deployment.Aws.Roles.Select(role => role.Name).Order());
        Assert.Equal(2, deployment.Aws.Region("eu-west-1").Functions.Count);
        await deployment.SucceedAsync("lambdas", "check", OtherRegion);
        await deployment.SucceedAsync("lambdas", "delete", OtherRegion);
        Assert.Empty(deployment.Aws.Roles);
    }

    [Fact]
    public async Task Role_whose_name_two_regions_share_goes_with_the_last_of_them()
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        await CreateInBothAsync(deployment, OneName);
        Assert.Equal(2, deployment.Aws.Roles.Count);
        Assert.All(deployment.Aws.Roles, role => Assert.Equal("us-west-2 eu-west-1", role.Tags["fleetbridge:region"]));
        var deleted = await deployment.SucceedAsync("lambdas", "delete", OneName);
        Assert.All(deleted["Left"]!.AsArray(), text => Assert.Contains("in eu-west-1 use it", (string?)text, StringComparison.Ordinal));
        Assert.Equal(2, deployment.Aws.Roles.Count);
        Assert.Empty(deployment.Aws.Region().Functions);
        await deployment.SucceedAsync("lambdas", "delete", OneName);
        Assert.Equal(2, deployment.Aws.Roles.Count);
        await deployment.SucceedAsync("lambdas", "delete", [.. OneName, OtherRegion]);
        Assert.Empty(deployment.Aws.Roles);
    }

    [Fact]
    public async Task Role_of_an_older_version_is_used_on_and_found_by_delete()
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        LambdasTests.Prepare(deployment);
        await deployment.SucceedAsync("lambdas", "create");
        MakeOlder(deployment.Aws);
        deployment.Aws.Calls.Clear();
        await deployment.SucceedAsync("lambdas", "check");
        await deployment.SucceedAsync("lambdas", "create");
        Assert.Empty(StoppedCreate.Changes(deployment.Aws));

        var result = await deployment.RunAsync("lambdas", "delete");
        Assert.Equal(OverallResult.False, result.Overall);
        Assert.Equal(4, AwsOperation.Texts(result, "Left").Count);
        await deployment.SucceedAsync("lambdas", "delete", ("force_untagged", "true"));
        Assert.Empty(deployment.Aws.Roles);
        Assert.Empty(deployment.Aws.Region().Functions);
    }

    [Theory]
    [InlineData("a", "us-west-2", "a-lambda-start-session-role-us-west-2", "a-lambda-start-session-role")]
    [InlineData("p-of-32-letters-abcdefghijklmnop", "us-west-2", null, "p-of-32-letters-abcdefghijklmnop-lambda-start-session-role")]
    [InlineData("p-of-32-letters-abcdefghijklmnop", "eu-west-1", null, "p-of-32-letters-abcdefghijklmnop-lambda-start-session-role")]
    public void Default_name_ends_with_the_region_and_fits(string prefix, string region, string? expected, string old)
    {
        var name = Name(("prefix", prefix), ("region_name", region));
        Assert.Equal(old, name.Old);
        Assert.InRange(name.Current.Length, 1, 64);
        Assert.Equal(expected ?? name.Current, name.Current);
        Assert.StartsWith(prefix, name.Current, StringComparison.Ordinal);
        Assert.NotEqual(Name(("prefix", prefix), ("region_name", "sa-east-1")).Current, name.Current);
    }

    [Fact]
    public void Name_that_was_chosen_is_kept() =>
        Assert.Equal(new RoleName("mine", null), Name(("lambda_start_session_role_name", "mine")));

    /// <summary>Functions and roles as an older version made them: without tags, and without the region in the roles' names.</summary>
    private static void MakeOlder(AwsEmulator aws)
    {
        var roles = aws.Roles.Select(role =>
        {
            var older = new IamRole
            {
                Name = role.Name.Replace("-us-west-2", "", StringComparison.Ordinal),
                Id = role.Id,
                TrustPolicy = role.TrustPolicy,
                Description = role.Description,
                Created = role.Created,
            };
            foreach (var (name, policy) in role.Policies)
            {
                older.Policies[name] = policy;
            }

            return older;
        }).ToList();
        aws.Roles.Clear();
        aws.Roles.AddRange(roles);
        foreach (var function in aws.Region().Functions)
        {
            function.Tags.Clear();
            function.Settings["Role"] = ((string)function.Settings["Role"]!).Replace("-us-west-2", "", StringComparison.Ordinal);
        }
    }

    private static RoleName Name(params (string Key, string Value)[] given)
    {
        Assert.True(Settings.TryResolve(AwsSettings.All, given.ToDictionary(p => p.Key, p => p.Value), out var settings, out _));
        return RoleName.Of(settings, "lambda_start_session_role_name", settings.Find("region_name") ?? "us-west-2");
    }

    private static async Task CreateInBothAsync(AwsDeployment deployment, params (string, string)[] settings)
    {
        LambdasTests.Prepare(deployment);
        var aws = deployment.Aws;
        var pool = aws.Seed.UserPools(1, "test1-user-pool", "eu-west-1")[0];
        pool.Clients.Add(aws.Region().UserPools[0].Clients[0]);
        aws.Seed.Fleet("test1-fleet", aws.Seed.Build("test1-build", region: "eu-west-1"), region: "eu-west-1");
        await deployment.SucceedAsync("lambdas", "create", settings);
        await deployment.SucceedAsync("lambdas", "create", [.. settings, OtherRegion]);
    }
}
