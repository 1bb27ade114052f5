using Amazon.Emulation;
using Amazon.Emulation.Signatures;
using Amazon.Runtime;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;
using FleetBridge.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace FleetBridge.Tests.Functional.Emulation;

public sealed class SignatureTests : EmulatorTest
{
    [Fact]
    public async Task Request_signed_well_is_answered_with_an_id()
    {
        var answer = await Client.GameLiftAsync("ListBuilds", []);

        Assert.Equal(200, answer.Status);
        Assert.True(Guid.TryParse(answer.Headers["x-amzn-RequestId"], out _));
        Assert.Equal("gamelift:ListBuilds us-west-2 200", Assert.Single(Aws.Calls.All).ToString());
    }

    [Fact]
    public async Task Official_client_is_believed_as_a_user_and_in_a_role()
    {
        var role = Aws.Seed.Role("deployer");
        var config = new AmazonSecurityTokenServiceConfig { ServiceURL = Aws.Address, AuthenticationRegion = "eu-west-1", MaxErrorRetry = 0 };
        using var user = new AmazonSecurityTokenServiceClient(new BasicAWSCredentials(Aws.Credentials.Id, Aws.Credentials.Secret), config);
        var assumed = await user.AssumeRoleAsync(new AssumeRoleRequest { RoleArn = role.Arn, RoleSessionName = "here" });
        using var inRole = new AmazonSecurityTokenServiceClient(assumed.Credentials, config);

        Assert.Equal(Aws.Credentials.Arn, (await user.GetCallerIdentityAsync(new GetCallerIdentityRequest())).Arn);
        Assert.Equal(
            $"arn:aws:sts::{AwsEmulator.Account}:assumed-role/deployer/here",
            (await inRole.GetCallerIdentityAsync(new GetCallerIdentityRequest())).Arn);
    }

    [Fact]
    public async Task Official_client_with_a_wrong_secret_gets_the_service_s_error()
    {
        var config = new AmazonSecurityTokenServiceConfig { ServiceURL = Aws.Address, AuthenticationRegion = "eu-west-1", MaxErrorRetry = 0 };
        using var sts = new AmazonSecurityTokenServiceClient(new BasicAWSCredentials(Aws.Credentials.Id, "not the secret"), config);

        var error = await Assert.ThrowsAsync<AmazonSecurityTokenServiceException>(() => sts.GetCallerIdentityAsync(new GetCallerIdentityRequest()));

        Assert.Equal("SignatureDoesNotMatch", error.ErrorCode);
        Assert.NotEmpty(error.RequestId);
    }

    [Fact]
    public async Task Wrong_secret_is_refused()
    {
        Client.Secret = "not the secret";

        (await Client.GameLiftAsync("ListBuilds", [])).Refused("InvalidSignatureException");
        (await Client.LambdaAsync(HttpMethod.Get, "/f")).Refused("InvalidSignatureException", 403);
        Assert.Contains("<Code>SignatureDoesNotMatch</Code>", (await Client.IamAsync("GetRole", ("RoleName", "r"))).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lambda", "us-west-2", "correct service: 'gamelift'")]
    [InlineData("gamelift", "us-nowhere-1", "valid region")]
    public async Task Wrong_scope_is_refused(string service, string region, string sentence)
    {
        (Client.Service, Client.Region) = (service, region);

        var answer = (await Client.GameLiftAsync("ListBuilds", [])).Refused("InvalidSignatureException");

        Assert.Contains(sentence, answer.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-6, "Signature expired:")]
    [InlineData(6, "Signature not yet current:")]
    public async Task Clock_that_is_off_is_refused(int minutes, string sentence)
    {
        Client.Skew = TimeSpan.FromMinutes(minutes);

        var answer = (await Client.GameLiftAsync("ListBuilds", [])).Refused("InvalidSignatureException");

        Assert.StartsWith(sentence, answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clock_that_is_off_a_little_is_fine()
    {
        Client.Skew = TimeSpan.FromMinutes(4);

        (await Client.GameLiftAsync("ListBuilds", [])).Good();
    }

    [Fact]
    public async Task Unknown_key_is_refused()
    {
        Aws.Keys.Remove(Aws.Credentials);

        (await Client.CognitoAsync("ListUserPools", new() { ["MaxResults"] = 60 })).Refused("UnrecognizedClientException");
        Assert.Contains("<Code>InvalidClientTokenId</Code>", (await Client.IamAsync("GetRole", ("RoleName", "r"))).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Temporary_key_without_its_token_is_refused()
    {
        var key = Aws.Keys.Temporary("arn:aws:iam::123456789012:user/t", Aws.Clock.GetUtcNow() + TimeSpan.FromHours(1));
        Client.Key = key;
        (await Client.GameLiftAsync("ListBuilds", [])).Good();

        Client.Key = new AwsKey { Id = key.Id, Secret = key.Secret, Arn = key.Arn };

        (await Client.GameLiftAsync("ListBuilds", [])).Refused("UnrecognizedClientException");
    }

    [Fact]
    public async Task Temporary_key_expires_with_the_clock()
    {
        var clock = new FakeTimeProvider();
        Aws.Clock = clock;
        Client.Key = Aws.Keys.Temporary("arn:aws:iam::123456789012:user/t", clock.GetUtcNow() + TimeSpan.FromHours(1));
        (await Client.GameLiftAsync("ListBuilds", [])).Good();

        clock.Advance(TimeSpan.FromHours(1));

        (await Client.GameLiftAsync("ListBuilds", [])).Refused("ExpiredTokenException");
    }

    [Fact]
    public async Task Request_without_a_signature_is_refused()
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, Aws.Address + "/restapis");
        using var response = await http.SendAsync(request);

        Assert.Equal("MissingAuthenticationTokenException", response.Headers.GetValues("x-amzn-ErrorType").Single());
    }

    [Fact]
    public async Task Request_of_no_other_service_is_S3_s()
    {
        var answer = await Client.SendAsync("s3", HttpMethod.Get, "/bucket/key", "", "");

        Assert.Contains("<Error>", answer.Text, StringComparison.Ordinal);
    }
}
