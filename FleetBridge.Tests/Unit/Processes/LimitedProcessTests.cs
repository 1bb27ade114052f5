using FleetBridge.Backends.Processes;
using FleetBridge.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace FleetBridge.Tests.Unit.Processes;

/// <summary>Programs whose output is wanted: whatever they do, the wait ends, and none of them is left.</summary>
public sealed class LimitedProcessTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Output_error_and_code_are_returned()
    {
        Requires.Unix();
        var result = await RunAsync("echo out; echo err >&2; exit 3", TimeProvider.System);
        Assert.Equal(new ProcessOutput(3, "out\n", "err\n"), result);
    }

    [Fact]
    public async Task Program_that_does_not_end_is_stopped_with_what_it_has_started()
    {
        Requires.Linux();
        var clock = new FakeTimeProvider();
        var running = RunAsync($"sleep 1000 & echo $! >{_folder["pid"]}; sleep 1000", clock);
        await Eventually.TrueAsync(() => File.Exists(_folder["pid"]) && File.ReadAllText(_folder["pid"]).EndsWith('\n'), "it runs");
        clock.Advance(Limit);
        await Assert.ThrowsAsync<TimeoutException>(() => running.WaitAsync(Eventually.Limit));
        var child = int.Parse(File.ReadAllText(_folder["pid"]), System.Globalization.CultureInfo.InvariantCulture);
        await Eventually.TrueAsync(() => FleetBridgeProcess.IsGone(child), "its child is gone");
    }

    [Theory]
    [InlineData("cat /dev/zero")]
    [InlineData("cat /dev/zero >&2")]
    public async Task Output_without_end_is_not_kept(string line)
    {
        Requires.Linux();
        await Assert.ThrowsAsync<InvalidDataException>(() => RunAsync(line, TimeProvider.System).WaitAsync(Eventually.Limit));
    }

    [Fact]
    public async Task Program_runs_in_a_folder_of_ours_with_the_absolute_folders_of_the_path()
    {
        Requires.Unix();
        var result = await RunAsync("pwd; echo \"$PATH\"", TimeProvider.System);
        var lines = result.Output.Split('\n');
        Assert.Equal(Path.TrimEndingDirectorySeparator(ProgramPath.WorkingFolder), lines[0]);
        Assert.All(lines[1].Split(':'), folder => Assert.True(Path.IsPathFullyQualified(folder), folder));
    }

    [Theory]
    [InlineData("python3")]
    [InlineData("./python3")]
    [InlineData("")]
    public void Program_without_an_absolute_path_is_not_started(string program) =>
        Assert.Throws<ArgumentException>(() => ProgramPath.StartOf(program));

    public void Dispose() => _folder.Dispose();

    private static Task<ProcessOutput> RunAsync(string line, TimeProvider clock) =>
        LimitedProcess.RunAsync(ProgramPath.StartOf("/bin/sh", "-c", line), Limit, clock, CancellationToken.None);
}
