using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Commands;

/// <summary>Tables fit the terminal, or 120 columns where there is none, and nothing in them is cut off.</summary>
public sealed class TableWidthTests : CliTest
{
    private static readonly string LongWord = new('n', 150);

    [Theory]
    [InlineData(40)]
    [InlineData(80)]
    [InlineData(200)]
    public async Task Table_on_a_terminal_fits_its_width(int columns)
    {
        RealTerminal.Require();
        var (code, lines) = await RealTerminal.RunAsync(
            State, columns, "check", "all", "--profile-name", "nobody", "--server-package-root", Folder[LongWord], "--log-level", "error");
        Assert.Equal(1, code);
        AssertFits(columns, lines);
        AssertWhole(Folder[LongWord], lines);
    }

    [Fact]
    public async Task Table_in_a_file_has_at_most_120_columns()
    {
        var result = await RunAsync("check", "all", "--profile-name", "nobody", "--server-package-root", Folder[LongWord]);
        AssertFits(120, result.Output.Split('\n'));
        AssertWhole(Folder[LongWord], result.Output.Split('\n'));
    }

    [Fact]
    public async Task Table_of_backends_wraps_a_long_path()
    {
        Directory.CreateDirectory(Folder[LongWord, "broken", "1"]);
        File.WriteAllText(Folder[LongWord, "broken", "1", "note.txt"], "no assembly here");
        var result = await RunAsync("backends", "--backends", Folder[LongWord]);
        AssertFits(120, result.Output.Split('\n'));
        AssertWhole(Folder[LongWord, "broken", "1"], result.Output.Split('\n'));
    }

    [Fact]
    public async Task Table_of_a_deletion_fits_too()
    {
        var house = new House(Folder);
        house.Become("wall", "ACTIVE");
        var result = await RunAsync(["delete", "all", "--fail", "wall-delete", .. house.Options]);
        Assert.Equal(1, result.Code);
        AssertFits(120, result.Output.Split('\n'));
        Assert.Contains(result.Rows, row => row is ["wall", "False", "ACTIVE", "A wall is billed by the hour."]);
    }

    private static void AssertFits(int columns, IReadOnlyList<string> lines)
    {
        Assert.Contains(lines, line => line.StartsWith('┌'));
        Assert.All(lines, line => Assert.True(line.Length <= columns, $"{line.Length} columns of {columns}: {line}"));
    }

    /// <summary>A word that is longer than its column continues in the same column of the next lines.</summary>
    private static void AssertWhole(string word, IReadOnlyList<string> lines)
    {
        var last = lines.Where(line => line.StartsWith('│')).Select(line => line.Split('│')[^2].Trim());
        Assert.Contains(word, string.Concat(last), StringComparison.Ordinal);
    }
}
