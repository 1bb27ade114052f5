using FleetBridge.Backends;
using FleetBridge.Backends.Aws.Provisioning;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Backends.Aws;

public sealed class BrowseTests
{
    [Theory]
    [InlineData("uploaded_build", "https://eu-west-1.console.aws.amazon.com/gamelift/builds?region=eu-west-1")]
    [InlineData("fleet", "https://eu-west-1.console.aws.amazon.com/gamelift/fleets?region=eu-west-1")]
    [InlineData("user_pool", "https://eu-west-1.console.aws.amazon.com/cognito/v2/idp/user-pools?region=eu-west-1")]
    [InlineData("lambdas", "https://eu-west-1.console.aws.amazon.com/lambda/home?region=eu-west-1#/functions")]
    [InlineData("rest_api", "https://eu-west-1.console.aws.amazon.com/apigateway/main/apis?region=eu-west-1")]
    [InlineData("session_api", "https://eu-west-1.console.aws.amazon.com/apigateway/main/apis?region=eu-west-1")]
    public async Task Browse_opens_the_regions_console_and_logs_its_address(string resource, string address)
    {
        var aws = new AwsOperation();
        var result = await aws.RunAsync(resource, "browse", ("region_name", "eu-west-1"));
        Assert.Equal(OverallResult.True, result.Overall);
        Assert.Equal([address], aws.Opened.Select(opened => opened.AbsoluteUri));
        Assert.Equal(address, (string?)result.Details!["Url"]);
        Assert.Contains(aws.Log, record => record.Message.Contains(address, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("us-east-1", "us-east-1.console.aws.amazon.com")]
    [InlineData("cn-northwest-1", "cn-northwest-1.console.amazonaws.cn")]
    [InlineData("us-gov-east-1", "us-gov-east-1.console.amazonaws-us-gov.com")]
    public void Console_of_a_partition_has_its_own_domain(string region, string host)
    {
        var address = AwsConsole.Address(region, "gamelift/fleets?region=[region]");
        Assert.Equal(new Uri($"https://{host}/gamelift/fleets?region={region}"), address);
    }

    [Fact]
    public async Task Browse_without_a_desktop_fails_and_still_tells_the_address()
    {
        var aws = new AwsOperation { Desktop = false };
        var result = await aws.RunAsync("fleet", "browse");
        Assert.Equal(OverallResult.False, result.Overall);
        Assert.Contains("https://us-west-2.console.aws.amazon.com/", result.Remedy, StringComparison.Ordinal);
        Assert.Contains(aws.Log, record => record.Message.Contains("https://us-west-2.console", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Browse_of_the_package_opens_its_folder()
    {
        using var folder = new TemporaryFolder();
        var root = folder.Path + Path.DirectorySeparatorChar + "my größe server";
        Directory.CreateDirectory(root);
        var aws = new AwsOperation();
        var result = await aws.RunAsync("packaged_build", "browse", ("server_package_root", root));
        Assert.Equal(OverallResult.True, result.Overall);
        var opened = Assert.Single(aws.Opened);
        Assert.True(opened.IsFile);
        Assert.Equal(root, opened.LocalPath);
        Assert.Contains(aws.Log, record => record.Message.Contains(root, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/no/such/folder")]
    [InlineData("a\0b")]
    public async Task Browse_of_a_package_that_is_not_there_opens_nothing(string root)
    {
        var aws = new AwsOperation();
        var result = await aws.RunAsync("packaged_build", "browse", ("server_package_root", root));
        Assert.Equal(OverallResult.False, result.Overall);
        Assert.Empty(aws.Opened);
    }

    [Fact]
    public async Task Browse_without_a_package_folder_names_the_setting()
    {
        var error = await Assert.ThrowsAsync<BackendException>(() => new AwsOperation().RunAsync("packaged_build", "browse"));
        Assert.Contains("server_package_root", error.Message, StringComparison.Ordinal);
    }
}
