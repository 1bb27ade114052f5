using System.IO.Compression;
using System.Text.Json.Nodes;
using Amazon.Emulation.Iam;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Emulation;

public sealed class LambdaTests : EmulatorTest
{
    [Fact]
    public async Task Function_is_pending_then_active_and_conflicts_meanwhile()
    {
        var role = Aws.Seed.Role("r");
        (await CreateAsync(role)).Good();
        (await CreateAsync(role)).Refused("ResourceConflictException", 409);
        (await UpdateCodeAsync()).Refused("ResourceConflictException", 409);
        Assert.Equal(("Pending", null), await StateAsync());
        Assert.Equal(("Active", "Successful"), await StateAsync());

        (await UpdateCodeAsync()).Good();

        (await UpdateCodeAsync()).Refused("ResourceConflictException", 409);
        Assert.Equal(("Active", "InProgress"), await StateAsync());
        Assert.Equal(("Active", "Successful"), await StateAsync());
        (await Client.LambdaAsync(
            HttpMethod.Put, "/f/configuration", new() { ["Environment"] = new JsonObject { ["Variables"] = new JsonObject { ["FLEET"] = "fleet-1" } } })).Good();
        Assert.Equal("fleet-1", (string?)Aws.Region().Functions[0].Settings["Environment"]!["Variables"]!["FLEET"]);
    }

    [Fact]
    public async Task Role_that_is_too_young_or_missing_is_refused_in_AWS_s_words()
    {
        var role = Aws.Seed.Role("r");
        role.AttemptsLeft = 1;
        var answer = (await CreateAsync(role)).Refused("InvalidParameterValueException");
        Assert.Equal("The role defined for the function cannot be assumed by Lambda.", answer.Message);
        (await CreateAsync(role)).Good();

        Aws.Roles.Clear();

        (await CreateAsync(role, function => function["FunctionName"] = "g")).Refused("InvalidParameterValueException");
    }

    [Fact]
    public async Task Code_without_its_handler_is_refused()
    {
        var role = Aws.Seed.Role("r");

        (await CreateAsync(role, function => function["Handler"] = "other.handler")).Refused("InvalidParameterValueException");
        (await CreateAsync(role, function => function["Code"]!["ZipFile"] = Convert.ToBase64String("no zip"u8))).Refused("InvalidParameterValueException");
        (await CreateAsync(role, function => function["Runtime"] = "python3.9")).Refused("InvalidParameterValueException");
    }

    [Fact]
    public async Task Permission_is_given_once_and_shown()
    {
        (await CreateAsync(Aws.Seed.Role("r"))).Good();
        (await Client.LambdaAsync(HttpMethod.Get, "/f/policy")).Refused("ResourceNotFoundException", 404);
        (await PermitAsync()).Good();
        (await PermitAsync()).Refused("ResourceConflictException", 409);

        var policy = JsonNode.Parse((string)(await Client.LambdaAsync(HttpMethod.Get, "/f/policy")).Good()["Policy"]!)!;

        Assert.Equal("s1", (string?)policy["Statement"]![0]!["Sid"]);
    }

    [Fact]
    public async Task Function_is_found_by_its_ARN_and_gone_after_its_end()
    {
        (await CreateAsync(Aws.Seed.Role("r"))).Good();
        var arn = Uri.EscapeDataString(Aws.Region().Functions[0].Arn);
        (await Client.LambdaAsync(HttpMethod.Get, $"/{arn}")).Good();

        Assert.Equal(204, (await Client.LambdaAsync(HttpMethod.Delete, "/f")).Status);

        (await Client.LambdaAsync(HttpMethod.Delete, "/f")).Refused("ResourceNotFoundException", 404);
    }

    private Task<Answer> CreateAsync(IamRole role, Action<JsonObject>? change = null)
    {
        var function = new JsonObject
        {
            ["FunctionName"] = "f",
            ["Runtime"] = "python3.13",
            ["Handler"] = "login.handler",
            ["Role"] = role.Arn,
            ["Code"] = new JsonObject { ["ZipFile"] = Zip() },
        };
        change?.Invoke(function);
        return Client.LambdaAsync(HttpMethod.Post, "", function);
    }

    private Task<Answer> UpdateCodeAsync() => Client.LambdaAsync(HttpMethod.Put, "/f/code", new() { ["ZipFile"] = Zip() });

    private Task<Answer> PermitAsync() => Client.LambdaAsync(HttpMethod.Post, "/f/policy", new()
    {
        ["StatementId"] = "s1",
        ["Action"] = "lambda:InvokeFunction",
        ["Principal"] = "apigateway.amazonaws.com",
    });

    private async Task<(string?, string?)> StateAsync()
    {
        var configuration = (await Client.LambdaAsync(HttpMethod.Get, "/f")).Good()["Configuration"]!;
        return ((string?)configuration["State"], (string?)configuration["LastUpdateStatus"]);
    }

    private static string Zip()
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var entry = zip.CreateEntry("login.py").Open();
            entry.Write("def handler(event, context): pass"u8);
        }

        return Convert.ToBase64String(bytes.ToArray());
    }
}
