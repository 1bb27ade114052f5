using System.Net;
using Amazon.GameLift;
using Amazon.GameLift.Model;
using Amazon.IdentityManagement;
using Amazon.IdentityManagement.Model;
using Amazon.Runtime;
using FleetBridge.Backends;
using FleetBridge.Backends.Aws.Account;
using FleetBridge.Backends.Aws.Profiles;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Fuzzing;

/// <summary>What AWS's files and AWS's responses may have in them: whatever it is, there is an explanation for the user.</summary>
public sealed class AwsFuzzTests
{
    [Fact]
    public void Profiles()
    {
        // the SDK's own reader, whose file all tests share, is not asked: what we make of a profile is
        var name = $"fuzz-{Guid.NewGuid():N}";
        AwsProfiles.Add("aws_access_key_id = AKIAEXAMPLE000000001\naws_secret_access_key = x", name);
        Fuzz.Run(
            [
                "aws_access_key_id = AKIAEXAMPLE000000001\naws_secret_access_key = abc/def+x\naws_session_token = IQo\nregion = us-west-2\nendpoint_url = http://localhost:1",
                "role_arn = arn:aws:iam::123456789012:role/R\nsource_profile = other\nrole_session_name = s\nmfa_serial = m\nexternal_id = e",
                "credential_process = \"/bin/x y\" z\nregion = eu-west-1",
                "sso_session = s\nsso_account_id = 123456789012\nsso_role_name = r\nsso_start_url = https://x.awsapps.com/start\nsso_region = us-west-2",
                "web_identity_token_file = /x\nrole_arn = arn:aws:iam::123456789012:role/R\ncredential_source = Environment",
            ],
            input =>
            {
                // a heading would make another profile, of another test perhaps
                var lines = System.Text.Encoding.Latin1.GetString(input).Replace("[", "", StringComparison.Ordinal).Replace("\n\n", "\n", StringComparison.Ordinal);
                AwsProfiles.Change(name, lines);
                try
                {
                    using var set = SetOf(name);
                    Assert.NotEmpty(set.Source);
                }
                catch (BackendException exception)
                {
                    Assert.NotEmpty(exception.Message);
                }
            });
        AwsProfiles.Change(name, "region = us-west-2");
    }

    [Fact]
    public async Task Responses_in_json()
    {
        var handler = new CannedHandler();
        using var client = new AmazonGameLiftClient(new BasicAWSCredentials("AKIAEXAMPLE000000001", "nobody"), Configured(new AmazonGameLiftConfig(), handler));
        await Fuzz.RunAsync(
            [
                """{"Builds":[{"BuildId":"build-1","BuildArn":"arn:x","Name":"n","Version":"v","Status":"READY","SizeOnDisk":5,"OperatingSystem":"AMAZON_LINUX_2023","CreationTime":1.5E9}],"NextToken":"t"}""",
                """{"__type":"com.amazonaws#UnauthorizedException","message":"not authorized to perform: gamelift:ListBuilds on resource: x"}""",
            ],
            input => AssertExplainedAsync(handler, input, () => client.ListBuildsAsync(new ListBuildsRequest())));
    }

    [Fact]
    public async Task Responses_in_xml()
    {
        var handler = new CannedHandler();
        using var client = new AmazonIdentityManagementServiceClient(
            new BasicAWSCredentials("AKIAEXAMPLE000000001", "nobody"), Configured(new AmazonIdentityManagementServiceConfig(), handler));
        await Fuzz.RunAsync(
            [
                "<GetRoleResponse><GetRoleResult><Role><Path>/</Path><RoleName>r</RoleName><Arn>arn:x</Arn><CreateDate>2026-01-01T00:00:00Z</CreateDate>"
                + "<AssumeRolePolicyDocument>%7B%7D</AssumeRolePolicyDocument></Role></GetRoleResult><ResponseMetadata><RequestId>i</RequestId></ResponseMetadata></GetRoleResponse>",
                "<ErrorResponse><Error><Type>Sender</Type><Code>NoSuchEntity</Code><Message>m</Message></Error><RequestId>i</RequestId></ErrorResponse>",
                "<!DOCTYPE a [<!ENTITY b \"cc\"><!ENTITY d \"&b;&b;\">]><GetRoleResponse>&d;</GetRoleResponse>",
            ],
            input => AssertExplainedAsync(handler, input, () => client.GetRoleAsync(new GetRoleRequest { RoleName = "r" })));
    }

    private static async Task AssertExplainedAsync(CannedHandler handler, byte[] body, Func<Task> call)
    {
        foreach (var status in (HttpStatusCode[])[HttpStatusCode.OK, HttpStatusCode.BadRequest])
        {
            (handler.Status, handler.Body) = (status, body);
            try
            {
                await call();
            }
            catch (Exception exception)
            {
                using var set = SetOf(Profile.Value);
                var problem = AwsProblem.Explain(exception, set);
                Assert.True(problem is not null, $"{status}: {exception}");
                Assert.True(problem.Message.Length < 2_000, "it is long");
            }
        }
    }

    private static readonly Lazy<string> Profile =
        new(() => AwsProfiles.Add("aws_access_key_id = AKIAEXAMPLE000000001\naws_secret_access_key = not-a-secret"));

    private static ClientSet SetOf(string profile) => new(
        profile, "us-west-2", AwsEnvironment.Current, ProfileStore.Load(AwsEnvironment.Current), TimeProvider.System);

    private static T Configured<T>(T config, CannedHandler handler)
        where T : ClientConfig
    {
        config.ServiceURL = "http://localhost";
        config.AuthenticationRegion = "us-west-2";
        config.MaxErrorRetry = 0;
        config.HttpClientFactory = new Factory(handler);
        return config;
    }

    private sealed class Factory(CannedHandler handler) : HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(handler, disposeHandler: false);

        public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

        public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;
    }

    private sealed class CannedHandler : HttpMessageHandler
    {
        public HttpStatusCode Status { get; set; }

        public byte[] Body { get; set; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(Status) { Content = new ByteArrayContent(Body) });
    }
}
