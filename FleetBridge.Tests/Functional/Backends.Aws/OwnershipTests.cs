using System.Text.Json.Nodes;
using Amazon.Emulation;
using Amazon.Emulation.Iam;
using FleetBridge.Backends;
using FleetBridge.Tests.Support;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Tests.Functional.Backends.Aws;

/// <summary>What delete takes, and what it leaves to others.</summary>
public sealed class OwnershipTests(ITestOutputHelper output)
{
    private const string Prefix = "test1";
    private const string Role = "test1-lambda-login-role-us-west-2";
    private static readonly (string, string) Force = ("force_untagged", "true");

    public static TheoryData<string> Resources => ["uploaded_build", "fleet", "user_pool", "lambdas", "rest_api"];

    [Theory]
    [MemberData(nameof(Resources))]
    public async Task What_carries_no_tags_is_left_and_named_until_it_is_forced(string resource)
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        Seed(deployment.Aws, null, "");
        var before = Names(deployment.Aws, resource);
        Assert.NotEmpty(before);
        var result = await deployment.RunAsync(resource, "delete");
        Assert.Equal(OverallResult.False, result.Overall);
        Assert.Contains("was left: it has no tags of FleetBridge", result.Error, StringComparison.Ordinal);
        Assert.Contains($"fleetbridge delete {resource} --prefix test1 --force-untagged", result.Remedy, StringComparison.Ordinal);
        Assert.Contains("force_untagged=true", result.Remedy, StringComparison.Ordinal);
        var left = AwsOperation.Texts(result, "Left");
        Assert.All(before, name => Assert.Contains(left, text => text.Contains(name, StringComparison.Ordinal)));
        Assert.Empty(StoppedCreate.Changes(deployment.Aws));
        Assert.Equal(before, Names(deployment.Aws, resource));

        await deployment.SucceedAsync(resource, "delete", Force);
        Assert.Contains(
            deployment.Log,
            record => record.Level == LogLevel.Warning && record.Message.StartsWith("Deleting without tags", StringComparison.Ordinal)
                && before.All(name => record.Message.Contains(name, StringComparison.Ordinal)));
        Assert.Empty(Names(deployment.Aws, resource));
    }

    [Theory]
    [InlineData("uploaded_build", "test2", "")]
    [InlineData("fleet", "test2", "")]
    [InlineData("user_pool", "test2", "")]
    [InlineData("lambdas", "test2", "")]
    [InlineData("rest_api", "test2", "")]
    [InlineData("uploaded_build", "test1", "-of-something-else")]
    [InlineData("fleet", "test1", "-of-something-else")]
    [InlineData("user_pool", "test1", "-of-something-else")]
    [InlineData("lambdas", "test1", "-of-something-else")]
    [InlineData("rest_api", "test1", "-of-something-else")]
    [InlineData("fleet", "TEST1", "")]
    [InlineData("fleet", "", "")]
    public async Task What_carries_the_tags_of_another_deployment_is_left_also_by_force(string resource, string prefix, string suffix)
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        Seed(deployment.Aws, prefix, suffix);
        var before = Names(deployment.Aws, resource);
        foreach (var settings in new (string, string)[][] { [], [Force] })
        {
            var result = await deployment.RunAsync(resource, "delete", settings);
            Assert.Equal(OverallResult.True, result.Overall);
            Assert.All(AwsOperation.Texts(result, "Left"), text => Assert.Contains($"fleetbridge:prefix {prefix}", text, StringComparison.Ordinal));
            Assert.Equal(before.Count, AwsOperation.Texts(result, "Left").Count);
        }

        Assert.Empty(StoppedCreate.Changes(deployment.Aws));
        Assert.Equal(before, Names(deployment.Aws, resource));
    }

    [Theory]
    [MemberData(nameof(Resources))]
    public async Task Of_several_of_a_name_only_ours_is_deleted(string resource)
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        Seed(deployment.Aws, Prefix, "");
        var ours = Names(deployment.Aws, resource).Count;
        if (resource == "lambdas")
        {
            // names of functions and roles cannot repeat
            deployment.Aws.Roles.Find(role => role.Name == Role)!.Tags.Clear();
        }
        else
        {
            Seed(deployment.Aws, null, "", functions: false);
        }

        var all = Names(deployment.Aws, resource).Count;
        var result = await deployment.RunAsync(resource, "delete");
        Assert.Equal(OverallResult.False, result.Overall);
        Assert.Equal(resource == "lambdas" ? 1 : all - ours, Names(deployment.Aws, resource).Count);
    }

    [Theory]
    [MemberData(nameof(Resources))]
    public async Task Everything_that_create_makes_carries_the_tags(string resource)
    {
        await using var deployment = await AwsDeployment.StartAsync(output, AwsDeployment.UploadHurry);
        await CreateAsync(deployment, resource);
        var tags = Tags(deployment.Aws, resource);
        Assert.NotEmpty(tags);
        Assert.All(tags, of => Assert.Equal((Prefix, resource), (of["fleetbridge:prefix"], of["fleetbridge:resource"])));
        await deployment.SucceedAsync(resource, "check");
        await deployment.SucceedAsync(resource, "delete");
        Assert.Empty(Names(deployment.Aws, resource));
    }

    [Theory]
    [MemberData(nameof(Resources))]
    public async Task Account_without_tagging_rights_works_and_says_so_once(string resource)
    {
        await using var deployment = await AwsDeployment.StartAsync(output, AwsDeployment.UploadHurry);
        deployment.Aws.Rules.DeniedActions.UnionWith(
        [
            "gamelift:TagResource", "gamelift:ListTagsForResource", "cognito-idp:TagResource", "lambda:TagResource", "lambda:ListTags",
            "iam:TagRole", "apigateway:PUT on resource: arn:aws:apigateway:us-west-2::/tags/*",
        ]);
        var said = await CreateAsync(deployment, resource);
        Assert.Single(said, message => message.Contains("may not tag what it creates", StringComparison.Ordinal));
        Assert.All(Tags(deployment.Aws, resource), Assert.Empty);
        await deployment.SucceedAsync(resource, "check");
        var (error, _) = await deployment.FailAsync(resource, "delete");
        Assert.Contains("has no tags of FleetBridge", error, StringComparison.Ordinal);
        Assert.NotEmpty(Names(deployment.Aws, resource));
        await deployment.SucceedAsync(resource, "delete", Force);
        Assert.Empty(Names(deployment.Aws, resource));
    }

    [Theory]
    [MemberData(nameof(Resources))]
    public async Task What_an_older_version_has_made_is_checked_and_used_as_before(string resource)
    {
        await using var deployment = await AwsDeployment.StartAsync(output, AwsDeployment.UploadHurry);
        await CreateAsync(deployment, resource);
        Tags(deployment.Aws, resource).ToList().ForEach(tags => tags.Clear());
        Untag(deployment.Aws);
        var seen = await deployment.SucceedAsync(resource, "check");
        deployment.Aws.Calls.Clear();
        using var package = Package();
        var created = await deployment.SucceedAsync(resource, "create", Settings(package));
        Assert.Equal(seen.ToJsonString(), created.ToJsonString());
        Assert.Empty(StoppedCreate.Changes(deployment.Aws));
    }

    [Theory]
    [InlineData("", "", null)]
    [InlineData("AWS", "", "trust policy")]
    [InlineData("Condition", "", "trust policy")]
    [InlineData("ec2", "", "trust policy")]
    [InlineData("garbage", "", "trust policy")]
    [InlineData("", "s3:*", "its policy inline")]
    [InlineData("", "*", "its policy inline")]
    [InlineData("", "gamelift:*", "its policy inline")]
    [InlineData("", "iam:PassRole", "its policy inline")]
    [InlineData("", "cognito-idp:InitiateAuth", null)]
    [InlineData("", "gamelift:CreateGameSession", null)]
    [InlineData("", "logs:PutLogEvents", null)]
    public async Task Role_without_tags_is_taken_by_force_only_if_it_may_be_of_our_making(string trust, string action, string? reason)
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        var role = AddRole(deployment.Aws, "Admin", trust switch
        {
            "AWS" => """{"Effect":"Allow","Principal":{"AWS":"*","Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}""",
            "Condition" => """{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole","Condition":{}}""",
            "ec2" => """{"Effect":"Allow","Principal":{"Service":["lambda.amazonaws.com","ec2.amazonaws.com"]},"Action":"sts:AssumeRole"}""",
            "garbage" => "7",
            _ => """{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}""",
        });
        if (action.Length > 0)
        {
            role.Policies["inline"] =
                $$"""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"{{action}}","Resource":"*"}]}""";
        }

        var settings = ("lambda_login_role_name", "Admin");
        var result = await deployment.RunAsync("lambdas", "delete", settings);
        Assert.Equal(reason is null ? OverallResult.False : OverallResult.True, result.Overall);
        Assert.Single(deployment.Aws.Roles);
        Assert.Empty(StoppedCreate.Changes(deployment.Aws));
        if (reason is not null)
        {
            Assert.Contains(reason, Assert.Single(AwsOperation.Texts(result, "Left")), StringComparison.Ordinal);
        }

        await deployment.SucceedAsync("lambdas", "delete", settings, Force);
        Assert.Equal(reason is null ? 0 : 1, deployment.Aws.Roles.Count);
    }

    [Fact]
    public async Task Create_does_not_change_what_another_deployment_has_made()
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        LambdasTests.Prepare(deployment);
        await deployment.SucceedAsync("lambdas", "create");
        deployment.Aws.Region().Functions[0].Zip = [1];
        foreach (var (key, value) in new[]
        {
            ("lambda_login_function_name", "test1-lambda-login-function"), ("lambda_login_role_name", Role),
        })
        {
            deployment.Aws.Calls.Clear();
            var (error, _) = await deployment.FailAsync(
                "lambdas",
                "create",
                ("prefix", "other"),
                ("user_pool_name", "test1-user-pool"),
                ("user_pool_login_client_name", "test1-user-pool-login-client"),
                ("fleet_name", "test1-fleet"),
                (key, value));
            Assert.Contains($"{value} belongs to another deployment", error, StringComparison.Ordinal);
            Assert.DoesNotContain(deployment.Aws.Calls.All, call =>
                StoppedCreate.IsChange(call) && (call.Text("FunctionName") ?? call.Text("RoleName")) == value);
        }
    }

    [Fact]
    public async Task Role_of_others_that_create_is_told_to_use_keeps_its_policies()
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        LambdasTests.Prepare(deployment);
        var admin = AddRole(deployment.Aws, "Admin");
        admin.Policies["all"] = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}""";
        await deployment.SucceedAsync("lambdas", "create", ("lambda_login_role_name", "Admin"));
        Assert.Equal(["all"], admin.Policies.Keys);
        Assert.Empty(admin.Tags);
        Assert.Contains("The role Admin was not made by FleetBridge (its policy all", deployment.LogText, StringComparison.Ordinal);
        await deployment.SucceedAsync("lambdas", "delete", ("lambda_login_role_name", "Admin"), Force);
        Assert.Equal([admin], deployment.Aws.Roles);
        Assert.Empty(deployment.Aws.Region().Functions);
    }

    private static async Task<IReadOnlyList<string>> CreateAsync(AwsDeployment deployment, string resource)
    {
        var said = new List<string>();
        using var package = Package();
        string[] order = resource switch
        {
            "fleet" => ["uploaded_build", "fleet"],
            "lambdas" => ["uploaded_build", "fleet", "user_pool", "lambdas"],
            "rest_api" => ["uploaded_build", "fleet", "user_pool", "lambdas", "rest_api"],
            _ => [resource],
        };
        foreach (var step in order)
        {
            await deployment.SucceedAsync(step, "create", Settings(package));
            said.AddRange(deployment.Log.Select(record => record.Message));
            if (step == "fleet")
            {
                await deployment.SucceedAsync("fleet", "wait");
            }
        }

        return said;
    }

    private static (string, string)[] Settings(TemporaryFolder package) => [("server_package_root", package.Path), FleetTests.LaunchPath];

    private static TemporaryFolder Package()
    {
        var folder = new TemporaryFolder();
        File.WriteAllText(folder["install.bat"], "rem nothing to install\r\n");
        return folder;
    }

    /// <summary>Everything of the default names, with the tags of a prefix, or with none.</summary>
    private static void Seed(AwsEmulator aws, string? prefix, string suffix, bool functions = true)
    {
        aws.Rules.LooksPerFleetState = 0;
        var (builds, fleets, pools, apis) = (aws.Region().Builds.Count, aws.Region().Fleets.Count, aws.Region().UserPools.Count, aws.Region().RestApis.Count);
        DeploymentSeed.Fleet(aws);
        DeploymentSeed.Pool(aws);
        aws.Seed.RestApis(1, "test1-rest-api");
        if (functions)
        {
            foreach (var name in new[] { "login", "start-session" })
            {
                AddRole(aws, $"test1-lambda-{name}-role-us-west-2");
                aws.Region().Functions.Add(new()
                {
                    Name = $"test1-lambda-{name}-function",
                    Arn = $"arn:aws:lambda:us-west-2:{AwsEmulator.Account}:function:test1-lambda-{name}-function",
                    Settings = [],
                    Zip = [],
                    Modified = DateTimeOffset.UnixEpoch,
                    Tags = prefix is null ? [] : DeploymentSeed.Tags(prefix, $"lambdas{suffix}"),
                });
            }
        }

        if (prefix is null)
        {
            return;
        }

        var region = aws.Region();
        Set(region.Builds.Skip(builds).Select(build => build.Tags), "uploaded_build");
        Set(region.Fleets.Skip(fleets).Select(fleet => fleet.Tags), "fleet");
        Set(aws.Roles.Select(role => role.Tags), "lambdas");
        region.UserPools.Skip(pools).ToList().ForEach(pool => pool.Settings["UserPoolTags"] = DeploymentSeed.Tags(prefix, $"user_pool{suffix}"));
        region.RestApis.Skip(apis).ToList().ForEach(api => api.Json["tags"] = DeploymentSeed.Tags(prefix, $"rest_api{suffix}"));

        void Set(IEnumerable<IDictionary<string, string>> all, string resource)
        {
            foreach (var tags in all)
            {
                (tags["fleetbridge:prefix"], tags["fleetbridge:resource"]) = (prefix, resource + suffix);
            }
        }
    }

    private static IamRole AddRole(
        AwsEmulator aws,
        string name,
        string statement = """{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}""")
    {
        var role = new IamRole
        {
            Name = name,
            Id = "AROASEEDEDSEEDEDSEEDED",
            TrustPolicy = $$"""{"Version":"2012-10-17","Statement":[{{statement}}]}""",
            Created = DateTimeOffset.UnixEpoch,
        };
        role.Policies.Clear();
        aws.Roles.Add(role);
        return role;
    }

    private static IReadOnlyList<string> Names(AwsEmulator aws, string resource)
    {
        var region = aws.Region();
        return resource switch
        {
            "uploaded_build" => [.. region.Builds.Select(build => build.Id)],
            "fleet" => [.. region.Fleets.Where(fleet => fleet.Status != "DELETING").Select(fleet => fleet.Id)],
            "user_pool" => [.. region.UserPools.Select(pool => pool.Id)],
            "lambdas" => [.. region.Functions.Select(function => function.Name), .. aws.Roles.Select(role => role.Name)],
            _ => [.. region.RestApis.Select(api => api.Id)],
        };
    }

    private static void Untag(AwsEmulator aws)
    {
        aws.Region().UserPools.ForEach(pool => pool.Settings.Remove("UserPoolTags"));
        aws.Region().RestApis.ForEach(api => api.Json.Remove("tags"));
        aws.Region().Functions.ForEach(function => function.Tags.Clear());
    }

    private static IReadOnlyList<IDictionary<string, string>> Tags(AwsEmulator aws, string resource)
    {
        var region = aws.Region();
        return resource switch
        {
            "uploaded_build" => [.. region.Builds.Select(build => build.Tags)],
            "fleet" => [.. region.Fleets.Select(fleet => fleet.Tags)],
            "user_pool" => [.. region.UserPools.Select(pool => Map(pool.Settings["UserPoolTags"]))],
            "lambdas" => [.. region.Functions.Select(function => Map(function.Tags)), .. aws.Roles.Select(role => role.Tags)],
            _ => [.. region.RestApis.Select(api => Map(api.Json["tags"]))],
        };
    }

    private static Dictionary<string, string> Map(JsonNode? tags) =>
        (tags as JsonObject ?? []).ToDictionary(tag => tag.Key, tag => (string)tag.Value!);
}
