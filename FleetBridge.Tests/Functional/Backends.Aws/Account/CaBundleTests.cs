using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Backends.Aws.Account;

/// <summary>Networks whose proxy signs again: AWS's certificate is then the studio's.</summary>
public sealed class CaBundleTests : CliTest
{
    private const string Reached = """{"__type": "AccessDeniedException", "message": "this one was reached"}""";

    private static readonly string Answer =
        $"HTTP/1.1 400 Bad Request\r\nx-amzn-RequestId: 1\r\nContent-Length: {Reached.Length}\r\nConnection: close\r\n\r\n{Reached}";

    [Theory]
    [InlineData("variable")]
    [InlineData("variable with ~")]
    [InlineData("profile")]
    [InlineData("variable before profile")]
    public async Task Bundle_is_trusted_wherever_it_is_named(string place)
    {
        using var authority = new StudioAuthority();
        await using var aws = CannedServer.StartTls(authority.Certificate, Answer);
        var pem = Folder["studio.pem"];
        await File.WriteAllTextAsync(pem, "# the studio's proxy\n" + authority.Pem);
        var result = await CheckAsync(
            aws,
            place switch { "profile" => $"ca_bundle = {pem}", "variable before profile" => "ca_bundle = /no/such", _ => "" },
            place switch { "profile" => null, "variable with ~" => "~/studio.pem", _ => pem });
        Assert.Contains("this one was reached", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Certificate_that_is_not_trusted_names_what_to_set()
    {
        using var authority = new StudioAuthority();
        await using var aws = CannedServer.StartTls(authority.Certificate, Answer);
        var result = await CheckAsync(aws, "", null);
        Assert.All(
            ["its certificate is not trusted", "AWS_CA_BUNDLE", "ca_bundle"],
            text => Assert.Contains(text, result.Output, StringComparison.Ordinal));
        Assert.DoesNotContain("Log in again", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bundle_of_another_authority_does_not_help()
    {
        using var authority = new StudioAuthority();
        using var other = new StudioAuthority();
        await using var aws = CannedServer.StartTls(authority.Certificate, Answer);
        await File.WriteAllTextAsync(Folder["other.pem"], other.Pem);
        var result = await CheckAsync(aws, "", Folder["other.pem"]);
        Assert.Contains("Add the authority", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "which does not exist")]
    [InlineData("nothing", "in which there is no certificate")]
    [InlineData("-----BEGIN CERTIFICATE-----\nbm90aGluZw==\n-----END CERTIFICATE-----\n", "which cannot be read")]
    public async Task Bundle_that_is_none_says_so(string? content, string expected)
    {
        await using var aws = CannedServer.Start(Answer);
        var pem = Folder["bad.pem"];
        if (content is not null)
        {
            await File.WriteAllTextAsync(pem, content);
        }

        var variable = await CheckAsync(aws, "", pem);
        Assert.Contains($"The variable AWS_CA_BUNDLE names {pem}, {expected}", variable.Output, StringComparison.Ordinal);
        var profile = await CheckAsync(aws, $"ca_bundle = {pem}", null);
        Assert.Contains($"{Folder["config"]}, line 2: ca_bundle names {pem}, {expected}", profile.Output, StringComparison.Ordinal);
    }

    private async Task<FleetBridgeResult> CheckAsync(CannedServer aws, string line, string? bundle)
    {
        await File.WriteAllTextAsync(
            Folder["config"], $"[profile mine]\n{line}\naws_access_key_id = AKIANOBODYSKEY\naws_secret_access_key = nobody\n");
        Dictionary<string, string> environment = new()
        {
            ["HOME"] = Folder.Path,
            ["USERPROFILE"] = Folder.Path,
            ["AWS_CONFIG_FILE"] = Folder["config"],
            ["AWS_PROFILE"] = "mine",
            ["AWS_ENDPOINT_URL"] = $"https://localhost:{aws.Port}",
        };
        if (bundle is not null)
        {
            environment["AWS_CA_BUNDLE"] = bundle;
        }

        return await RunAsync(environment, "check", "fleet");
    }
}
