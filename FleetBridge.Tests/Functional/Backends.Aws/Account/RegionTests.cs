using FleetBridge.Tests.Support;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Tests.Functional.Backends.Aws.Account;

/// <summary>The region of a request that names none, and the deployment that is still in the region of before.</summary>
public sealed class RegionTests(ITestOutputHelper output)
{
    private const string Ireland = "eu-west-1";

    [Fact]
    public async Task Profiles_own_region_is_used()
    {
        await using var deployment = await StartAsync();
        deployment.Aws.Seed.Fleet("test1-fleet", deployment.Aws.Seed.Build("test1-build", region: Ireland), region: Ireland);
        await deployment.SucceedAsync("fleet", "check");
        Assert.All(deployment.Aws.Calls.All, call => Assert.Equal(Ireland, call.Region));
        Assert.DoesNotContain(Warnings(deployment), warning => warning.Contains("us-west-2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Region_of_the_request_goes_before_it()
    {
        await using var deployment = await StartAsync();
        await deployment.FailAsync("fleet", "check", ("region_name", "ap-south-1"));
        Assert.Equal("ap-south-1", Assert.Single(deployment.Aws.Calls.All).Region);
    }

    [Theory]
    [InlineData("uploaded_build", "check")]
    [InlineData("fleet", "check")]
    [InlineData("fleet", "delete")]
    public async Task Deployment_in_the_region_of_before_is_a_warning_once(string resource, string operation)
    {
        await using var deployment = await StartAsync();
        deployment.Aws.Seed.Fleet("test1-fleet", deployment.Aws.Seed.Build("test1-build"));
        await deployment.RunAsync(resource, operation);
        var warning = Assert.Single(Warnings(deployment));
        Assert.All(
            [resource, "test1", "us-west-2", Ireland, $"the AWS profile '{deployment.Profile}'", "AWSRegion", "--region-name"],
            text => Assert.Contains(text, warning, StringComparison.Ordinal));
        await deployment.RunAsync(resource, operation);
        Assert.Empty(Warnings(deployment));
    }

    [Fact]
    public async Task Nothing_in_either_region_is_no_warning()
    {
        await using var deployment = await StartAsync();
        await deployment.FailAsync("fleet", "check");
        Assert.Empty(Warnings(deployment));
        await deployment.FailAsync("fleet", "check", ("prefix", "other"));
        Assert.Empty(Warnings(deployment));
    }

    [Fact]
    public async Task Trouble_in_the_other_region_changes_nothing()
    {
        await using var deployment = await StartAsync();
        deployment.Aws.Seed.Fleet("test1-fleet", deployment.Aws.Seed.Build("test1-build", region: Ireland), region: Ireland);
        deployment.Aws.Seed.Fleet("test2-fleet", deployment.Aws.Seed.Build("test2-build"));
        await deployment.SucceedAsync("fleet", "check");
        Assert.DoesNotContain(deployment.Aws.Calls.All, call => call.Region == "us-west-2");
        var (error, _) = await deployment.FailAsync("fleet", "check", ("prefix", "test3"));
        Assert.Contains($"There is no fleet named test3-fleet in {Ireland}", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Words_that_AWS_passes_over_are_a_warning_once()
    {
        await using var deployment = await StartAsync("use_fips_endpoint = maybe\nduration_seconds = an hour");
        await deployment.FailAsync("fleet", "check");
        Assert.Equal(2, Warnings(deployment).Count);
        Assert.All(Warnings(deployment), warning => Assert.Contains($"{AwsProfiles.ConfigFile}, line ", warning, StringComparison.Ordinal));
        await deployment.FailAsync("fleet", "check");
        Assert.Empty(Warnings(deployment));
    }

    private async Task<AwsDeployment> StartAsync(string lines = "")
    {
        var deployment = await AwsDeployment.StartAsync(output);
        deployment.Clock = TimeProvider.System;
        deployment.Profile = AwsProfiles.Add(
            $"region = {Ireland}\n{lines}\n{AwsProfiles.Lines(deployment.Aws, deployment.Aws.Credentials)}".Replace("\n\n", "\n", StringComparison.Ordinal));
        return deployment;
    }

    private static List<string> Warnings(AwsDeployment deployment) =>
        [.. deployment.Log.Where(record => record.Level == LogLevel.Warning).Select(record => record.Message)];
}
