using System.Diagnostics;
using System.Text.Json.Nodes;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.EndToEnd.Emulation;

/// <summary>A real client holds the emulator to account: what it cannot read or sign, the emulator has wrong.</summary>
public sealed class AwsCommandTests : EmulatorTest
{
    private const string Trust = """{"Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"lambda.amazonaws.com"}}]}""";

    [Fact]
    public async Task Aws_command_reads_every_page_of_GameLift()
    {
        Requires.AwsCommand();
        Aws.Seed.Builds(5);
        var created = await RunAsync("gamelift", "create-build", "--name", "b", "--operating-system", "WINDOWS_2022", "--server-sdk-version", "5.4.0");
        var fleet = Aws.Seed.Fleet("f", Aws.Region().Builds[0]);

        Assert.Equal("INITIALIZED", (string?)created!["Build"]!["Status"]);
        Assert.NotNull(created["UploadCredentials"]!["SessionToken"]);
        Assert.Equal(6, (await RunAsync("gamelift", "list-builds"))!["Builds"]!.AsArray().Count);
        Assert.Equal("ACTIVE", (string?)(await RunAsync("gamelift", "describe-fleet-attributes", "--fleet-ids", fleet.Id))!["FleetAttributes"]![0]!["Status"]);
        Assert.Equal(6, (await RunAsync("gamelift", "describe-fleet-events", "--fleet-id", fleet.Id))!["Events"]!.AsArray().Count);
    }

    [Fact]
    public async Task Aws_command_reads_Cognito_and_API_Gateway()
    {
        Requires.AwsCommand();
        Aws.Seed.UserPools(3);
        Aws.Seed.RestApis(3);

        // an explicit size of pages makes the command read a single one
        var first = (await RunAsync("cognito-idp", "list-user-pools", "--max-results", "60"))!;
        var second = (await RunAsync("cognito-idp", "list-user-pools", "--max-results", "60", "--next-token", (string)first["NextToken"]!))!;
        Assert.Equal((2, 1), (first["UserPools"]!.AsArray().Count, second["UserPools"]!.AsArray().Count));
        Assert.Equal(3, (await RunAsync("apigateway", "get-rest-apis"))!["items"]!.AsArray().Count);
    }

    [Fact]
    public async Task Aws_command_reads_IAM_and_STS()
    {
        Requires.AwsCommand();
        // with one address for all, the command signs for the region it is given; IAM's is us-east-1
        await RunAsync("iam", "create-role", "--role-name", "r", "--assume-role-policy-document", Trust, "--region", "us-east-1");
        var role = await RunAsync("iam", "get-role", "--role-name", "r", "--region", "us-east-1");
        var session = await RunAsync("sts", "assume-role", "--role-arn", (string)role!["Role"]!["Arn"]!, "--role-session-name", "here");

        Assert.Equal("lambda.amazonaws.com", (string?)role["Role"]!["AssumeRolePolicyDocument"]!["Statement"]![0]!["Principal"]!["Service"]);
        Assert.NotNull(Aws.Keys.Find((string)session!["Credentials"]!["AccessKeyId"]!));
        Assert.Equal(Aws.Credentials.Arn, (string?)(await RunAsync("sts", "get-caller-identity"))!["Arn"]);
    }

    [Fact]
    public async Task Aws_command_understands_an_error_of_each_protocol()
    {
        Requires.AwsCommand();
        Assert.Contains("(NotFoundException) when calling the DescribeBuild", await FailAsync("gamelift", "describe-build", "--build-id", "build-x"), StringComparison.Ordinal);
        Assert.Contains("(ResourceNotFoundException) when calling the GetFunction", await FailAsync("lambda", "get-function", "--function-name", "f"), StringComparison.Ordinal);
        Assert.Contains("(NoSuchEntity) when calling the GetRole", await FailAsync("iam", "get-role", "--role-name", "r", "--region", "us-east-1"), StringComparison.Ordinal);
    }

    private async Task<JsonNode?> RunAsync(params string[] arguments)
    {
        var (exitCode, output, error) = await StartAsync(arguments);
        Assert.True(exitCode == 0, error);
        return JsonNode.Parse(output);
    }

    private async Task<string> FailAsync(params string[] arguments)
    {
        var (exitCode, _, error) = await StartAsync(arguments);
        Assert.NotEqual(0, exitCode);
        return error;
    }

    private async Task<(int ExitCode, string Output, string Error)> StartAsync(string[] arguments)
    {
        using var home = new TemporaryFolder();

        // the option is understood by every version, the variable only by newer ones
        var start = new ProcessStartInfo("aws", [.. arguments, "--endpoint-url", Aws.Address, "--output", "json"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in Aws.Environment)
        {
            start.Environment[name] = value;
        }

        start.Environment["AWS_CONFIG_FILE"] = home["config"];
        start.Environment["AWS_SHARED_CREDENTIALS_FILE"] = home["credentials"];
        start.Environment["AWS_PAGER"] = "";
        start.Environment.Remove("AWS_PROFILE");
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }
}
