using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Commands;

/// <summary>What went wrong is said once on the terminal, however many resources it concerns. The log file has every record.</summary>
public sealed class SaidOnceTests : CliTest
{
    private const string Cause = "There is no AWS profile 'nobody'";

    private static readonly string[] Concerned = ["uploaded_build", "fleet", "user_pool", "lambdas", "rest_api", "session_api"];

    /// <summary>With AWS files of its own: the message lists the profiles, and other tests add some at any time.</summary>
    private new async Task<FleetBridgeResult> RunAsync(params string[] args)
    {
        await File.WriteAllTextAsync(Folder["config"], "[profile somebody]\nregion = us-west-2\n");
        return await RunAsync(
            new Dictionary<string, string>
            {
                ["AWS_CONFIG_FILE"] = Folder["config"],
                ["AWS_SHARED_CREDENTIALS_FILE"] = Folder["credentials"],
            },
            args);
    }

    [Fact]
    public async Task Cause_that_resources_share_is_below_the_table()
    {
        var result = await RunAsync("check", "all", "--profile-name", "nobody");
        Assert.Equal(1, result.Code);
        Assert.Equal(1, CountIn(result.Output + result.Error));
        Assert.Equal(
            Concerned.Select(resource => $"{resource} False see (1)"),
            result.Rows.Skip(1).Select(row => string.Join(' ', row)));
        Assert.Contains($"(1)  {string.Join(", ", Concerned)}: {Cause}", result.Output, StringComparison.Ordinal);
        Assert.Contains("The package folder is not set", result.Rows[0][2], StringComparison.Ordinal);
        Assert.DoesNotContain("ERROR", result.Error, StringComparison.Ordinal);
        Assert.Equal(Concerned.Length, CountIn(LogFile()));
    }

    [Fact]
    public async Task Failure_of_one_operation_is_in_its_result()
    {
        var result = await RunAsync("check", "fleet", "--profile-name", "nobody");
        Assert.Equal((1, "False"), (result.Code, result.Lines[0]));
        Assert.StartsWith(Cause, result.Lines[1], StringComparison.Ordinal);
        Assert.Equal(1, CountIn(result.Output + result.Error));
        Assert.Equal(1, CountIn(LogFile()));
    }

    [Fact]
    public async Task Deletion_says_it_once_for_all_resources()
    {
        var result = await RunAsync("delete", "all", "--profile-name", "nobody");
        Assert.Equal(1, result.Code);
        Assert.Equal(1, CountIn(result.Output + result.Error));
        Assert.Contains($"fleetbridge: {string.Join(", ", Concerned.Reverse())}: {Cause}", result.Error, StringComparison.Ordinal);
        Assert.All(result.Rows, row => Assert.Equal(("False", "not known"), (row[1], row[2])));
    }

    [Fact]
    public async Task Json_has_the_error_of_each_resource_and_standard_error_still_has_the_log()
    {
        var result = await RunAsync("check", "all", "--profile-name", "nobody", "--json");
        Assert.All(Concerned, resource => Assert.StartsWith(Cause, (string?)result.Json[resource]!["Error"], StringComparison.Ordinal));
        Assert.Equal(Concerned.Length, CountIn(result.Error));
    }

    [Theory]
    [InlineData("check", "fleet")]
    [InlineData("check", "fleet", "--json")]
    [InlineData("request", "aws/1/deployment/fleet/check?profile_name=nobody")]
    public async Task Terminal_shows_it_once(params string[] args)
    {
        RealTerminal.Require();
        var (code, lines) = await RealTerminal.RunAsync(State, 100, args[0] == "check" ? [.. args, "--profile-name", "nobody"] : args);
        Assert.Equal(1, code);
        Assert.Equal(1, CountIn(string.Join('\n', lines)));
    }

    [Theory]
    [InlineData("await Bridge.Create(\"fleet\");", 1)]
    [InlineData("return await Bridge.Request(\"deployment/fleet/create\");", 1)]
    [InlineData("try { await Bridge.Create(\"fleet\"); } catch (ScriptRequestException) { } Log.LogInformation(\"goes on\");", 0)]
    [InlineData("try { await Bridge.Create(\"fleet\"); } catch (ScriptRequestException) { }", 0)]
    public async Task Failing_request_of_a_script_is_said_once_wherever_it_is(string code, int exitCode)
    {
        await File.WriteAllTextAsync(Folder["deploy.csx"], code);
        var result = await RunAsync("script", Folder["deploy.csx"], "--profile-name", "nobody");
        Assert.Equal(exitCode, result.Code);
        Assert.Equal(1, CountIn(result.Output + result.Error));
        Assert.Contains(Cause, LogFile(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(5, "metadata", "--backend", "broken/1")]
    [InlineData(5, "config", "--backend", "broken/1")]
    [InlineData(5, "check", "all", "--backend", "broken/1")]
    [InlineData(5, "delete", "all", "--backend", "broken/1")]
    [InlineData(1, "doctor", "--http-port", "0", "--websocket-port", "0")]
    [InlineData(1, "backends")]
    [InlineData(0, "metadata")]
    public async Task Backend_that_cannot_be_loaded_is_said_once(int exitCode, params string[] args)
    {
        Directory.CreateDirectory(Folder["backends", "broken", "1"]);
        await File.WriteAllTextAsync(Folder["backends", "broken", "1", "backend.csx"], "new NothingOfThatName()");
        var result = await RunAsync([.. args, "--backends", Folder["backends"]]);
        Assert.Equal(exitCode, result.Code);
        Assert.Equal(1, (result.Output + result.Error).Split("'NothingOfThatName' could not be found").Length - 1);
        Assert.Contains("Backend broken/1 cannot be loaded: ", LogFile(), StringComparison.Ordinal);
    }

    private string LogFile() => File.ReadAllText(Path.Combine(State, "logs", "fleetbridge.log"));

    private static int CountIn(string text) => text.Split("There is no AWS profile").Length - 1;
}
