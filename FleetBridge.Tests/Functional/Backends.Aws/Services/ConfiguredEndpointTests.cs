using Amazon.Emulation;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Backends.Aws.Services;

/// <summary>
/// Addresses in the place of AWS's own, by variables (of a process of its own) and by profile: "Service-specific endpoints"
/// in the AWS SDKs and Tools Reference Guide.
/// </summary>
public sealed class ConfiguredEndpointTests : CliTest
{
    private const string Reached = """{"__type": "AccessDeniedException", "message": "this one was reached"}""";

    private static readonly string Answer =
        $"HTTP/1.1 400 Bad Request\r\nx-amzn-RequestId: 1\r\nContent-Length: {Reached.Length}\r\nConnection: close\r\n\r\n{Reached}";

    [Fact]
    public async Task General_variable_leads_every_service_there()
    {
        await using var aws = await AwsEmulator.StartAsync();
        var result = await CheckAsync("fleet", aws.Environment);
        Assert.Contains("no fleet named test1-fleet", ErrorOf(result), StringComparison.Ordinal);
        Assert.Single(aws.Calls.Of("DescribeFleetAttributes"));
    }

    [Theory]
    [InlineData("fleet", "AWS_ENDPOINT_URL_GAMELIFT")]
    [InlineData("user_pool", "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER")]
    [InlineData("lambdas", "AWS_ENDPOINT_URL_LAMBDA")]
    [InlineData("rest_api", "AWS_ENDPOINT_URL_API_GATEWAY")]
    public async Task Services_own_variable_goes_before_the_general_one(string resource, string variable)
    {
        await using var aws = await AwsEmulator.StartAsync();
        await using var own = CannedServer.Start(Answer);
        var result = await CheckAsync(resource, aws.Environment, (variable, own.Address));
        Assert.Contains("this one was reached", ErrorOf(result), StringComparison.Ordinal);
        Assert.Empty(aws.Calls.All);
    }

    [Fact]
    public async Task Variable_goes_before_the_profile()
    {
        await using var aws = await AwsEmulator.StartAsync();
        var result = await CheckAsync("fleet", Profile("endpoint_url = http://127.0.0.1:1", aws), ("AWS_ENDPOINT_URL", aws.Address));
        Assert.Contains("no fleet named", ErrorOf(result), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Configured_addresses_can_be_ignored()
    {
        // to nowhere, so that this test never talks to AWS itself
        await using var aws = await AwsEmulator.StartAsync();
        var result = await CheckAsync(
            "fleet", aws.Environment, ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true"), ("HTTPS_PROXY", "http://127.0.0.1:1"));
        Assert.Contains("cannot be reached", ErrorOf(result), StringComparison.Ordinal);
        Assert.Empty(aws.Calls.All);
    }

    [Theory]
    [InlineData("gamelift", "GameLift")]
    [InlineData("cognito_identity_provider", "Cognito")]
    [InlineData("lambda", "Lambda")]
    [InlineData("api_gateway", "ApiGateway")]
    [InlineData("iam", "IdentityManagement")]
    public void Profile_leads_one_service_elsewhere_by_its_services_section(string section, string client)
    {
        var name = $"services-{Guid.NewGuid():N}";
        var profile = AwsProfiles.Add(
            $"""
            services = {name}
            aws_access_key_id = AKIANOBODYSKEY
            aws_secret_access_key = nobody
            [services {name}]
            {section} =
              endpoint_url = http://127.0.0.1:3
            """);
        using var service = new AwsService(profile);
        var set = service.Set;
        Dictionary<string, string?> urls = new()
        {
            ["GameLift"] = set.GameLift.Config.ServiceURL,
            ["Cognito"] = set.Cognito.Config.ServiceURL,
            ["Lambda"] = set.Lambda.Config.ServiceURL,
            ["ApiGateway"] = set.ApiGateway.Config.ServiceURL,
            ["IdentityManagement"] = set.IdentityManagement.Config.ServiceURL,
        };
        Assert.All(urls, url => Assert.Equal(url.Key == client ? "http://127.0.0.1:3/" : null, url.Value));
    }

    [Fact]
    public async Task Profile_of_the_environment_is_used_when_the_request_names_none()
    {
        await using var aws = await AwsEmulator.StartAsync();
        var result = await CheckAsync("fleet", Profile($"endpoint_url = {aws.Address}", aws));
        Assert.Contains("no fleet named", ErrorOf(result), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_any_profile_it_says_how_to_set_one_up_and_calls_nothing()
    {
        await using var metadata = await AwsEmulator.StartAsync();
        var result = await CheckAsync("fleet", Nothing(metadata));
        Assert.Contains("no AWS profile 'default'", ErrorOf(result), StringComparison.Ordinal);
        Assert.Contains("aws configure", ErrorOf(result), StringComparison.Ordinal);
        Assert.Empty(metadata.Requests);
    }

    [Fact]
    public async Task Role_without_a_region_calls_sts_and_never_the_metadata_service()
    {
        await using var metadata = await AwsEmulator.StartAsync();
        await using var aws = await AwsEmulator.StartAsync();
        var environment = Nothing(metadata);
        environment["AWS_PROFILE"] = "mine";
        await File.WriteAllTextAsync(
            Folder["config"],
            $"""
            [profile mine]
            endpoint_url = {aws.Address}
            role_arn = {aws.Seed.Role("Deployer").Arn}
            source_profile = base
            [profile base]
            aws_access_key_id = {aws.Credentials.Id}
            aws_secret_access_key = {aws.Credentials.Secret}
            """);
        var result = await CheckAsync("fleet", environment, ("AWS_DEFAULTS_MODE", "auto"));
        Assert.Contains("no fleet named", ErrorOf(result), StringComparison.Ordinal);
        Assert.Equal("us-west-2", Assert.Single(aws.Calls.Of("AssumeRole")).Region);
        Assert.Empty(metadata.Requests);
    }

    /// <summary>No profile, and a metadata service that would tell if it were asked.</summary>
    private Dictionary<string, string> Nothing(AwsEmulator metadata) => new()
    {
        ["AWS_CONFIG_FILE"] = Folder["config"],
        ["AWS_SHARED_CREDENTIALS_FILE"] = Folder["credentials"],
        ["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = metadata.Address,
    };

    private Dictionary<string, string> Profile(string lines, AwsEmulator aws)
    {
        File.WriteAllText(
            Folder["config"],
            $"[profile mine]\n{lines}\naws_access_key_id = {aws.Credentials.Id}\naws_secret_access_key = {aws.Credentials.Secret}\n");
        return new() { ["AWS_CONFIG_FILE"] = Folder["config"], ["AWS_PROFILE"] = "mine" };
    }

    private async Task<FleetBridgeResult> CheckAsync(
        string resource, IReadOnlyDictionary<string, string> environment, params (string Name, string Value)[] more)
    {
        var variables = new Dictionary<string, string>(environment);
        foreach (var (name, value) in more)
        {
            variables[name] = value;
        }

        var result = await RunAsync(variables, "check", resource, "--json");
        Assert.True(result.Output.Length > 0, result.Error);
        return result;
    }

    private static string? ErrorOf(FleetBridgeResult result) => (string?)result.Json.Single().Value!["Error"];
}
