using System.Text.RegularExpressions;
using Amazon.Emulation.Faults;
using FleetBridge.Tests.EndToEnd.Deployments;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.EndToEnd.Scripting;

/// <summary>The scripts in <c>samples/scripts</c>, run by the program as they are, with the sample project.</summary>
public sealed class SampleScriptTests(ITestOutputHelper output) : EndToEndTest(output)
{
    private const string Nightly = "nightly";

    /// <summary>In minutes: longer than any test waits.</summary>
    private const string Long = "30";

    private const string OftenInSeconds = "0.05";

    [Fact]
    public async Task Nightly_on_an_empty_account_deploys_and_the_next_one_replaces_it()
    {
        Aws.Seed.Builds(3);
        var first = await DeployNightlyAsync();
        var second = await DeployNightlyAsync();
        Assert.NotEqual(first.Url, second.Url);
        Assert.NotEqual(first.BuildId, second.BuildId);
        Assert.NotEqual(first.FleetId, second.FleetId);
        Assert.Equal(4, Aws.Region().Builds.Count);

        string[] order =
        [
            "DeleteFunction", "DeleteRestApi", "DeleteUserPool", "DeleteFleet", "DeleteBuild",
            "CreateBuild", "CreateFleet", "CreateUserPool", "CreateFunction", "CreateRestApi",
        ];
        Assert.Equal(order, Aws.Calls.Operations.Where(order.Contains).Distinct());
    }

    [Fact]
    public async Task Nightly_that_keeps_the_players_accounts_leads_them_to_the_new_fleet()
    {
        var first = await DeployNightlyAsync();
        var text = await File.ReadAllTextAsync(PathOf("nightly"));
        var kept = Folder["kept.csx"];
        await File.WriteAllTextAsync(kept, text.Replace("\"rest_api\", \"lambdas\", \"user_pool\", ", "", StringComparison.Ordinal));
        await using var program = FleetBridgeProcess.Start(State, ["script", kept, .. NightlyOptions], Variables);
        var second = await EndAsync(program, "script kept.csx", 0);
        Assert.Equal([first.Url], second.Lines);
        DeployedState.AssertComplete(Aws, Nightly);
        Assert.NotEqual(first.FleetId, Aws.Region().Fleets.Single(fleet => fleet.Status == "ACTIVE").Id);
        Assert.Single(Aws.Calls.Of("CreateUserPool"));
    }

    [Fact]
    public async Task Nightly_waits_for_a_fleet_that_was_left_half_way_and_for_its_own()
    {
        Aws.Rules.LooksPerFleetState = 1;
        FleetsActivateAtOnce = false;
        var left = Aws.Seed.Fleet("nightly-fleet", Aws.Seed.Build("nightly-build"), "DOWNLOADING");
        DeploymentSeed.Tag(Aws, "nightly");
        var result = await RunNightlyAsync(0, Long, OftenInSeconds);
        Assert.StartsWith("https://", Assert.Single(result.Lines), StringComparison.Ordinal);
        Assert.Contains(left.Events, happened => happened.Code == "FLEET_STATE_ACTIVE");
        Assert.Single(Regex.Matches(result.Error, $"FLEET_CREATED A request to create fleet {left.Id} was accepted"));
        Assert.Single(Aws.Calls.Of("DeleteFleet"));
        DeployedState.AssertComplete(Aws, Nightly);
    }

    [Fact]
    public async Task Nightly_whose_fleet_fails_says_so_and_does_not_wait_for_the_deadline()
    {
        (Aws.Rules.LooksPerFleetState, Aws.Rules.FleetsFailIn) = (1, "ACTIVATING");
        FleetsActivateAtOnce = false;
        var result = await RunNightlyAsync(1, Long, OftenInSeconds);
        Assert.Empty(result.Output);
        var last = LastLine(result.Error);
        Assert.Contains("The deployment nightly has no servers.", last, StringComparison.Ordinal);
        Assert.Contains("it has failed (ERROR)", last, StringComparison.Ordinal);
        Assert.Contains("The fleet failed in state ACTIVATING", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nightly_whose_fleet_takes_too_long_says_its_last_state()
    {
        FleetsActivateAtOnce = false;
        var result = await RunNightlyAsync(7, "0.02", OftenInSeconds);
        Assert.Empty(result.Output);
        Assert.Matches(@"Timed out after 1\.2 s while waiting for fleet; its last state was NEW\. \(nightly\.csx, line \d+\)", LastLine(result.Error));
    }

    [Theory]
    [InlineData("no package", "does not exist")]
    [InlineData("no right", "is not allowed to call gamelift:DescribeFleetAttributes")]
    [InlineData("no prefix that can be used", "prefix")]
    [InlineData("no deployment named", "This script deletes a deployment, so it must be named")]
    public async Task Nightly_that_cannot_succeed_deletes_nothing(string what, string why)
    {
        Aws.Seed.Fleet("nightly-fleet", Aws.Seed.Build("nightly-build"));
        if (what == "no right")
        {
            Aws.Faults.Add("DescribeFleetAttributes", Fault.Deny, times: int.MaxValue);
        }

        string[] options = what switch
        {
            "no package" => ["--project", Repository.SampleGame, "--set", "prefix=nightly", "--set", $"server_package_root={Package}"],
            "no prefix that can be used" => ["--project", Repository.SampleGame, "--set", "prefix=Night_ly"],
            "no deployment named" => [],
            _ => ["--project", Repository.SampleGame, "--set", "prefix=nightly"],
        };
        var result = await RunScriptAsync("nightly", 1, options);
        Assert.Empty(result.Output);
        Assert.Contains(why, LastLine(result.Error), StringComparison.Ordinal);
        Assert.Empty(StoppedCreate.Changes(Aws));
    }

    [Fact]
    public async Task Nightly_ended_by_Ctrl_C_during_the_upload_leaves_no_build()
    {
        Requires.Unix();
        var held = new HeldUpload(Package, Aws);
        await using var program = StartScript(
            "nightly",
            "--set", "prefix=nightly", "--set", $"server_package_root={Package}", "--set", $"fleet_launch_path={GamePackage.LaunchPath}");
        await held.Going.WaitAsync(Eventually.Limit);
        program.Signal(FleetBridgeProcess.Interrupt);
        var result = await EndAsync(program, "script nightly.csx", 130);
        Assert.Empty(result.Output);
        DeployedState.AssertNoBuild(Aws);
    }

    [Fact]
    public async Task Nightly_ended_by_Ctrl_C_while_it_waits_ends_at_once()
    {
        Requires.Unix();
        FleetsActivateAtOnce = false;
        await using var program = StartScript("nightly", [.. NightlyOptions, Long, Long]);
        await SeeAsync(program, "invoke URL");
        program.Signal(FleetBridgeProcess.Interrupt);
        Assert.Empty((await EndAsync(program, "script nightly.csx", 130)).Output);
    }

    [Fact]
    public async Task Regions_are_asked_at_the_same_time_and_told_in_a_table()
    {
        await DeployNightlyAsync();
        Aws.Seed.Fleet("nightly-fleet", Aws.Seed.Build("nightly-build", region: "eu-central-1"), region: "eu-central-1")
            .Fail("FLEET_STATE_ERROR", "It failed.");

        // each region's only look at its builds waits for the others'
        Aws.BeforeEffect = new Meeting("ListBuilds", 3).ArriveAsync;
        var result = await RunScriptAsync("regions", 1, NightlyOptions);
        var lines = result.Lines;
        Assert.Equal(
            [
                ["region", "packaged_build", "uploaded_build", "fleet", "user_pool", "lambdas", "rest_api", "session_api"],
                ["us-west-2", "OK", "READY", "ACTIVE", "COMPLETE", "ACTIVE", "DEPLOYED", "DEPLOYED"],
                ["eu-central-1", "OK", "READY", "ERROR", "ABSENT", "ABSENT", "ABSENT", "ABSENT"],
                ["ap-northeast-1", "OK", "ABSENT", "ABSENT", "ABSENT", "ABSENT", "ABSENT", "ABSENT"],
            ],
            lines.Take(4).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
        Assert.Single(lines.Take(4).Select(line => line.LastIndexOf(' ')).Distinct());
        Assert.Equal(
            [
                "eu-central-1 fleet", "eu-central-1 user_pool", "eu-central-1 lambdas", "eu-central-1 rest_api",
                "eu-central-1 session_api",
                "ap-northeast-1 uploaded_build", "ap-northeast-1 fleet", "ap-northeast-1 user_pool", "ap-northeast-1 lambdas",
                "ap-northeast-1 rest_api", "ap-northeast-1 session_api",
            ],
            lines.Skip(4).Select(line => line.Split(':')[0]));
        Assert.Contains("has failed", lines[4], StringComparison.Ordinal);
        Assert.DoesNotContain(" ERROR ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Regions_where_all_is_well_exit_with_0_and_one_that_does_not_exist_with_1()
    {
        await DeployNightlyAsync();
        var well = await RunScriptAsync("regions", 0, [.. NightlyOptions, "us-west-2"]);
        Assert.Equal(2, well.Lines.Length);
        var unknown = await RunScriptAsync("regions", 1, [.. NightlyOptions, "us-west-2", "xx-nowhere-1"]);
        Assert.Equal(
            ["xx-nowhere-1", "OK", "FAILED", "FAILED", "FAILED", "FAILED", "FAILED", "FAILED"],
            unknown.Lines[2].Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    private static string[] NightlyOptions => ["--project", Repository.SampleGame, "--set", $"prefix={Nightly}"];

    /// <summary>Deploys, and holds what the script prints against what the program's own check tells.</summary>
    private async Task<(string Url, string BuildId, string FleetId)> DeployNightlyAsync()
    {
        Aws.Calls.Clear();
        var result = await RunNightlyAsync(0);
        var check = await RunAsync(
            Variables, "check", "rest_api", "--project", Repository.SampleGame, "--prefix", Nightly, "--json");
        var url = Assert.Single(result.Lines);
        Assert.Equal((string?)check.Json["rest_api"]!["Details"]!["Invoke URL"], url);
        lock (Aws.State)
        {
            // GameLift lists a deleted fleet for some time
            Aws.Region().Fleets.RemoveAll(fleet => fleet.Gone);
        }

        DeployedState.AssertComplete(Aws, Nightly);
        var fleet = Aws.Region().Fleets.Single();
        return (url, fleet.Build!.Id, fleet.Id);
    }

    private Task<FleetBridgeResult> RunNightlyAsync(int code, params string[] args) =>
        RunScriptAsync("nightly", code, [.. NightlyOptions, .. args]);

    private async Task<FleetBridgeResult> RunScriptAsync(string name, int code, params string[] args)
    {
        await using var program = StartScript(name, args);
        return await EndAsync(program, $"script {name}.csx", code);
    }

    private FleetBridgeProcess StartScript(string name, params string[] args) => FleetBridgeProcess.Start(
        State, ["script", PathOf(name), .. args], Variables);

    private static string PathOf(string name) => Path.Combine(Repository.Root, "samples", "scripts", $"{name}.csx");

    private static string LastLine(string text) => text.TrimEnd().Split('\n')[^1];
}
