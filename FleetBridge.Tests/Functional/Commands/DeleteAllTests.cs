using System.Text.Json.Nodes;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Commands;

public sealed class DeleteAllTests : CliTest
{
    private const string Cost = "A wall is billed by the hour.";
    private const string Logs = "log group roof: 0.03 USD a month";

    private readonly ITestOutputHelper _output;
    private readonly House _house;

    public DeleteAllTests(ITestOutputHelper output)
    {
        (_output, _house) = (output, new House(Folder));
        Array.ForEach(["ground", "wall", "door", "roof", "garden"], part => _house.Become(part, "ACTIVE"));
    }

    [Fact]
    public async Task All_are_deleted_in_reverse_order_and_in_parallel_where_they_can()
    {
        await using var program = Start(
            ["delete", "all", "--hold", "roof-delete garden-delete wall-delete door-delete", .. _house.Options]);
        await _house.SeeAsync("begin roof-delete", "begin garden-delete");
        Assert.DoesNotContain("begin door-delete", _house.Journal);
        _house.Release("roof-delete");
        await _house.SeeAsync("begin wall-delete", "begin door-delete");
        Array.ForEach(["garden-delete", "wall-delete", "door-delete"], _house.Release);
        var result = await program.WaitAsync();
        Assert.Equal(0, result.Code);
        Assert.True(_house.Before("end wall-delete", "begin ground-delete"));
        Assert.True(_house.Before("end door-delete", "begin ground-delete"));
        Assert.Equal(
            [
                ["garden", "True", "nothing", ""],
                ["roof", "True", Logs, ""],
                ["door", "True", "nothing", ""],
                ["wall", "True", "nothing", ""],
                ["ground", "True", "nothing", ""],
            ],
            result.Rows);

        // that the checks at the end find nothing is what was wanted
        Assert.DoesNotContain("ERROR", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task First_line_says_what_goes_and_for_which_settings()
    {
        var result = await RunAsync(["delete", "all", "--prefix", "nightly", .. _house.Options]);
        var line = result.Error.Split('\n')[0];
        Assert.Contains("Deleting garden, roof, door, wall, ground of house/1: prefix nightly, profile_name (its default), folder ", line, StringComparison.Ordinal);
        Assert.DoesNotContain("Deleting", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_changes_by_itself_is_waited_for_before_it_is_deleted()
    {
        _house.Become("wall", "ACTIVATING");
        await using var program = Start(["delete", "all", .. _house.Options]);
        await _house.SeeAsync("begin wall-wait", "end door-delete");
        Assert.DoesNotContain("begin wall-delete", _house.Journal);
        _house.Become("wall", "ERROR");
        var result = await program.WaitAsync();
        Assert.Equal(0, result.Code);
        Assert.True(_house.Before("end wall-wait", "begin wall-delete"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_not_ready_in_time_is_deleted_anyway_and_reported_with_its_cost(bool remote)
    {
        _house.Become("wall", "ACTIVATING");
        await using var bridge = remote ? await TestBridge.StartAsync(_output, [Repository.HouseRoot]) : null;
        string[] options = bridge is null ? _house.Options : _house.OptionsAt($"http://localhost:{bridge.HttpPort}");
        var result = await RunAsync(["delete", "all", "--wait-limit", "0.005", .. options]);
        Assert.Equal(7, result.Code);
        Assert.Contains("wall is not ready after 0.005 minutes; its last state was ACTIVATING.", result.Error, StringComparison.Ordinal);
        Assert.Contains("wall: What is ACTIVATING cannot be deleted. Wait.", result.Error, StringComparison.Ordinal);
        Assert.Equal(["wall", "False", "ACTIVATING", Cost], result.Rows[3]);
        Assert.Equal(["ground", "True", "nothing", ""], result.Rows[4]);
    }

    [Fact]
    public async Task Json_has_the_same_beside_the_responses()
    {
        var result = await RunAsync(["delete", "all", "--json", "--fail", "wall-delete", .. _house.Options]);
        Assert.Equal(1, result.Code);
        Assert.Equal(["garden", "roof", "door", "wall", "ground"], result.Json.Select(member => member.Key));
        AssertJson("""{"Overall Result": "True", "State": "ABSENT", "Left": [], "Cost of keeping": null}""", result.Json["door"]);
        AssertJson(
            $$"""
            {"Overall Result": "True", "Details": {"Left": ["{{Logs}}"]}, "State": "ABSENT", "Left": ["{{Logs}}"],
             "Cost of keeping": null}
            """,
            result.Json["roof"]);
        AssertJson(
            $$"""
            {"Overall Result": "False", "Error": "wall-delete fails. Leave it.", "State": "ACTIVE", "Left": ["ACTIVE"],
             "Cost of keeping": "{{Cost}}"}
            """,
            result.Json["wall"]);
    }

    [Fact]
    public async Task Settings_that_cannot_be_used_stop_it_before_anything()
    {
        var result = await RunAsync("delete", "all", "--prefix", "Not A Prefix");
        Assert.Equal((4, "Invalid Settings"), (result.Code, result.Lines[0]));
        Assert.DoesNotContain("Deleting", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Interrupt_leaves_the_rest_and_says_what_is_not_known()
    {
        Requires.Unix();
        await using var program = Start(["delete", "all", "--hold", "roof-delete", .. _house.Options]);
        await _house.SeeAsync("begin roof-delete", "end garden-delete");
        program.Signal(FleetBridgeProcess.Interrupt);
        var result = await program.WaitAsync();
        AssertRefused(result, 130, "Cancelled");
        Assert.Contains("cancelled roof-delete", _house.Journal);
        Assert.DoesNotContain("begin ground-delete", _house.Journal);
        Assert.Equal(["True", "cancelled", "skipped", "skipped", "skipped"], result.Rows.Select(row => row[1]));
        Assert.All(result.Rows.Skip(1), row => Assert.Equal("not known", row[2]));
    }

    private static void AssertJson(string expected, JsonNode? actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), actual), actual?.ToJsonString());
}
