using Amazon.Emulation;
using Amazon.Emulation.Faults;
using Amazon.Emulation.Signatures;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Backends.Aws.Account;

/// <summary>
/// What a user reads when AWS rejects the credentials, and that the next request of the same backend works once they are corrected.
/// </summary>
public sealed class RefusedCredentialsTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Expired_token_says_how_to_renew_it_and_new_keys_work_at_once()
    {
        await using var deployment = await StartAsync();
        var key = deployment.Aws.Keys.Temporary("arn:aws:sts::123456789012:assumed-role/Developer/me", DateTimeOffset.MaxValue);
        AwsProfiles.Change(deployment.Profile, AwsProfiles.Lines(deployment.Aws, key));
        await deployment.SucceedAsync("fleet", "check");
        deployment.Aws.Faults.Add(FaultList.Any, Fault.ExpireCredentials);
        var (error, remedy) = await deployment.FailAsync("fleet", "check");
        Assert.Contains($"'{deployment.Profile}' have expired", error, StringComparison.Ordinal);
        Assert.Contains($"aws sso login --profile {deployment.Profile}", remedy, StringComparison.Ordinal);
        Assert.Contains($"aws configure --profile {deployment.Profile}", remedy, StringComparison.Ordinal);

        var renewed = deployment.Aws.Keys.Temporary(key.Arn, DateTimeOffset.MaxValue);
        AwsProfiles.Change(deployment.Profile, AwsProfiles.Lines(deployment.Aws, renewed));
        await deployment.SucceedAsync("fleet", "check");
    }

    [Fact]
    public async Task Unknown_key_says_so_and_the_right_one_works_at_once()
    {
        await using var deployment = await StartAsync();
        var stranger = new AwsKey { Id = "AKIAABCDEFGHIJKLMNOP", Secret = "s3cr3t", Arn = "" };
        AwsProfiles.Change(deployment.Profile, AwsProfiles.Lines(deployment.Aws, stranger));
        var (error, remedy) = await deployment.FailAsync("fleet", "check");
        Assert.Contains("does not know the access key", error, StringComparison.Ordinal);
        Assert.Contains("us-west-2 has to be enabled", remedy, StringComparison.Ordinal);
        await CorrectAsync(deployment);
    }

    [Theory]
    [InlineData("fleet")]
    [InlineData("lambdas")]
    public async Task Wrong_secret_says_so_without_repeating_the_signature(string resource)
    {
        await using var deployment = await StartAsync();
        var wrong = new AwsKey { Id = deployment.Aws.Credentials.Id, Secret = "mistyped-secret-of-the-key", Arn = "" };
        AwsProfiles.Change(deployment.Profile, AwsProfiles.Lines(deployment.Aws, wrong));
        if (resource == "lambdas")
        {
            // the role, in the query protocol
            using var service = new AwsService(deployment.Profile);
            var (message, _) = await service.ExplainAsync("GetRole");
            Assert.Contains("the secret key does not belong to the access key", message, StringComparison.Ordinal);
            return;
        }

        var (error, remedy) = await deployment.FailAsync(resource, "check");
        Assert.Contains("the secret key does not belong to the access key", error, StringComparison.Ordinal);
        Assert.DoesNotContain(wrong.Id, error, StringComparison.Ordinal);
        Assert.Contains("aws configure", remedy, StringComparison.Ordinal);
        await CorrectAsync(deployment);
    }

    [Theory]
    [InlineData(-20)]
    [InlineData(20)]
    public async Task Clock_that_is_wrong_is_corrected_by_the_date_of_the_response(int minutes)
    {
        await using var deployment = await StartAsync();
        deployment.Aws.Clock = new ShiftedClock(TimeSpan.FromMinutes(minutes));
        await deployment.SucceedAsync("fleet", "check");
    }

    [Theory]
    [InlineData("DescribeFleetAttributes", "InvalidSignatureException", "Signature expired: 20260101T000000Z is now earlier than 20260101T001500Z")]
    [InlineData("DescribeFleetAttributes", "InvalidSignatureException", "Signature not yet current: 20260101T000000Z is still later than 2025")]
    [InlineData("GetRole", "SignatureDoesNotMatch", "Signature expired: 20260101T000000Z is now earlier than 20260101T001500Z")]
    [InlineData("GetRole", "RequestTimeTooSkewed", "The difference between the request time and the current time is too large.")]
    public async Task Clock_that_stays_wrong_is_reported_with_what_to_do(string operation, string code, string message)
    {
        await using var aws = await AwsEmulator.StartAsync();
        aws.Faults.Add(operation, Fault.Error(code, message, 403), times: int.MaxValue);
        using var service = new AwsService(aws);
        var (error, remedy) = await service.ExplainAsync(operation);
        Assert.Contains("clock is wrong", error, StringComparison.Ordinal);
        Assert.Contains("Sync now", remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DescribeFleetAttributes", "gamelift:DescribeFleetAttributes")]
    [InlineData("GetRole", "iam:GetRole")]
    public async Task Access_denied_names_the_missing_action(string operation, string action)
    {
        await using var aws = await AwsEmulator.StartAsync();
        aws.Faults.Add(operation, Fault.Deny);
        using var service = new AwsService(aws);
        var (error, remedy) = await service.ExplainAsync(operation);
        Assert.Contains($"is not allowed to call {action}", error, StringComparison.Ordinal);
        Assert.Contains($"allow {action}", remedy, StringComparison.Ordinal);
        aws.Seed.Role("test1");
        await service.CallAsync(operation);
    }

    [Fact]
    public async Task Rejection_of_an_unknown_kind_keeps_code_message_and_request_id()
    {
        await using var aws = await AwsEmulator.StartAsync();
        aws.Faults.Add("DescribeFleetAttributes", Fault.Error("TerminalRoutingStrategyException", "Odd.", 400));
        using var service = new AwsService(aws);
        var (error, _) = await service.ExplainAsync("DescribeFleetAttributes");
        Assert.Contains("TerminalRoutingStrategyException, Odd.", error, StringComparison.Ordinal);
        Assert.Contains(aws.Calls.All[0].RequestId, error, StringComparison.Ordinal);
    }

    private async Task<AwsDeployment> StartAsync()
    {
        var deployment = await AwsDeployment.StartAsync(output);
        deployment.Aws.Seed.Fleet("test1-fleet", deployment.Aws.Seed.Build("test1-build"));
        return deployment;
    }

    private static async Task CorrectAsync(AwsDeployment deployment)
    {
        AwsProfiles.Change(deployment.Profile, AwsProfiles.Lines(deployment.Aws, deployment.Aws.Credentials));
        await deployment.SucceedAsync("fleet", "check");
    }
}
