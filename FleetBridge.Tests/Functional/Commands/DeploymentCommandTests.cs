using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Commands;

/// <summary><c>create</c>, <c>check</c> and <c>delete</c> of parts that depend on each other, by the program itself.</summary>
public sealed class DeploymentCommandTests : CliTest
{
    private readonly ITestOutputHelper _output;
    private readonly House _house;

    public DeploymentCommandTests(ITestOutputHelper output) => (_output, _house) = (output, new House(Folder));

    [Fact]
    public async Task Create_all_runs_independent_resources_in_parallel()
    {
        await using var program = Start(
            ["create", "all", "--json", "--hold", "garden-create wall-create door-create", .. _house.Options]);
        await _house.SeeAsync("begin garden-create", "begin wall-create", "begin door-create");
        Assert.DoesNotContain("begin roof-create", _house.Journal);
        Array.ForEach(["wall-create", "door-create"], _house.Release);
        await _house.SeeAsync("end roof-create");
        _house.Release("garden-create");
        var result = await program.WaitAsync();
        Assert.Equal(0, result.Code);
        Assert.Equal(["ground", "wall", "door", "roof", "garden"], result.Json.Select(member => member.Key));
        Assert.True(_house.Before("end ground-create", "begin wall-create"));
        Assert.Contains("house/wall Doing wall-create", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_all_continues_after_a_failure_and_names_what_was_skipped()
    {
        var result = await RunAsync(["create", "all", "--fail", "wall-create", .. _house.Options]);
        Assert.Equal(1, result.Code);
        Assert.Equal(
            [
                ["ground", "True", ""],
                ["wall", "False", "wall-create fails. Leave it."],
                ["door", "True", ""],
                ["roof", "skipped", "Skipped, because wall failed."],
                ["garden", "True", ""],
            ],
            result.Rows);
    }

    [Fact]
    public async Task Check_all_runs_every_check_at_once()
    {
        string[] parts = ["ground", "wall", "door", "roof", "garden"];
        string[] checks = [.. parts.Select(part => $"{part}-check")];
        await using var program = Start(["check", "all", "--hold", string.Join(' ', checks), .. _house.Options]);
        await _house.SeeAsync([.. checks.Select(check => $"begin {check}")]);
        Array.ForEach(checks, _house.Release);
        var result = await program.WaitAsync();
        Assert.Equal(1, result.Code);
        Assert.Equal(parts, result.Rows.Select(row => row[0]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Create_with_wait_ends_in_a_final_state(bool remote)
    {
        await using var bridge = remote ? await TestBridge.StartAsync(_output, [Repository.HouseRoot]) : null;
        await using var program = Start(
            ["create", "all", "--wait", .. bridge is null ? _house.Options : _house.OptionsAt($"http://localhost:{bridge.HttpPort}")]);

        // what depends on the wall needs it to be there, not to be ready
        await _house.SeeAsync("begin wall-wait", "end roof-create");
        Assert.False(program.HasExited);
        _house.Become("wall", "ACTIVE");
        var result = await program.WaitAsync();
        Assert.Equal(0, result.Code);
        Assert.All(result.Rows, row => Assert.Equal("True", row[1]));
    }

    [Fact]
    public async Task Create_with_wait_of_what_ends_in_an_error_is_false_and_what_depends_on_it_is_there()
    {
        await using var program = Start(["create", "all", "--wait", .. _house.Options]);
        await _house.SeeAsync("begin wall-wait");
        _house.Become("wall", "ERROR");
        var result = await program.WaitAsync();
        Assert.Equal(1, result.Code);
        Assert.Equal(["wall", "False", "The wall is ERROR. Create it."], result.Rows[1]);
        Assert.Equal(["roof", "True", ""], result.Rows[3]);
    }

    [Fact]
    public async Task Check_with_wait_waits_where_there_is_something_to_wait_for()
    {
        _house.Become("wall", "ACTIVATING");
        _house.Become("door", "ACTIVE");
        await using var program = Start(["check", "wall", "door", "--wait", .. _house.Options]);
        await _house.SeeAsync("begin wall-wait", "end door-check");
        _house.Become("wall", "ACTIVE");
        var result = await program.WaitAsync();
        Assert.Equal(0, result.Code);
        Assert.DoesNotContain("begin wall-check", _house.Journal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Time_over_cancels_the_wait_and_has_its_own_exit_code(bool remote)
    {
        _house.Become("wall", "ACTIVATING");
        await using var bridge = remote ? await TestBridge.StartAsync(_output, [Repository.HouseRoot]) : null;
        var result = await RunAsync(
            ["check", "wall", "--wait", "--wait-limit", "0.005",
            .. bridge is null ? _house.Options : _house.OptionsAt($"http://localhost:{bridge.HttpPort}")]);
        Assert.Equal(7, result.Code);
        Assert.Contains("wall is not ready after 0.005 minutes; its last state was ACTIVATING.", result.Lines);
        await _house.SeeAsync("cancelled wall-wait");
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("soon")]
    [InlineData("NaN")]
    [InlineData("1e9")]
    public async Task Limit_that_is_none_is_a_usage_error(string limit) =>
        AssertRefused(await RunAsync("check", "wall", "--wait", "--wait-limit", limit), 2, $"'{limit}'", "minutes");

    [Fact]
    public async Task Interrupt_cancels_all_that_runs_and_shows_how_far_it_got()
    {
        Requires.Unix();
        await using var program = Start(
            ["create", "all", "--hold", "garden-create wall-create", "--log-level", "warning", .. _house.Options]);
        await _house.SeeAsync("begin garden-create", "begin wall-create", "end door-create");
        program.Signal(FleetBridgeProcess.Interrupt);
        var result = await program.WaitAsync();
        AssertRefused(result, 130, "Cancelled");
        Assert.DoesNotContain("runs to its end", result.Error, StringComparison.Ordinal);
        Assert.Contains("cancelled garden-create", _house.Journal);
        Assert.Contains("cancelled wall-create", _house.Journal);
        Assert.Equal(["True", "cancelled", "True", "skipped", "cancelled"], result.Rows.Select(row => row[1]));
    }
}
