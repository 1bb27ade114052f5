using Amazon.Emulation.Signatures;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Backends.Aws.Account;

/// <summary>The kinds of profiles: those that work, and those that say what is wrong with them.</summary>
public sealed class ProfileTests(ITestOutputHelper output) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Role_on_top_of_another_profile_is_assumed_at_the_profiles_own_address()
    {
        await using var deployment = await StartAsync();
        var role = deployment.Aws.Seed.Role("Deployer");
        deployment.Profile = AwsProfiles.Add(
            $"""
            endpoint_url = {deployment.Aws.Address}
            region = eu-west-1
            role_arn = {role.Arn}
            role_session_name = me
            source_profile = {deployment.Profile}
            """);

        // clients of this test's own: an operation gets new ones whenever a test changes the profiles' file
        using var service = new AwsService(deployment.Profile);
        await service.CallAsync("DescribeFleetAttributes");
        await service.CallAsync("DescribeFleetAttributes");
        var assumed = Assert.Single(deployment.Aws.Calls.Of("AssumeRole"));
        Assert.Equal("eu-west-1", assumed.Region);
        Assert.EndsWith("assumed-role/Deployer/me", deployment.Aws.Calls.Of("DescribeFleetAttributes")[0].Signed!.Key.Arn, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Role_that_may_not_be_assumed_names_the_action()
    {
        await using var deployment = await StartAsync();
        deployment.Profile = AwsProfiles.Add(
            $"""
            endpoint_url = {deployment.Aws.Address}
            role_arn = arn:aws:iam::123456789012:role/Nobody
            source_profile = {deployment.Profile}
            """);
        var (error, _) = await deployment.FailAsync("fleet", "check");
        Assert.Contains("is not allowed to call sts:AssumeRole", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Command_gives_keys_or_a_session()
    {
        await using var deployment = await StartAsync();
        var session = deployment.Aws.Keys.Temporary("arn:aws:sts::123456789012:assumed-role/Commanded/me", DateTimeOffset.MaxValue);
        AddCommand(deployment, Json(session, ", \"SessionToken\": \"" + session.Token + "\", \"Expiration\": \"2099-01-01T00:00:00Z\""));
        await deployment.SucceedAsync("fleet", "check");
        Assert.Equal(session, deployment.Aws.Calls.All[^1].Signed!.Key);
        AddCommand(deployment, Json(deployment.Aws.Credentials, ""));
        await deployment.SucceedAsync("fleet", "check");
    }

    [Theory]
    [InlineData("echo 'the vault is locked' >&2; exit 3", "exit code 3 (the vault is locked)")]
    [InlineData("echo 'Enter your code:'", "not the JSON")]
    [InlineData("echo '{\"Version\": 2}'", "the Version of its output is not 1")]
    [InlineData("echo '{\"Version\": 1}'", "no AccessKeyId and SecretAccessKey")]
    [InlineData("echo '{\"Version\": 1, \"AccessKeyId\": \"a\", \"SecretAccessKey\": \"b\", \"Expiration\": \"2020-01-01T00:00:00Z\"}'", "have expired")]
    [InlineData("/no/such/command", "exit code 127")]
    public async Task Command_that_fails_says_why(string command, string expected)
    {
        Requires.Unix();
        await using var deployment = await StartAsync();
        AddScript(deployment, command);
        var (error, remedy) = await deployment.FailAsync("fleet", "check");
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.Contains($"credential_process of the AWS profile '{deployment.Profile}'", error, StringComparison.Ordinal);
        Assert.Contains("in a terminal", remedy, StringComparison.Ordinal);
        AddScript(deployment, $"echo '{Json(deployment.Aws.Credentials, "")}'");
        await deployment.SucceedAsync("fleet", "check");
    }

    [Fact]
    public async Task Command_that_hangs_is_stopped()
    {
        Requires.Unix();
        await using var deployment = await StartAsync();
        deployment.Clock = new FastClock(200);
        AddScript(deployment, $"echo $$ > {_folder["pid"]}; exec tail -f /dev/null");
        var (error, _) = await deployment.FailAsync("fleet", "check");
        Assert.Contains("did not end within 60 s", error, StringComparison.Ordinal);
        if (File.Exists(_folder["pid"]) && int.TryParse(await File.ReadAllTextAsync(_folder["pid"]), out var id))
        {
            await Eventually.TrueAsync(() => !Directory.Exists($"/proc/{id}"), "the command is gone");
        }
    }

    [Theory]
    [InlineData("mfa_serial = arn:aws:iam::123456789012:mfa/me\nrole_arn = arn:aws:iam::123456789012:role/R\nsource_profile = default", "requires an MFA code")]
    [InlineData("credential_source = Ec2InstanceMetadata\nrole_arn = arn:aws:iam::123456789012:role/R", "EC2 metadata service, which FleetBridge does not support")]
    [InlineData("role_arn = arn:aws:iam::123456789012:role/R", "is incomplete")]
    [InlineData("role_arn = arn:aws:iam::123456789012:role/R\nsource_profile = nobody-has-this", "no AWS profile 'nobody-has-this' (the source_profile of '")]
    [InlineData("aws_access_key_id = AKIAONLYHALFOFITALL0", "is incomplete")]
    [InlineData("region = us-west-2", "is incomplete")]
    [InlineData("login_session = arn:aws:iam::123456789012:user/me", "aws login")]
    public async Task Profile_that_cannot_be_used_says_why(string lines, string expected)
    {
        await using var deployment = await StartAsync();
        deployment.Profile = AwsProfiles.Add(lines);
        var (error, remedy) = await deployment.FailAsync("fleet", "check");
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.Contains(deployment.Profile, error, StringComparison.Ordinal);
        Assert.NotEmpty(remedy);
        Assert.DoesNotContain("AKIAONLY", error + remedy, StringComparison.Ordinal);
        AwsProfiles.Change(deployment.Profile, AwsProfiles.Lines(deployment.Aws, deployment.Aws.Credentials));
        await deployment.SucceedAsync("fleet", "check");
    }

    [Fact]
    public async Task Profiles_that_refer_to_each_other_say_so()
    {
        await using var deployment = await StartAsync();
        var (one, other) = ($"one-{Guid.NewGuid():N}", $"other-{Guid.NewGuid():N}");
        AwsProfiles.Add($"role_arn = arn:aws:iam::123456789012:role/R\nsource_profile = {other}", one);
        deployment.Profile = AwsProfiles.Add($"role_arn = arn:aws:iam::123456789012:role/R\nsource_profile = {one}", other);
        var (error, _) = await deployment.FailAsync("fleet", "check");
        Assert.Contains("refers back", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Profile_that_does_not_exist_is_named_with_those_that_do()
    {
        await using var deployment = await StartAsync();
        var existing = deployment.Profile;
        deployment.Profile = "mistyped";
        var (error, remedy) = await deployment.FailAsync("fleet", "check");
        Assert.Contains("no AWS profile 'mistyped'", error, StringComparison.Ordinal);
        Assert.Contains(AwsProfiles.ConfigFile, error, StringComparison.Ordinal);
        Assert.Contains(existing, remedy, StringComparison.Ordinal);
        Assert.Contains("AWSProfile", remedy, StringComparison.Ordinal);
    }

    private async Task<AwsDeployment> StartAsync()
    {
        var deployment = await AwsDeployment.StartAsync(output);
        deployment.Clock = TimeProvider.System;
        deployment.Aws.Seed.Fleet("test1-fleet", deployment.Aws.Seed.Build("test1-build"));
        return deployment;
    }

    private static string Json(AwsKey key, string more) =>
        $"{{\"Version\": 1, \"AccessKeyId\": \"{key.Id}\", \"SecretAccessKey\": \"{key.Secret}\"{more}}}";

    /// <summary>A profile whose command writes something.</summary>
    private void AddCommand(AwsDeployment deployment, string written)
    {
        var file = _folder[$"{Guid.NewGuid():N}.json"];
        File.WriteAllText(file, written);
        deployment.Profile = AwsProfiles.Add(
            $"""
            endpoint_url = {deployment.Aws.Address}
            credential_process = {(OperatingSystem.IsWindows() ? "type" : "cat")} "{file}"
            """);
    }

    /// <summary>A profile whose command is a script; written again it is the same profile.</summary>
    private void AddScript(AwsDeployment deployment, string script)
    {
        var file = _folder["script.sh"];
        var first = !File.Exists(file);
        File.WriteAllText(file, script);
        if (first)
        {
            deployment.Profile = AwsProfiles.Add(
                $"""
                endpoint_url = {deployment.Aws.Address}
                credential_process = sh "{file}"
                """);
        }
    }
}
