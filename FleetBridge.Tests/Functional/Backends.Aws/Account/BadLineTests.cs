using Amazon.Emulation;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Backends.Aws.Account;

/// <summary>
/// One line that cannot be read never takes the other profiles away, neither in our reader nor in the SDK's, which looks at the files for
/// settings of its own where nobody keeps it from that. Programs of their own, since the SDK looks once.
/// </summary>
public sealed class BadLineTests : CliTest
{
    [Theory]
    [InlineData("[profile other]\nregion = eu-west-1\nregion = eu-west-2\n")]
    [InlineData("[profile other]\noops\n")]
    [InlineData("oops\n")]
    [InlineData("[profile other\nregion = eu-west-1\n")]
    [InlineData("[profile other]\ns3 =\n  oops\n")]
    [InlineData("[profile other]\nretry_mode = fast\n")]
    [InlineData("[default]\nmax_attempts = three\n")]
    [InlineData("[sso-session acme]\nsso_start_url\n")]
    [InlineData("[profile good]\nsso_session = gone\n")]
    public async Task Other_profiles_work(string config)
    {
        await using var aws = await AwsEmulator.StartAsync();
        Directory.CreateDirectory(Folder[".aws"]);
        var keys = $"[good]\naws_access_key_id = {aws.Credentials.Id}\naws_secret_access_key = {aws.Credentials.Secret}\n";
        await File.WriteAllTextAsync(Folder[".aws", "config"], config);
        await File.WriteAllTextAsync(Folder["named"], config);
        await File.WriteAllTextAsync(Folder[".aws", "credentials"], keys + "[other]\noops\n");
        foreach (var file in new[] { "~/.aws/config", Folder["named"] })
        {
            Dictionary<string, string> environment = new(aws.Environment)
            {
                ["HOME"] = Folder.Path,
                ["USERPROFILE"] = Folder.Path,
                ["AWS_CONFIG_FILE"] = file,
                ["AWS_SHARED_CREDENTIALS_FILE"] = "~/.aws/credentials",
                ["AWS_PROFILE"] = "good",
            };
            environment.Remove("AWS_ACCESS_KEY_ID");
            environment.Remove("AWS_SECRET_ACCESS_KEY");
            var result = await RunAsync(environment, "check", "fleet");
            Assert.Contains("There is no fleet named test1-fleet", result.Output, StringComparison.Ordinal);
            var other = await RunAsync(environment, "check", "fleet", "--profile-name", "other");
            Assert.Contains("credentials, line 5: 'oops'", other.Output, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "perhaps")]
    [InlineData("AWS_EC2_METADATA_SERVICE_ENDPOINT", "localhost")]
    [InlineData("AWS_ENDPOINT_URL_GAMELIFT", "localhost:4566")]
    [InlineData("AWS_REGION", "Ireland")]
    [InlineData("AWS_SECRET_ACCESS_KEY", "secret\r")]
    public async Task Variable_that_means_nothing_is_named(string variable, string value)
    {
        await using var aws = await AwsEmulator.StartAsync();
        var result = await RunAsync(new Dictionary<string, string>(aws.Environment) { [variable] = value }, "check", "fleet");
        Assert.Contains($"The variable {variable} ", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("bug", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Log in again", result.Output, StringComparison.Ordinal);
        Assert.Equal(1, result.Code);
    }
}
