using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Commands;

/// <summary>The table of a running deployment, on a real terminal.</summary>
public sealed class LiveTableTests : CliTest
{
    private readonly House _house;

    public LiveTableTests() => _house = new House(Folder);

    [Theory]
    [InlineData(40)]
    [InlineData(80)]
    [InlineData(200)]
    public async Task Create_all_is_one_table_above_the_last_lines_of_the_log_and_then_the_result(int columns)
    {
        await using var terminal = Begin(columns, "create", ["--report", "wall-create", "--hold", "wall-create"]);
        await terminal.SeeLineAsync("wall", "creating", "moving", "0:0");
        await terminal.SeeLineAsync("ground", "True");
        await terminal.SeeLineAsync("roof", "queued");
        await terminal.SeeLineAsync("INFO", "house/");
        var lines = terminal.Lines;
        Assert.Single(lines, IsHeader);
        Assert.True(Index(lines, "garden ") < Index(lines, "INFO"), string.Join('\n', lines));
        Assert.All(lines, line => Assert.True(line.Length < columns, line));

        _house.Release("wall-create");
        Assert.Equal(0, await terminal.WaitAsync());
        Assert.DoesNotContain(terminal.Lines, line => IsHeader(line) || line.Contains("creating", StringComparison.Ordinal));
        Assert.Single(terminal.Lines, line => line.Contains("Result", StringComparison.Ordinal));
        Assert.DoesNotContain(terminal.Lines, line => line.Contains("Doing", StringComparison.Ordinal));
        Assert.Contains("Doing garden-create", await File.ReadAllTextAsync(LogFile()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200, 60)]
    [InlineData(60, 200)]
    public async Task Terminal_that_changes_its_width_has_one_whole_table(int before, int after)
    {
        await using var terminal = Begin(before, "create", ["--report", "wall-create", "--hold", "wall-create"]);
        await terminal.SeeLineAsync("wall", "creating", "moving");
        await terminal.ResizeAsync(after);
        await terminal.SeeAsync(
            lines => lines.Count(IsHeader) == 1 && lines.Single(IsHeader).Length == after - 1, $"a table of {after} columns");
        _house.Release("wall-create");
        Assert.Equal(0, await terminal.WaitAsync());
        Assert.DoesNotContain(terminal.Lines, IsHeader);
    }

    [Fact]
    public async Task No_color_has_the_table_without_colours()
    {
        await using var terminal = TerminalRun.Start(
            State, 80, ["create", "all", .. _house.Options, "--hold", "wall-create"], ("NO_COLOR", "1"));
        await terminal.SeeLineAsync("wall", "creating");
        _house.Release("wall-create");
        Assert.Equal(0, await terminal.WaitAsync());
        Assert.Contains("\e[J", terminal.Sent, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"\e\[[0-9;]*m", terminal.Sent);
    }

    [Fact]
    public async Task Ctrl_c_ends_the_table_and_the_result_says_what_was_cancelled()
    {
        await using var terminal = Begin(100, "create", ["--hold", "wall-create"]);
        await terminal.SeeLineAsync("wall", "creating");
        await terminal.SeeLineAsync("door", "True");
        terminal.Press('\u0003');
        Assert.Equal(130, await terminal.WaitAsync());
        Assert.Contains("cancelled wall-create", _house.Journal);
        Assert.DoesNotContain(terminal.Lines, IsHeader);
        Assert.True(Has(terminal.Lines, "wall", "cancelled"), string.Join('\n', terminal.Lines));
        Assert.True(Has(terminal.Lines, "ground", "True"), string.Join('\n', terminal.Lines));
    }

    [Fact]
    public async Task Error_in_the_middle_is_in_its_line_while_the_others_go_on()
    {
        await using var terminal = Begin(100, "create", ["--hold", "wall-create", "--fail", "door-create"]);
        await terminal.SeeLineAsync("door", "False", "door-create fails.");
        await terminal.SeeLineAsync("wall", "creating");
        _house.Release("wall-create");
        Assert.Equal(1, await terminal.WaitAsync());
        Assert.True(Has(terminal.Lines, "roof", "skipped"), string.Join('\n', terminal.Lines));
        Assert.Single(terminal.Lines, line => line.Contains("door-create fails.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Verbose_has_all_of_the_log_above_the_table()
    {
        await using var terminal = Begin(120, "create", ["-v", "--hold", "wall-create"]);
        await terminal.SeeLineAsync("wall", "creating");
        await terminal.SeeLineAsync("INFO", "Doing door-create");
        Assert.True(Index(terminal.Lines, "Doing ground-create") < terminal.Lines.ToList().FindIndex(line => IsHeader(line)));
        _house.Release("wall-create");
        Assert.Equal(0, await terminal.WaitAsync());
        Assert.All(
            (string[])["ground", "wall", "door", "garden", "roof"],
            part => Assert.Single(terminal.Lines, line => line.EndsWith($"Doing {part}-create", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Delete_all_has_the_order_of_the_deletion()
    {
        await using var terminal = Begin(100, "delete", ["--hold", "roof-delete"]);
        await terminal.SeeLineAsync("roof", "deleting");
        await terminal.SeeLineAsync("wall", "queued");
        Assert.True(Index(terminal.Lines, "roof ") < Index(terminal.Lines, "ground "), string.Join('\n', terminal.Lines));
        _house.Release("roof-delete");
        Assert.Equal(0, await terminal.WaitAsync());
        Assert.DoesNotContain(terminal.Lines, IsHeader);
    }

    [Fact]
    public async Task Output_that_is_no_terminal_has_plain_lines()
    {
        var result = await RunAsync(["create", "all", .. _house.Options]);
        Assert.Equal(0, result.Code);
        Assert.Contains("Doing roof-create", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', result.Error);
        Assert.DoesNotContain("queued", result.Error, StringComparison.Ordinal);
    }

    private TerminalRun Begin(int columns, string operation, string[] more) =>
        TerminalRun.Start(State, columns, [operation, "all", .. _house.Options, .. more]);

    private string LogFile() => Directory.EnumerateFiles(State, "fleetbridge*.log", SearchOption.AllDirectories).First();

    private static bool IsHeader(string line) =>
        line.StartsWith("Resource", StringComparison.Ordinal) && line.TrimEnd().EndsWith("Time", StringComparison.Ordinal);

    private static bool Has(IEnumerable<string> lines, params string[] texts) =>
        lines.Any(line => texts.All(text => line.Contains(text, StringComparison.Ordinal)));

    private static int Index(IEnumerable<string> lines, string text) => lines.ToList().FindIndex(line =>
        line.Contains(text, StringComparison.Ordinal) && !line.StartsWith("fleetbridge:", StringComparison.Ordinal));
}
