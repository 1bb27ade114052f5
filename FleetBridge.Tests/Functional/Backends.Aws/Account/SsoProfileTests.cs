using System.Globalization;
using Amazon.Emulation;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Backends.Aws.Account;

/// <summary>Profiles that log in at IAM Identity Center, with a home folder of their own for what a login leaves.</summary>
public sealed class SsoProfileTests : CliTest
{
    private const string Session = "my-company";
    private const string StartUrl = "https://my-company.awsapps.com/start";

    // the SHA-1 of the session's name, or of the start URL where there is no session
    private const string SessionFile = "3a5ac7229cc5fb84a93e5d3487c1c4e4f1375b96.json";
    private const string StartUrlFile = "35f228781c9024add6336344d41b32f229e7df9f.json";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Login_is_exchanged_for_the_roles_credentials(bool session)
    {
        await using var aws = await AwsEmulator.StartAsync();
        await using var portal = await SsoPortal.StartAsync(aws);
        WriteProfile(session);
        WriteLogin(session ? SessionFile : StartUrlFile, portal.Token, TimeSpan.FromHours(1));
        var result = await CheckAsync(aws, portal);
        Assert.Contains("no fleet named test1-fleet", ErrorOf(result), StringComparison.Ordinal);
        Assert.Contains("AWSReservedSSO_Developer", Assert.Single(aws.Calls.All).Signed!.Key.Arn, StringComparison.Ordinal);
        Assert.DoesNotContain(portal.Token, result.Output + result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("yyyy-MM-dd'T'HH:mm:ss'UTC'")]
    [InlineData("yyyy-MM-dd'T'HH:mm:ss.fff'Z'")]
    [InlineData("yyyy-MM-dd'T'HH:mm:ss'+00:00'")]
    [InlineData("'whenever'")]
    public async Task Login_of_an_older_program_is_read(string format)
    {
        await using var aws = await AwsEmulator.StartAsync();
        await using var portal = await SsoPortal.StartAsync(aws);
        WriteProfile(session: false);
        WriteLogin(StartUrlFile, portal.Token, TimeSpan.FromHours(1), format);
        Assert.Contains("no fleet named test1-fleet", ErrorOf(await CheckAsync(aws, portal)), StringComparison.Ordinal);
        if (format.StartsWith('y'))
        {
            WriteLogin(StartUrlFile, portal.Token, TimeSpan.FromHours(-1), format);
            Assert.Contains("is missing or has expired", ErrorOf(await CheckAsync(aws, portal)), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Session_with_a_space_is_found_as_aws_configure_sso_writes_it()
    {
        await using var aws = await AwsEmulator.StartAsync();
        await using var portal = await SsoPortal.StartAsync(aws);
        WriteProfile(session: true);
        var config = await File.ReadAllTextAsync(Folder["config"]);
        await File.WriteAllTextAsync(
            Folder["config"],
            config.Replace($"[sso-session {Session}]", "[sso-session 'Acme Dev']", StringComparison.Ordinal)
                .Replace($"sso_session = {Session}", "sso_session = Acme Dev", StringComparison.Ordinal));

        // the SHA-1 of "Acme Dev"
        WriteLogin("b68c5e407fd7046dce13609ccbd99bbcc5b3d140.json", portal.Token, TimeSpan.FromHours(1));
        Assert.Contains("no fleet named test1-fleet", ErrorOf(await CheckAsync(aws, portal)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "is missing or has expired")]
    [InlineData(-1, "is missing or has expired")]
    [InlineData(1, "is no longer valid")]
    public async Task Without_a_good_login_it_says_how_to_log_in(int? hoursLeft, string expected)
    {
        await using var aws = await AwsEmulator.StartAsync();
        await using var portal = await SsoPortal.StartAsync(aws);
        WriteProfile(session: true);
        if (hoursLeft is { } hours)
        {
            WriteLogin(SessionFile, "aoaAAAAAofAnotherDay", TimeSpan.FromHours(hours));
        }

        var result = await CheckAsync(aws, portal);
        var error = ErrorOf(result);
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.Contains("aws sso login --profile mine", error, StringComparison.Ordinal);
        Assert.DoesNotContain("aoaAAAAA", result.Output + result.Error, StringComparison.Ordinal);
        Assert.Empty(aws.Calls.All);
    }

    [Fact]
    public async Task Portal_that_cannot_be_reached_says_so()
    {
        await using var aws = await AwsEmulator.StartAsync();
        WriteProfile(session: true);
        WriteLogin(SessionFile, "aoaAAAAAgood", TimeSpan.FromHours(1));
        var result = await CheckAsync(aws, portal: null);
        Assert.Contains("cannot be reached", ErrorOf(result), StringComparison.Ordinal);
    }

    private void WriteProfile(bool session) => File.WriteAllText(
        Folder["config"],
        session
            ? $"""
              [profile mine]
              sso_session = {Session}
              sso_account_id = {AwsEmulator.Account}
              sso_role_name = Developer
              [sso-session {Session}]
              sso_region = eu-west-1
              sso_start_url = {StartUrl}
              sso_registration_scopes = sso:account:access
              """
            : $"""
              [profile mine]
              sso_account_id = {AwsEmulator.Account}
              sso_role_name = Developer
              sso_region = eu-west-1
              sso_start_url = {StartUrl}
              """);

    /// <summary>What <c>aws sso login</c> leaves.</summary>
    private void WriteLogin(string file, string token, TimeSpan left, string format = "yyyy-MM-dd'T'HH:mm:ss'Z'")
    {
        var cache = Folder["home", ".aws", "sso", "cache"];
        Directory.CreateDirectory(cache);
        var expires = (TimeProvider.System.GetUtcNow() + left).ToString(format, CultureInfo.InvariantCulture);
        File.WriteAllText(
            Path.Combine(cache, file),
            $$"""{"startUrl": "{{StartUrl}}", "region": "eu-west-1", "accessToken": "{{token}}", "expiresAt": "{{expires}}"}""");
    }

    private async Task<FleetBridgeResult> CheckAsync(AwsEmulator aws, SsoPortal? portal)
    {
        var result = await RunAsync(
            new Dictionary<string, string>
            {
                ["HOME"] = Folder["home"],
                ["USERPROFILE"] = Folder["home"],
                ["AWS_CONFIG_FILE"] = Folder["config"],
                ["AWS_PROFILE"] = "mine",
                ["AWS_ENDPOINT_URL"] = aws.Address,
                ["AWS_ENDPOINT_URL_SSO"] = portal?.Address ?? "http://127.0.0.1:1",
            },
            "check", "fleet", "--json");
        Assert.True(result.Output.Length > 0, result.Error);
        return result;
    }

    private static string? ErrorOf(FleetBridgeResult result) => (string?)result.Json.Single().Value!["Error"];
}
