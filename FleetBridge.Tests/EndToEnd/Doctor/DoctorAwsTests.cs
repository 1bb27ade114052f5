using System.Diagnostics;
using Amazon.Emulation;
using Amazon.Emulation.Faults;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.EndToEnd.Doctor;

/// <summary><c>fleetbridge doctor</c> as a process, with an AWS that is in order or is not.</summary>
public sealed class DoctorAwsTests : DoctorTest
{
    private static readonly string[] AnyPorts = ["--http-port", "0", "--websocket-port", "0"];

    [Fact]
    public async Task Account_in_order_is_named_and_nothing_has_failed()
    {
        await using var aws = await AwsEmulator.StartAsync();
        var result = await DoctorAsync(aws.Environment, "--server-package-root", GamePackage.Make(Folder["game"]), "--fleet-launch-path", GamePackage.LaunchPath);
        Assert.True(result.Code == 0, result.Output + result.Error);
        Assert.True((bool)result.Json["ok"]!);
        AssertFound(result, "aws/1 package", "ok", "is complete");
        AssertFound(result, "aws/1 profile", "ok", "AWS_ACCESS_KEY_ID");
        AssertFound(result, "aws/1 region", "ok", "us-west-2 is US West");
        AssertFound(result, "aws/1 credentials", "ok", "arn:aws:iam::123456789012:user/developer in the account 123456789012");
        AssertFound(result, "aws/1 clock", "ok", "agrees");
        AssertFound(result, "aws/1 endpoints", "warning", $"AWS_ENDPOINT_URL ({aws.Address})");
        Assert.DoesNotContain(aws.Credentials.Secret, result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Findings_for_people_are_a_line_each()
    {
        await using var aws = await AwsEmulator.StartAsync();
        var result = await FleetBridgeProcess.RunAsync(State, ["doctor", .. AnyPorts], aws.Environment);
        Assert.Equal(0, result.Code);
        Assert.All(result.Lines, line => Assert.Matches("^(ok|warning|failed) +[a-z]", line));
        Assert.Contains(result.Lines, line => line.StartsWith("ok", StringComparison.Ordinal) && line.Contains("aws/1 credentials", StringComparison.Ordinal));
        Assert.Contains(result.Lines, line => line.StartsWith("warning", StringComparison.Ordinal) && line.EndsWith("unless it is intended.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Expired_credentials_fail_and_say_how_to_renew_them()
    {
        await using var aws = await AwsEmulator.StartAsync();
        var key = aws.Keys.Temporary("arn:aws:sts::123456789012:assumed-role/Dev/me", TimeProvider.System.GetUtcNow().AddMinutes(-1));
        var profile = AwsProfiles.Add(aws, key);
        var result = await DoctorAsync(null, "--profile-name", profile);
        Assert.Equal(1, result.Code);
        AssertFound(result, "aws/1 profile", "ok", profile);
        AssertFound(result, "aws/1 credentials", "failed", "have expired", $"aws sso login --profile {profile}");
        AssertFound(result, "aws/1 endpoints", "warning", $"endpoint_url of the AWS profile '{profile}' ({aws.Address})");
    }

    [Fact]
    public async Task Wrong_secret_fails_and_is_not_shown()
    {
        await using var aws = await AwsEmulator.StartAsync();
        var profile = AwsProfiles.Add(
            $"endpoint_url = {aws.Address}\naws_access_key_id = {aws.Credentials.Id}\naws_secret_access_key = wrongwrongwrong");
        var result = await DoctorAsync(null, "--profile-name", profile);
        Assert.Equal(1, result.Code);
        AssertFound(result, "aws/1 credentials", "failed", "the secret key does not belong to the access key", "aws configure");
        Assert.DoesNotContain("wrongwrongwrong", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-2, "warning", "ahead of AWS's")]
    [InlineData(2, "warning", "behind AWS's")]
    [InlineData(10, "failed", "10 min")]
    public async Task Clock_that_is_off_is_measured_by_awss_own(int minutes, string state, string text)
    {
        await using var aws = await AwsEmulator.StartAsync(new ShiftedClock(TimeSpan.FromMinutes(minutes) + TimeSpan.FromSeconds(5 * Math.Sign(minutes))));
        var result = await DoctorAsync(aws.Environment);
        Assert.Equal(state == "failed" ? 1 : 0, result.Code);
        AssertFound(result, "aws/1 clock", state, text, "set its time automatically");
    }

    [Fact]
    public async Task Unknown_profile_fails_once_and_the_rest_is_examined()
    {
        await using var aws = await AwsEmulator.StartAsync(new ShiftedClock(TimeSpan.FromMinutes(10)));
        var environment = new Dictionary<string, string> { ["AWS_ENDPOINT_URL"] = aws.Address };
        var result = await DoctorAsync(environment, "--profile-name", "nobody", "--region-name", "xx-nowhere-1");
        Assert.Equal(1, result.Code);
        AssertFound(result, "aws/1 profile", "failed", "There is no AWS profile 'nobody'", "aws configure --profile nobody");
        AssertFound(result, "aws/1 credentials", "warning", "there are none", "Fix the profile first");
        AssertFound(result, "aws/1 region", "warning", "The region xx-nowhere-1 is unknown", "us-west-2");
        AssertFound(result, "aws/1 clock", "failed", "behind AWS's");
    }

    [Fact]
    public async Task Without_a_network_it_ends_soon_and_says_so()
    {
        var profile = AwsProfiles.Add("endpoint_url = http://127.0.0.1:1\naws_access_key_id = A\naws_secret_access_key = b");
        var watch = Stopwatch.StartNew();
        var result = await DoctorAsync(null, "--profile-name", profile);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(15));
        Assert.Equal(1, result.Code);
        AssertFound(result, "aws/1 credentials", "failed", "AWS cannot be reached", "Check the network");
        AssertFound(result, "aws/1 clock", "warning", "AWS cannot be reached");
    }

    [Fact]
    public async Task Aws_that_is_silent_is_waited_for_ten_seconds()
    {
        await using var aws = await AwsEmulator.StartAsync();
        aws.Faults.Add("GetCallerIdentity", Fault.Delay(TimeSpan.FromMinutes(5)), times: int.MaxValue);
        var watch = Stopwatch.StartNew();
        var result = await DoctorAsync(aws.Environment);
        Assert.InRange(watch.Elapsed, TimeSpan.FromSeconds(9), TimeSpan.FromSeconds(25));
        Assert.Equal(1, result.Code);
        AssertFound(result, "aws/1 credentials", "failed", "no response within 10 s", "network");
        AssertFound(result, "aws/1 clock", "ok", "agrees");
    }

    [Fact]
    public async Task Running_bridge_examines_what_it_sees_itself()
    {
        await using var aws = await AwsEmulator.StartAsync();
        await using var serving = await ServingProcess.StartAsync(
            State, ["--http-port", "0", "--websocket-port", "0"], aws.Environment);
        var result = await FleetBridgeProcess.RunAsync(Folder["other"], [
            "doctor", "--json", "--url", $"http://127.0.0.1:{serving.HttpPort}",
            "--http-port", $"{serving.HttpPort}", "--websocket-port", $"{serving.WebSocketPort}"]);
        Assert.True(result.Code == 0, result.Output + result.Error);
        AssertFound(result, "request port", "ok", $"{serving.HttpPort} is served by FleetBridge");
        AssertFound(result, "log port", "ok", $"(process {serving.Announcement["pid"]})");
        AssertFound(result, "aws/1 credentials", "ok", "user/developer");
    }

    private Task<FleetBridgeResult> DoctorAsync(IReadOnlyDictionary<string, string>? environment, params string[] args) =>
        FleetBridgeProcess.RunAsync(State, ["doctor", "--json", .. AnyPorts, .. args], environment);
}
